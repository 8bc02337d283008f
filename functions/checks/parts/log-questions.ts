/** What the checks that ask the logs have in common: their window, what an unanswered question says, where to see more. */

import type { AwsAction } from '../../clients/aws/actions.ts';
import type { Condition, LogAnswer, LogSource } from '../../clients/logs/log-search.ts';
import { actorKey } from '../../contract/actor-key.ts';
import { LogBudgetExceeded, LogQueryTimeout, LogSourceMissing, LogSourceSilent } from '../../contract/errors.ts';
import type { Cluster } from '../../contract/finding.ts';
import { MAX_BRIEF } from '../../contract/investigation.ts';
import { defined } from '../../kit/defined.ts';
import { controlPlaneLogGroup } from '../../kubernetes/names/aws.ts';
import { type CheckAnswer, type CheckContext, notChecked, type Source } from '../check.ts';
import { logGroupConsole } from './console.ts';
import { failureBrief, failureReason, NotAnswered } from './failure.ts';
import { noteLimit, noteLimitOf } from './limits.ts';

/** What a question to the logs needs, as every check that asks them. */
export const LOG_ACTIONS = [
  'cloudwatch:GetMetricStatistics', // how much is written to the log
  'dynamodb:BatchGetItem', // what is remembered
  'dynamodb:UpdateItem', // the budget, and what is remembered
  'logs:GetQueryResults',
  'logs:StartQuery',
  'logs:StopQuery',
] as const satisfies readonly AwsAction[];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** When the namespace was asked for, in epoch milliseconds. */
export function requestedOrNow({ finding: { request, namespace }, now }: CheckContext): number {
  const at = Date.parse(request.at ?? namespace.createdAt ?? '');
  return Number.isNaN(at) ? now() : at;
}

/**
 * The time from this many hours before the request until now, at most as many hours after it. Whole minutes, so that
 * all checks ask about the same window and share one scan.
 */
export function windowOf(context: CheckContext): { from: number; to: number } {
  const at = requestedOrNow(context);
  const span = context.settings.windowHours * HOUR_MS;
  return {
    from: Math.floor((at - span) / MINUTE_MS) * MINUTE_MS,
    to: Math.ceil(Math.min(context.now(), at + span) / MINUTE_MS) * MINUTE_MS,
  };
}

/** A log that could not be asked; `missing` where there is no such log. */
export class NotAsked extends NotAnswered {
  readonly missing: boolean;

  constructor(cause: unknown) {
    super(whyNotAsked(cause), briefOf(cause));
    this.missing = cause instanceof LogSourceMissing;
  }
}

const NO_LOGS = new LogSourceMissing('there are no logs to search here');

/**
 * Asks about the window, or only about what came since the request.
 *
 * @throws NotAsked
 */
export async function askLogs(
  context: CheckContext,
  source: LogSource,
  where: Condition,
  options: { limit: number; since?: 'request'; logGroup?: string },
): Promise<LogAnswer> {
  const { clients, finding, signal } = context;
  if (!clients.logs) throw new NotAsked(NO_LOGS);
  const { from, to } = windowOf(context);
  const start = options.since ? Math.floor(requestedOrNow(context) / MINUTE_MS) * MINUTE_MS : from;
  const { limit, logGroup } = options;
  const question = {
    cluster: finding.cluster,
    source,
    from: start,
    to,
    where,
    limit,
    share: { actor: actorKey(finding.actor), isFirst: context.isFirst, at: requestedOrNow(context) },
    ...defined({ logGroup: logGroup || undefined }),
  };
  try {
    const answer = await clients.logs.ask(question, signal);
    if (!Array.isArray(answer?.entries) || ![answer.from, answer.completeUntil].every(Number.isFinite))
      throw new TypeError('the logs gave no valid answer');
    if (answer.silent)
      throw new LogSourceSilent(
        `the log group ${logGroup ?? groupOf(source, finding.cluster)} holds no line of this time`,
      );
    if (answer.limit !== undefined) noteLimit(answer.limit);
    return answer;
  } catch (error) {
    throw new NotAsked(error);
  }
}

/** In short, where the reason names a log group or an error. */
function briefOf(cause: unknown): string | undefined {
  if (cause instanceof LogSourceMissing)
    return cause.message.length <= MAX_BRIEF ? undefined : 'there is no such log group';
  if (cause instanceof LogSourceSilent) return 'the log group holds no line of this time';
  if (cause instanceof LogQueryTimeout) return 'the log search took too long';
  return cause instanceof LogBudgetExceeded ? 'the log budget of today is used up' : failureBrief(cause);
}

function whyNotAsked(cause: unknown): string {
  noteLimitOf(cause);
  if (cause instanceof LogSourceMissing || cause instanceof LogSourceSilent || cause instanceof LogQueryTimeout)
    return cause.message;
  return cause instanceof LogBudgetExceeded ? `budget: ${cause.message}` : failureReason(cause);
}

/**
 * The answer of a check that found nothing: `clear` only where all was read, and the data is complete beyond the request.
 *
 * @param read.completeUntil epoch milliseconds
 * @param read.more there was more than could be read
 */
export function nothingFound<Details = never>(
  context: CheckContext,
  { completeUntil, more = false }: { completeUntil: number; more?: boolean },
  summary: string,
  rest: Source & { details?: Details; brief?: string } = {},
): CheckAnswer<Details> {
  const until = new Date(completeUntil).toISOString();
  if (completeUntil >= requestedOrNow(context) && !more)
    return { status: 'clear', summary, completeUntil: until, ...rest };
  const { details: _, brief: _brief, ...source } = rest;
  if (more) return { ...notChecked('nothing in what could be read; there was more'), ...source };
  return { ...notChecked(`the data is complete only until ${until}; later data had not arrived yet`), ...source };
}

const groupOf = (source: LogSource, cluster: Cluster): string =>
  ['application', 'host', 'dataplane'].includes(source)
    ? `/aws/containerinsights/${cluster.name}/${source}`
    : controlPlaneLogs(cluster);

/** The control plane's log group. */
export const controlPlaneLogs = ({ name }: Cluster): string => controlPlaneLogGroup(`${name}`);

const HARMLESS = /^[\w .:/@=,+-]+$/;

/** A text within a filter pattern; undefined where it could end its quotation. */
export const quoted = (text: string): string | undefined => (HARMLESS.test(text) ? `"${text}"` : undefined);

/** Where a person can see the same lines. @param pattern a filter pattern of CloudWatch Logs; none, no command */
export function logSource(context: CheckContext, logGroup: string, pattern: string | undefined): Source {
  const { cluster } = context.finding;
  if (!cluster.name || !cluster.region) return {};
  const { from, to } = windowOf(context);
  const link = logGroupConsole(cluster, logGroup);
  return defined({
    link: link || undefined,
    command:
      pattern === undefined
        ? undefined
        : [
            'aws',
            'logs',
            'filter-log-events',
            '--region',
            cluster.region,
            '--log-group-name',
            logGroup,
            '--start-time',
            String(from),
            '--end-time',
            String(to),
            '--filter-pattern',
            pattern,
          ],
  });
}
