import { setTimeout as pause } from 'node:timers/promises';
import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { record, text } from '../../../../../functions/kit/json.ts';
import { andMore, counted } from '../../../../../functions/kit/words.ts';
import type { ClaimId } from '../claims.ts';
import { type DeployedFunction, deployedFunctions } from '../deployed.ts';
import type { LiveContext, LiveProbe, Observation } from '../probe.ts';

const HOUR_MS = 3_600_000;
/** CloudTrail answers two questions a second. */
const BETWEEN_POLLS = 0.5;
/** Of one function, each of 50 events, the newest first. */
const MAX_PAGES = 6;

/** The claims that calls to one service show, seen to be allowed. */
const BY_SERVICE: readonly { claim: ClaimId; service: string; names?: readonly string[]; what: string }[] = [
  {
    claim: 'kms-via-service',
    service: 'kms.amazonaws.com',
    what: 'uses of the key through DynamoDB, S3 and SNS',
  },
  {
    claim: 'guardduty-on-everything',
    service: 'guardduty.amazonaws.com',
    names: ['ListFindings', 'GetFindings'],
    what: 'questions to GuardDuty for findings',
  },
  {
    claim: 'subscription-attributes',
    service: 'sns.amazonaws.com',
    names: ['GetSubscriptionAttributes'],
    what: 'questions to SNS for filter policies',
  },
];

/** What CloudTrail recorded of the calls of our functions: what was really refused, and what was not. */
export const ownCalls: LiveProbe = {
  id: 'own-calls',
  question: 'Was any call of our functions refused?',
  needs: ['cloudtrail:LookupEvents'],
  claims: ['calls-allowed', 'kms-via-service', 'guardduty-on-everything', 'subscription-attributes'],
  async run(context) {
    const calls: Call[] = [];
    let isCut = false;
    for (const each of deployedFunctions(context)) {
      context.waitFor(`Reading what CloudTrail recorded of ${each.functionName}`);
      const found = await callsOf(context, each);
      calls.push(...found.calls);
      isCut ||= found.isCut;
    }
    const seen = `in ${counted(context.hours, 'hour')}${isCut ? ', only the newest of which were read' : ''}`;
    return [allowed(calls, seen), ...BY_SERVICE.map((row) => byService(row, calls, seen))];
  },
};

interface Call {
  who: string;
  service: string;
  name: string;
  error?: string | undefined;
}

/** A function's session has its name. */
async function callsOf(
  { view: { clients }, signal, hours, now, pollMs }: LiveContext,
  { functionName }: DeployedFunction,
): Promise<{ calls: Call[]; isCut: boolean }> {
  const calls: Call[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { Events = [], NextToken: next } = await clients.cloudtrail.send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: functionName }],
        StartTime: new Date(now() - hours * HOUR_MS),
        EndTime: new Date(now()),
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
      { abortSignal: signal },
    );
    calls.push(
      ...Events.map(({ EventName = '', EventSource = '', CloudTrailEvent = '{}' }) => ({
        who: functionName,
        service: EventSource,
        name: EventName,
        error: text(record(JSON.parse(CloudTrailEvent))['errorCode']),
      })),
    );
    NextToken = next;
    await pause(pollMs * BETWEEN_POLLS, undefined, { signal });
    if (NextToken === undefined) return { calls, isCut: false };
  }
  return { calls, isCut: true };
}

/** By which IAM refuses, in the record of a call. */
const REFUSED = /AccessDenied|UnauthorizedOperation|NotAuthorized|Forbidden/;

function allowed(calls: readonly Call[], seen: string): Observation {
  const claim = 'calls-allowed';
  const refused = calls.filter(({ error }) => error !== undefined && REFUSED.test(error));
  const kinds = [
    ...new Set(refused.map(({ who, service, name }) => `${who} was refused ${service.split('.')[0]}:${name}`)),
  ];
  if (kinds.length > 0)
    return {
      claim,
      verdict: 'contradicted',
      says: `${andMore(kinds, 10)}, ${seen}.`,
      todo: 'see whether a boundary or a policy of the organisation refuses it; else send the report',
    };
  if (calls.length === 0)
    return { claim, verdict: 'not-seen', says: `CloudTrail has no call of our functions, ${seen}.` };
  return { claim, verdict: 'proven', says: `none of ${counted(calls.length, 'recorded call')} was refused, ${seen}.` };
}

function byService(
  { claim, service, names, what }: (typeof BY_SERVICE)[number],
  calls: readonly Call[],
  seen: string,
): Observation {
  const own = calls.filter((call) => call.service === service && (names?.includes(call.name) ?? true));
  const refused = own.filter(({ error }) => error !== undefined && REFUSED.test(error));
  if (refused.length > 0)
    return {
      claim,
      verdict: 'contradicted',
      says: `${refused.length} of ${own.length} ${what} were refused, ${seen}.`,
      todo: 'send the report',
    };
  if (own.length === 0) return { claim, verdict: 'not-seen', says: `there were no ${what}, ${seen}.` };
  return { claim, verdict: 'proven', says: `${own.length} ${what}, none of them refused, ${seen}.` };
}
