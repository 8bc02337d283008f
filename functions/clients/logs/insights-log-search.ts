import { setTimeout as pause } from 'node:timers/promises';
import {
  type CloudWatchLogsClient,
  GetQueryResultsCommand,
  ResourceNotFoundException,
  StartQueryCommand,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { LimitReached, LogBudgetExceeded, LogQueryFailed, LogSourceMissing } from '../../contract/errors.ts';
import { defined } from '../../kit/defined.ts';
import { controlPlaneLogGroup } from '../../kubernetes/names/aws.ts';
import type { LogBudget, ScanKind } from '../table/log-budget.ts';
import { insightsQuery } from './insights-query.ts';
import { NO_ROWS, readResults } from './insights-rows.ts';
import { JoinedQuestions } from './joined-questions.ts';
import { meetsCondition } from './log-condition.ts';
import type {
  Condition,
  LogAnswer,
  LogEntry,
  LogQuestion,
  LogSearch,
  LogSource,
  LogStreams,
  StreamEnd,
} from './log-search.ts';
import { LogVolume, type LogVolumes } from './log-volume.ts';

/** The most that one GetQueryResults returns; more would be too much to judge in the time. */
const MAX_ROWS = 10_000;
/** A log group of a control plane has a stream for each API server that it ever had; in a short time, few. */
const MAX_STREAMS = 1_000;

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

/** What a first look asks about where the whole window is too much: so long before the request. */
const SHORT_MS = 3_600_000;

/** How long a question waits for others that share its scan: each of them asks first what is remembered. */
const WAIT_MS = 100;
const POLL_MS = 700;
/**
 * Asks CloudWatch Logs Insights. Questions on one log group and window share a scan. Before it starts, its size is estimated
 * from what was written to the log group in that time, and taken from the daily budget; what was really scanned is put right
 * afterwards. Where the whole window is too much, the time about the request is asked. A query that nobody waits for any more is
 * stopped.
 */
export class InsightsLogSearch implements LogSearch, LogStreams {
  readonly #logs: CloudWatchLogsClient;
  readonly #budget: LogBudget;
  readonly #volumes: LogVolumes;
  readonly #now: () => number;
  readonly #pollMs: number;
  readonly #questions: JoinedQuestions<LogQuestion, LogAnswer>;

  constructor(
    logs: CloudWatchLogsClient,
    limits: { budget: LogBudget; volumes: LogVolumes },
    options: { now?: () => number; pollMs?: number } = {},
  ) {
    this.#logs = logs;
    this.#budget = limits.budget;
    this.#volumes = limits.volumes;
    this.#now = options.now ?? Date.now;
    this.#pollMs = options.pollMs ?? POLL_MS;
    this.#questions = new JoinedQuestions({
      waitMs: WAIT_MS,
      groupOf: (question) => JSON.stringify([logGroupOf(question), question.from, question.to, question.share]),
      keyOf: (question) => JSON.stringify(question),
      ask: (questions, signal) => this.#askTogether(questions, signal),
    });
  }

  async ask(question: LogQuestion, signal: AbortSignal): Promise<LogAnswer> {
    return this.#questions.ask(question, signal);
  }

  async newest(
    asked: Pick<LogQuestion, 'cluster' | 'source' | 'from' | 'to'>,
    signal: AbortSignal,
  ): Promise<StreamEnd[]> {
    const question: LogQuestion = { ...asked, where: { all: [] }, limit: MAX_STREAMS };
    const query = insightsQuery(condition(question), MAX_STREAMS, { ofEachStream: true }) ?? '';
    const { entries, count, unreadable, from } = await this.#run(question, query, MAX_STREAMS, signal);
    if (unreadable || count >= MAX_STREAMS || from > asked.from) throw new RangeError('not every log stream was told');
    return entries.flatMap(({ logStream, at }) => (logStream === undefined ? [] : [{ stream: logStream, at }]));
  }

  /** Where one question's entries could crowd out another's, each is asked for itself. */
  async #askTogether(questions: readonly LogQuestion[], signal: AbortSignal): Promise<LogAnswer[]> {
    const { answers, full } = await this.#scan(questions, signal);
    if (questions.length === 1 || !full) return answers;
    return Promise.all(
      answers.map(async (answer, index) => {
        try {
          const alone = await this.#scan(questions.slice(index, index + 1), signal);
          return alone.answers[0] ?? answer;
        } catch (error) {
          return { ...answer, more: true, ...(error instanceof LimitReached && { limit: error.limit }) };
        }
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
    const withOrigin = questions.some(({ origin }) => origin !== undefined);
    const query = insightsQuery({ any: questions.map(sieve) }, limit, { withOrigin });
    const askedAt = this.#now();
    const rows = query === undefined ? { ...NO_ROWS, from: first.from } : await this.#run(first, query, limit, signal);
    const isShort = rows.from > first.from;
    const full = rows.count >= limit;
    const answers = questions.map((question) => {
      const { met, unknown } = sorted(condition(question), rows.entries);
      return {
        from: rows.from,
        ...(isShort && { limit: 'log-budget' as const }),
        entries: met.slice(0, question.limit).toReversed(),
        more: isShort || full || unknown || rows.unreadable || met.length > question.limit,
        completeUntil: Math.min(question.to, askedAt - LAG_MS[question.source]),
        ...(rows.silent && { silent: true }),
        ...defined({ scannedBytes: rows.scannedBytes }),
      };
    });
    return { answers, full };
  }

  async #run(question: LogQuestion, queryString: string, limit: number, signal: AbortSignal) {
    const logGroupName = logGroupOf(question);
    const reservation = await this.#reserve(logGroupName, question, signal);
    const { from } = reservation;
    let queryId: string | undefined;
    let scanned: number | undefined;
    let ended = false;
    try {
      const startTime = Math.floor(from / 1000);
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
        return { ...readResults(results), from };
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

  /** The whole window, or else the time about the request. */
  async #reserve(logGroup: string, question: LogQuestion, signal: AbortSignal) {
    const { volume, unknown } = await this.#volumeOf(logGroup, signal);
    const { to, share = NOBODY } = question;
    const attempts = attemptsOf(question).map((attempt) => ({ ...attempt, bytes: volume.between(attempt.from, to) }));
    for (const { kind, from, bytes } of attempts) {
      const scan = { logGroup, bytesPerDay: volume.bytesPerDay, share, kind, bytes };
      const reservation = await this.#budget.reserve(scan);
      if (reservation) return { from, estimate: bytes, settle: (scanned: number) => reservation.settle(scanned) };
    }
    const least = Math.min(...attempts.map(({ bytes }) => bytes));
    throw new LogBudgetExceeded(
      `about ${(least / 1e9).toFixed(2)} GB would have to be scanned, more than is left of today's budget for this actor or ` +
        `this log group${unknown}`,
    );
  }

  /** Where it cannot be read, the least budget holds, and what is scanned counts afterwards. */
  async #volumeOf(logGroup: string, signal: AbortSignal): Promise<{ volume: LogVolume; unknown: string }> {
    try {
      return { volume: await this.#volumes.of(logGroup, signal), unknown: '' };
    } catch (error) {
      signal.throwIfAborted();
      const name = error instanceof Error ? error.name : 'unknown error';
      const now = this.#now();
      const volume = new LogVolume(new Map(), { from: now, to: now });
      return { volume, unknown: `; how much is written to it could not be read (${name})` };
    }
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

const NOBODY = { actor: '', isFirst: true };

/** What is asked, and what where that is too much. */
function attemptsOf({ from, to, share }: LogQuestion): { kind: ScanKind; from: number }[] {
  if (share && !share.isFirst) return [{ kind: 'later', from }];
  const short = Math.floor(((share?.at ?? to) - SHORT_MS) / 60_000) * 60_000;
  return [{ kind: 'whole', from }, ...(short > from && short < to ? [{ kind: 'short' as const, from: short }] : [])];
}

const CONTROL_PLANE: readonly LogSource[] = ['audit', 'api-server', 'authenticator'];

function logGroupOf({ cluster: { name }, source, logGroup }: LogQuestion): string {
  if (logGroup !== undefined) return logGroup;
  if (!name || source === 'flow') throw new LogSourceMissing('it is not known which log group to ask');
  return CONTROL_PLANE.includes(source) ? controlPlaneLogGroup(name) : `/aws/containerinsights/${name}/${source}`;
}

/** The control plane's logs share a log group, and differ by their streams. */
function condition({ source, origin, where: what }: LogQuestion): Condition {
  const where: Condition = origin
    ? { all: [{ field: '@aws.account', is: origin.account }, { field: '@aws.region', is: origin.region }, what] }
    : what;
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
