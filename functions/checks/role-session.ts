import type { TrailEvent } from '../clients/aws/cloud-findings.ts';
import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { defined } from '../kit/defined.ts';
import { utc } from '../kit/instant.ts';
import { shortName } from '../kit/words.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';
import { TRAIL_LAG_MS } from './parts/access-trail.ts';
import { failureBrief, failureReason } from './parts/failure.ts';
import { requestedOrNow } from './parts/log-questions.ts';
import { plain } from './parts/plain-line.ts';

/** Sessions last for twelve hours at most (STS, AssumeRole: DurationSeconds). */
const LONGEST_SESSION_MS = 12 * 3_600_000;

/** The ways into a role whose events name the access key that they gave out. */
const ASSUMED = ['AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity'] as const;

const schema = field.object({
  /** Who assumed the role; nothing where none was assumed. */
  assumedBy: field.optional(
    field.part({
      /** An ARN, or the name that an identity provider gave. */
      who: field.text,
      type: field.optional(field.text),
      session: field.optional(field.text),
      how: field.text,
      at: field.text,
      sourceIp: field.optional(field.text),
      userAgent: field.optional(field.text),
    }),
  ),
});
type Details = Written<typeof schema>;

/**
 * Who stands behind a session of an IAM role. Its name is chosen by whoever assumed the role (`EKSGetTokenAuth`, where the AWS CLI
 * did that for a token); CloudTrail has the call that gave out the session's access key.
 */
export const roleSession = defineCheck({
  name: 'role-session',
  question: "Who assumed the creator's role?",
  deadlineMs: 15_000,
  // The table remembers what CloudTrail has answered.
  needs: { kubernetes: [], aws: ['cloudtrail:LookupEvents', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem'] },
  details: schema,
  run,
  show,
});

async function run(context: CheckContext): Promise<CheckAnswer<Details>> {
  const { finding, clients, signal, now } = context;
  const { kind, accessKeyId, sessionName } = finding.actor;
  const completeUntil = new Date(now()).toISOString();
  if (kind !== 'iam-role')
    return { status: 'clear', summary: 'The creator is not an IAM role.', completeUntil, details: {} };
  if (!accessKeyId || !/^ASIA[A-Z0-9]{4,124}$/.test(accessKeyId))
    return notChecked('the record does not hold the access key of the session');
  if (!clients.trail) return notChecked('CloudTrail (not available here)');
  const at = requestedOrNow(context);
  const question = {
    eventSource: 'sts.amazonaws.com',
    names: ASSUMED,
    resource: accessKeyId,
    from: at - LONGEST_SESSION_MS,
    to: now(),
    max: 1,
  };
  let event: TrailEvent | undefined;
  try {
    [event] = (await clients.trail.lookUp(question, signal)).events;
  } catch (error) {
    return notChecked(`CloudTrail ${failureReason(error)}`, `CloudTrail could not be asked: ${failureBrief(error)}`);
  }
  const session = sessionName ? ` The name of the session, "${plain(sessionName, 64)}", is its choice.` : '';
  if (!event) {
    const late = now() - at < TRAIL_LAG_MS ? ', which is up to 15 minutes late,' : '';
    return notChecked(
      `CloudTrail${late} does not have the call in this Region: it came through another Region, or AWS itself gave out the session`,
      late
        ? 'CloudTrail, which is up to 15 minutes late, does not have the call yet'
        : 'CloudTrail does not have the call in this Region',
    );
  }
  const assumedBy = assumerOf(event);
  const from = assumedBy.sourceIp ? ` from ${plain(assumedBy.sourceIp, 100)}` : '';
  const within = assumedBy.session ? `, session "${plain(assumedBy.session, 64)}",` : '';
  return {
    status: 'found',
    brief: `${shortName(plain(assumedBy.who, 200), 60)} assumed the role at ${utc(assumedBy.at) ?? 'an unknown time'}.`,
    summary: `${plain(assumedBy.who, 200)}${within} assumed it by ${assumedBy.how} at ${utc(assumedBy.at) ?? 'an unknown time'}${from}.${session}`,
    details: { assumedBy },
    completeUntil,
  };
}

function assumerOf({ actorArn, actorName, actorType, actorSession, name, at, sourceIp, userAgent }: TrailEvent) {
  return {
    who: actorArn ?? actorName ?? 'an identity that the event does not name',
    how: name,
    at,
    ...defined({ type: actorType, session: actorSession, sourceIp, userAgent: userAgent?.slice(0, 200) }),
  };
}

function show({ assumedBy }: Read<typeof schema>): Block[] {
  return block.facts(
    ['Assumed by', block.value(assumedBy?.who)],
    ['Identity type', block.word(assumedBy?.type)],
    ['In the session', block.value(assumedBy?.session)],
    ['Call', block.word(assumedBy?.how)],
    ['Assumed', block.instant(assumedBy?.at)],
    ['Address', block.value(assumedBy?.sourceIp)],
    ['Client', block.value(assumedBy?.userAgent)],
  );
}
