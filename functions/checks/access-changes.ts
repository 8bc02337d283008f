import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { ownWords, say } from '../kit/phrase.ts';
import { counted, countedAtLeast, shortName } from '../kit/words.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';
import { type AccessChange, accessChange } from './parts/access-change.ts';
import { EKS_EVENTS, TRAIL_LAG_MS, trailChanges } from './parts/access-trail.ts';
import { ACCESS_WRITES, accessWrites } from './parts/access-writes.ts';
import { auditEntries } from './parts/audit-entry.ts';
import { auditLogDoubt } from './parts/control-plane-logs.ts';
import { limitGroups } from './parts/group-bindings.ts';
import { askLogs, controlPlaneLogs, LOG_ACTIONS, logSource, nothingFound, windowOf } from './parts/log-questions.ts';
import { answerPart, withoutText } from './parts/part.ts';
import { lookUpRoles } from './parts/wide-roles.ts';

const MAX_WRITES = 1_000;
const MAX_CALLS = 100;
const MAX_SHOWN = 50;

/** One source that does not answer must not hide what the other knows; after the audit log, live roles are looked up. */
const AUDIT_LIMIT_MS = 15_000;
const TRAIL_LIMIT_MS = 15_000;

/** At most 50 changes, those that concern the finding first. */
const schema = field.object({
  changes: field.list(accessChange),
  total: field.number,
  /** Which sources could not be asked, and why. */
  notAsked: field.list(field.object({ source: field.word<AccessChange['source']>(), reason: field.text })),
});
type Details = Written<typeof schema>;

/**
 * Who changed who may do what: roles, bindings, ServiceAccounts, aws-auth and admission configuration by the audit log,
 * access entries and the cluster's configuration by CloudTrail. What changed in IAM itself is not looked up: CloudTrail
 * keeps that in us-east-1 only, and an IAM role says nothing about the cluster by itself.
 */
export const accessChanges = defineCheck({
  name: 'access-changes',
  question:
    'Were roles, bindings or cluster access changed recently, and does any change concern this namespace or its creator?',
  deadlineMs: 20_000,
  needs: {
    kubernetes: [
      'get clusterrolebindings.rbac.authorization.k8s.io',
      'get clusterroles.rbac.authorization.k8s.io',
      'get rolebindings.rbac.authorization.k8s.io',
      'get roles.rbac.authorization.k8s.io',
      'list clusterrolebindings.rbac.authorization.k8s.io',
      'list rolebindings.rbac.authorization.k8s.io',
    ],
    aws: ['cloudtrail:LookupEvents', ...LOG_ACTIONS, 'eks:DescribeCluster'],
  },
  details: schema,
  run,
  statement: ({ changes = [] }) => (changes.some(({ concerns = [] }) => concerns.length > 0) ? 'found' : 'clear'),
  show,
});

interface Asked {
  source: AccessChange['source'];
  changes: AccessChange[];
  more: boolean;
  /** Epoch milliseconds. */
  from: number;
  completeUntil: number;
  notAsked?: string;
}

async function run(context: CheckContext): Promise<CheckAnswer<Details>> {
  const asked = await Promise.all([askAuditLog(context), askCloudTrail(context)]);
  const answered = asked.filter(({ notAsked }) => notAsked === undefined);
  const notAsked = asked.flatMap(({ source, notAsked: reason }) => (reason === undefined ? [] : [{ source, reason }]));
  const notes = withoutText(notAsked.map(({ reason }) => reason));
  if (answered.length === 0)
    return notChecked(
      notAsked.map(({ reason }) => reason).join('; '),
      'neither the audit log nor CloudTrail could be read',
    );

  const changes = asked.flatMap((each) => each.changes).sort(byConcern);
  const details: Details = { changes: changes.slice(0, MAX_SHOWN), total: changes.length, notAsked };
  const completeUntil = Math.min(...answered.map((each) => each.completeUntil));
  const pattern =
    '{ $.objectRef.apiGroup = "rbac.authorization.k8s.io" && $.verb != "get" && $.verb != "list" && $.verb != "watch" }';
  const source = logSource(context, controlPlaneLogs(context.finding.cluster), pattern);
  const since = new Date(Math.max(...answered.map((each) => each.from))).toISOString();
  const more = answered.some((each) => each.more);
  if (changes.length === 0 && (notes || more))
    return {
      ...notChecked(
        `no changes in the part that was read.${notes}${more ? ' There is more than could be read.' : ''}`,
        notAsked.length > 0
          ? `${NAMES[notAsked[0]?.source ?? 'audit']} could not be read`
          : 'there is more than could be read',
      ),
      ...source,
    };
  if (changes.length === 0)
    return nothingFound(context, { completeUntil }, `No changes since ${since}.`, { ...source, details });
  return {
    status: 'found',
    summary: `${countedAtLeast(changes.length, more, 'change')} of rights since ${since}${concerning(changes)}.${notes}`,
    brief: inShort(changes),
    details,
    completeUntil: new Date(completeUntil).toISOString(),
    ...source,
  };
}

