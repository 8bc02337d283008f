import { setTimeout as pause } from 'node:timers/promises';
import {
  type CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  GetQueryResultsCommand,
  type GetQueryResultsCommandOutput,
  type LogGroup,
  ResourceNotFoundException,
  StartQueryCommand,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { LogBudgetExceeded, LogQueryFailed, LogQueryTimeout, LogSourceMissing } from '../../contract/errors.ts';
import { defined } from '../../kit/defined.ts';
import type { LogBudget } from '../table/log-budget.ts';
import { insightsQuery, LINE_COLUMN, MAX_LINE } from './insights-query.ts';
import { JoinedQuestions } from './joined-questions.ts';
import { meetsCondition } from './log-condition.ts';
import { readLine } from './log-line.ts';
import type { Condition, LogAnswer, LogEntry, LogQuestion, LogSearch, LogSource } from './log-search.ts';

/** The most that one GetQueryResults returns; more would be too much to judge in the time. */
const MAX_ROWS = 10_000;

/**
 * How late entries arrive, in milliseconds. EKS delivers control-plane logs "within a few minutes, best effort" (EKS
 * user guide); flow logs are gathered for up to 10 minutes and delivered about 5 later (VPC user guide).
 */
const LAG_MS: Record<LogSource, number> = {
  audit: 180_000,
  'api-server': 180_000,
  authenticator: 180_000,
  application: 180_000,
  host: 180_000,
  dataplane: 180_000,
  flow: 900_000,
};

/** Log groups store lines compressed to about 15 % (AWS Pricing Calculator); a query is paid by the uncompressed bytes. */
const UNCOMPRESSED = 1 / 0.15;

const DAY_MS = 86_400_000;
const POLL_MS = 700;
/** The size and age of a log group change slowly. */
const GROUP_KNOWN_MS = 600_000;

/**
 * Asks CloudWatch Logs Insights. Questions on one log group and window share a scan. Before it starts, its size is
 * estimated from what the log group stores, and taken from the daily budget; what was really scanned is put right
 * afterwards. A query that nobody waits for any more is stopped.
 *
 * The estimate takes the group's whole age for evenly filled, because only that needs no further permission: where
 * traffic grew it is low, and the put-right count keeps the budget true all the same.
 */
export class InsightsLogSearch implements LogSearch {
  readonly #logs: CloudWatchLogsClient;
  readonly #budget: LogBudget;
  readonly #now: () => number;
  readonly #pollMs: number;
  readonly #questions: JoinedQuestions<LogQuestion, LogAnswer>;
  readonly #groups = new Map<string, { group: LogGroup; until: number }>();

  constructor(logs: CloudWatchLogsClient, budget: LogBudget, options: { now?: () => number; pollMs?: number } = {}) {
    this.#logs = logs;
    this.#budget = budget;
    this.#now = options.now ?? Date.now;
    this.#pollMs = options.pollMs ?? POLL_MS;
    this.#questions = new JoinedQuestions({
      groupOf: (question) => JSON.stringify([logGroupOf(question), question.from, question.to]),
      keyOf: (question) => JSON.stringify(question),
      ask: (questions, signal) => this.#askTogether(questions, signal),
    });
  }

  async ask(question: LogQuestion, signal: AbortSignal): Promise<LogAnswer> {
    return this.#questions.ask(question, signal);
  }

  /** Where one question's entries could crowd out another's, each is asked for itself. */
  async #askTogether(questions: readonly LogQuestion[], signal: AbortSignal): Promise<LogAnswer[]> {
    const { answers, full } = await this.#scan(questions, signal);
    if (questions.length === 1 || !full) return answers;
    return Promise.all(
      answers.map(async (answer, index) => {
        const alone = await this.#scan(questions.slice(index, index + 1), signal).catch(() => undefined);
        return alone?.answers[0] ?? { ...answer, more: true };
      }),
    );
  }

  async #scan(
    questions: readonly LogQuestion[],
    signal: AbortSignal,
  ): Promise<{ answers: LogAnswer[]; full: boolean }> {
    const [first] = questions;
    if (!first) return { answers: [], full: false };
    const limit = Math.min(
      MAX_ROWS,
      questions.reduce((sum, question) => sum + question.limit, 0),
    );
    const query = insightsQuery({ any: questions.map(sieve) }, limit);
    const askedAt = this.#now();
    const rows = query === undefined ? NO_ROWS : await this.#run(first, query, limit, signal);
    const full = rows.count >= limit;
    const answers = questions.map((question) => {
      const { met, unknown } = sorted(condition(question), rows.entries);
      return {
        entries: met.slice(0, question.limit).toReversed(),
        more: full || unknown || rows.unreadable || met.length > question.limit,
        completeUntil: Math.min(question.to, askedAt - LAG_MS[question.source]),
        ...(rows.silent && { silent: true }),
        ...defined({ scannedBytes: rows.scannedBytes }),
      };
    });
    return { answers, full };
  }

  async #run(question: LogQuestion, queryString: string, limit: number, signal: AbortSignal): Promise<Rows> {
    const logGroupName = logGroupOf(question);
    const reservation = await this.#reserve(logGroupName, question, signal);
    let queryId: string | undefined;
    let scanned: number | undefined;
    let ended = false;
    try {
      const startTime = Math.floor(question.from / 1000);
      const endTime = Math.ceil(question.to / 1000);
      const start = new StartQueryCommand({ logGroupName, startTime, endTime, queryString, limit });
      queryId = (await this.#logs.send(start, { abortSignal: signal })).queryId;
      if (!queryId) throw new LogQueryFailed('CloudWatch Logs started the query without telling its id');
      for (;;) {
        await pause(this.#pollMs, undefined, { signal });
        const get = new GetQueryResultsCommand({ queryId, maxItems: MAX_ROWS });
        const results = await this.#logs.send(get, { abortSignal: signal });
        scanned = results.statistics?.bytesScanned ?? scanned;
        if (results.status === 'Scheduled' || results.status === 'Running') continue;
        ended = true;
        return readResults(results);
      }
    } catch (error) {
      if (error instanceof ResourceNotFoundException && !queryId) throw missing(logGroupName);
      throw error;
    } finally {
      if (queryId && !ended) await this.#stop(queryId);
      // What a stopped query has scanned is known only roughly: its estimate stands, unless it was more already.
      const bytes = ended ? scanned : queryId && Math.max(scanned ?? 0, reservation.estimate);
      await reservation.settle(bytes || 0).catch(() => {});
    }
  }

  async #reserve(logGroupName: string, { from, to }: LogQuestion, signal: AbortSignal) {
    const group = await this.#describe(logGroupName, signal);
    const oldest = Math.max(group.creationTime ?? 0, this.#now() - (group.retentionInDays ?? Infinity) * DAY_MS);
    const share = Math.min(1, (to - from) / Math.max(this.#now() - oldest, 1));
    const estimate = (group.storedBytes ?? 0) * UNCOMPRESSED * share;
    const reservation = await this.#budget.reserve(estimate);
    if (reservation) return { estimate, settle: (bytes: number) => reservation.settle(bytes) };
    throw new LogBudgetExceeded(
      `about ${(estimate / 1e9).toFixed(2)} GB would have to be scanned, more than is left of today's budget`,
    );
  }

  async #describe(name: string, signal: AbortSignal): Promise<LogGroup> {
    const known = this.#groups.get(name);
    if (known && known.until > this.#now()) return known.group;
    const describe = new DescribeLogGroupsCommand({ logGroupNamePrefix: name });
    const { logGroups = [] } = await this.#logs.send(describe, { abortSignal: signal });
    const group = logGroups.find(({ logGroupName }) => logGroupName === name);
    if (!group) throw missing(name);
    this.#groups.set(name, { group, until: this.#now() + GROUP_KNOWN_MS });
    return group;
  }

  /** The signal is aborted already: this request has a short time of its own. */
  async #stop(queryId: string): Promise<void> {
    try {
      await this.#logs.send(new StopQueryCommand({ queryId }), { abortSignal: AbortSignal.timeout(2_000) });
    } catch {
      // One that has ended meanwhile cannot be stopped; one that could not be stopped ends by itself.
    }
  }
}

const missing = (logGroup: string): Error => new LogSourceMissing(`there is no log group ${logGroup}`);

/** Result rows, the newest first. */
interface Rows {
  entries: LogEntry[];
  count: number;
  unreadable: boolean;
  /** There was no line to scan. */
  silent: boolean;
  scannedBytes?: number;
}

const NO_ROWS: Rows = { entries: [], count: 0, unreadable: false, silent: false };

function readResults({ status, results = [], statistics, nextToken }: GetQueryResultsCommandOutput): Rows {
  if (status === 'Timeout') throw new LogQueryTimeout('CloudWatch Logs gave the query up after its own time limit');
  if (status !== 'Complete') throw new LogQueryFailed(`CloudWatch Logs ended the query as ${status}`);
  const entries = results.flatMap((row): LogEntry[] => {
    const column = (name: string) => row.find(({ field }) => field === name)?.value;
    const message = column(LINE_COLUMN);
    const logStream = column('@logStream');
    // `2026-11-23 07:02:18.048`, in UTC.
    const at = Date.parse(`${column('@timestamp')?.replace(' ', 'T')}Z`);
    if (message === undefined || Number.isNaN(at)) return [];
    const cut = message.length >= MAX_LINE && { cut: true };
    return [{ at, ...defined({ logStream: logStream || undefined }), message, ...cut, ...readLine(message) }];
  });
  return {
    entries: entries.sort((a, b) => b.at - a.at),
    count: results.length,
    unreadable: entries.length < results.length || nextToken !== undefined,
    // What a field index spares is there all the same.
    silent: statistics?.recordsScanned === 0 && !statistics.estimatedRecordsSkipped,
    ...defined({ scannedBytes: statistics?.bytesScanned }),
  };
}

const CONTROL_PLANE: readonly LogSource[] = ['audit', 'api-server', 'authenticator'];

function logGroupOf({ cluster: { name }, source, logGroup }: LogQuestion): string {
  if (logGroup !== undefined) return logGroup;
  if (!name || source === 'flow') throw new LogSourceMissing('it is not known which log group to ask');
  return CONTROL_PLANE.includes(source) ? `/aws/eks/${name}/cluster` : `/aws/containerinsights/${name}/${source}`;
}

/** The control plane's logs share a log group, and differ by their streams. */
function condition({ source, where }: LogQuestion): Condition {
  const stream = (has: string): Condition => ({ field: '@logStream', has });
  switch (source) {
    case 'audit':
      return { all: [stream('kube-apiserver-audit-'), where] };
    case 'api-server':
      return { all: [stream('kube-apiserver-'), { not: stream('kube-apiserver-audit-') }, where] };
    case 'authenticator':
      return { all: [stream('authenticator-'), where] };
    default:
      return where;
  }
}

/** Audit events that were cut are fetched as well, to know of them: a client can make its requests' lines long. */
function sieve(question: LogQuestion): Condition {
  const { where } = question;
  if (question.source !== 'audit') return condition(question);
  return condition({ ...question, where: { any: [where, { not: { field: 'auditID', has: '' } }] } });
}

function sorted(where: Condition, entries: readonly LogEntry[]): { met: LogEntry[]; unknown: boolean } {
  const verdicts = entries.map((entry) => meetsCondition(where, entry));
  return { met: entries.filter((_, index) => verdicts[index]), unknown: verdicts.includes(undefined) };
}