async function askAuditLog(context: CheckContext): Promise<Asked> {
  const source = 'audit';
  const { value, missing } = await answerPart('the audit log', AUDIT_LIMIT_MS, context.signal, (signal) =>
    askLogs({ ...context, signal }, source, ACCESS_WRITES, { limit: MAX_WRITES }),
  );
  if (missing !== undefined) return unanswered(source, missing);
  const doubt = value.entries.length === 0 ? await auditLogDoubt(context) : undefined;
  if (doubt !== undefined) return unanswered(source, `the audit log (${doubt})`);
  // Those that concern the finding are looked up first.
  const writes = accessWrites(auditEntries(value.entries), context.finding).sort((a, b) =>
    byConcern(a.change, b.change),
  );
  const changes = (await lookUpRoles(writes, context)).map(({ change }) => change);
  return { source, changes, more: value.more, from: value.from, completeUntil: value.completeUntil };
}

async function askCloudTrail(context: CheckContext): Promise<Asked> {
  const source = 'cloudtrail';
  const { clients, finding } = context;
  const { trail } = clients;
  if (!trail) return unanswered(source, 'CloudTrail (not available here)');
  if (!finding.cluster.name) return unanswered(source, 'CloudTrail (the record does not say which cluster it is from)');
  const { from, to } = windowOf(context);
  const question = { eventSource: 'eks.amazonaws.com', names: EKS_EVENTS, from, to, max: MAX_CALLS };
  const { value, missing } = await answerPart('CloudTrail', TRAIL_LIMIT_MS, context.signal, async (signal) => {
    const { events, more } = await trail.lookUp(question, signal);
    return { changes: await limitGroups(trailChanges(events, finding), context), more };
  });
  if (missing !== undefined) return unanswered(source, missing);
  return { source, ...value, from, completeUntil: Math.min(to, context.now() - TRAIL_LAG_MS) };
}

const unanswered = (source: AccessChange['source'], notAsked: string): Asked => ({
  source,
  changes: [],
  more: false,
  from: 0,
  completeUntil: 0,
  notAsked,
});

/** What concerns the finding, then what is wide, then the newest. */
const byConcern = (a: AccessChange, b: AccessChange): number =>
  b.concerns.length - a.concerns.length ||
  Number(b.wide ?? false) - Number(a.wide ?? false) ||
  b.at.localeCompare(a.at);

const NAMES: Record<AccessChange['source'], string> = { audit: 'the audit log', cloudtrail: 'CloudTrail' };

function inShort(changes: readonly AccessChange[]): string {
  const concerned = changes.filter(({ concerns }) => concerns.length > 0);
  const [first] = concerned;
  if (!first) return `${counted(changes.length, 'change')} of rights, none about the creator or the namespace.`;
  const { what, name, gives } = first;
  const more = concerned.length > 1 ? ` and ${concerned.length - 1} more` : '';
  return `Rights changed: ${shortName([what, name].filter(Boolean).join(' '), 40)}${gives ? ` (${shortName(gives, 48)})` : ''}${more}.`;
}

function concerning(changes: readonly AccessChange[]): string {
  const [first] = changes;
  const count = changes.filter(({ concerns }) => concerns.length > 0).length;
  if (!first || count === 0) return '; none about the creator or the namespace';
  const { what, name, gives, by, at } = first;
  return `, ${count} about the creator or the namespace; the most relevant: ${what}${name ? ` ${name}` : ''}${
    gives ? ` (${gives})` : ''
  }${by ? ` by ${by}` : ''} at ${at}`;
}

const CONCERNS: Record<string, string> = {
  actor: 'the creator',
  namespace: 'the namespace',
  'by-actor': 'done by the creator',
};
const SOURCES: Record<string, string> = { audit: 'Kubernetes audit log', cloudtrail: 'CloudTrail' };

function show({ changes, total, notAsked }: Read<typeof schema>): Block[] {
  return [
    ...block.table('Not asked', notAsked, {
      Source: ({ source = '' }) => ownWords(SOURCES[source] ?? 'unknown'),
      Reason: ({ reason }) => block.sentence(reason),
    }),
    ...block.table(
      'Changes of rights',
      changes,
      {
        When: ({ at }) => block.instant(at),
        Change: ({ verb, what, name, namespace, code }) => [
          say`${block.word(verb) ?? []} ${block.word(what) ?? []}`,
          ...(name === undefined ? [] : [say`${namespace === undefined ? name : `${namespace}/${name}`}`]),
          ...(code === undefined
            ? []
            : [say`answered with ${typeof code === 'number' ? ownWords(String(code)) : code}`]),
        ],
        Gives: ({ gives, wide }) => say`${gives ?? ownWords('unknown')}${wide ? ownWords(' – wide rights') : []}`,
        By: ({ by }) => block.value(by),
        Concerns: ({ concerns = [] }) =>
          concerns.length === 0 ? ownWords('–') : concerns.map((key) => ownWords(CONCERNS[key] ?? 'unknown')),
        Source: ({ source = '' }) => ownWords(SOURCES[source] ?? 'unknown'),
      },
      total,
    ),
  ];
}
