import type { Cluster } from '../../contract/finding.ts';
import type { Limit } from '../../contract/vocabulary.ts';
import type { LogShare } from '../table/log-budget.ts';

/**
 * The logs of a cluster that can be asked.
 * - `audit`: the API server's audit log; entries are events of `audit.k8s.io`.
 * - `api-server`, `authenticator`: text lines of the control plane.
 * - `application`, `host`, `dataplane`: Container Insights' groups, where the cluster has them; JSON lines.
 * - `flow`: VPC flow logs in CloudWatch, where there are any.
 */
export type LogSource = 'audit' | 'api-server' | 'authenticator' | 'application' | 'host' | 'dataplane' | 'flow';

/**
 * A condition on an entry. `field` is a path with dots (`user.extra.canonicalArn.0`, `objectRef.resource`), or `@message`
 * for the line's text, `@aws.account` or `@aws.region` for where it was written. Values are data, whatever they hold: every implementation escapes them.
 */
export type Condition =
  | { field: string; is: string | number }
  | { field: string; in: readonly (string | number)[] }
  /** Holds the text; an empty one asks whether there is such a field. */
  | { field: string; has: string }
  | { all: readonly Condition[] }
  | { any: readonly Condition[] }
  | { not: Condition };

export interface LogQuestion {
  cluster: Cluster;
  source: LogSource;
  /** Only where the group is not the source's usual one (flow logs). */
  logGroup?: string;
  /** Only lines of this account and Region, where logs of several are copied into the group. */
  origin?: { account: string; region: string };
  /** Epoch milliseconds. */
  from: number;
  to: number;
  where: Condition;
  /** The newest entries are returned, at most so many. */
  limit: number;
  /** On whose account it is asked, and the instant that it is about (epoch milliseconds). Absent where nothing is shared. */
  share?: LogShare & { at: number };
}

export interface LogEntry {
  /** Epoch milliseconds. */
  at: number;
  logStream?: string;
  /** Where it was written, where the question is about one of several. */
  origin?: { account?: string; region?: string };
  /** The line; its beginning only, where it is long. */
  message: string;
  /** The line as JSON, where it is a JSON object: as far as it is complete. */
  json?: Record<string, unknown>;
  /** The line goes on beyond what is here. */
  cut?: boolean;
}

export interface LogAnswer {
  /** Epoch milliseconds: entries from here on were looked for. */
  from: number;
  /** Oldest first. */
  entries: LogEntry[];
  /** There were more than the limit, or some that may belong here, which only the part that is cut off could show. */
  more: boolean;
  /** Epoch milliseconds: entries up to here had arrived when the question was asked. */
  completeUntil: number;
  /** The log holds no line at all of this time: nobody writes it, so that an empty answer tells nothing. */
  silent?: boolean;
  /** A limit kept a part of it from being asked: what is there is from before, or from a part of the time. */
  limit?: Limit;
  /** Bytes that the service scanned, for this question and those that shared the scan. */
  scannedBytes?: number;
}

/**
 * Asks the logs. The same question asked twice at once is asked once, and questions on the same log and window that
 * are asked at once share one scan.
 *
 * Throws {@link LogSourceMissing} (no such log group), {@link LogBudgetExceeded}
 * (the actor's share of today's budget of scanned bytes would be exceeded, or the whole budget), {@link LogQueryTimeout}, or the service's own.
 */
export interface LogSearch {
  ask(question: LogQuestion, signal: AbortSignal): Promise<LogAnswer>;
}

/** The end of a log stream, which one writer fills in the order of time: an API server its audit log. */
export interface StreamEnd {
  stream: string;
  /** Epoch milliseconds, of its newest entry. */
  at: number;
}

export interface LogStreams {
  /**
   * The streams that hold an entry of this time, each with its newest one: what was written to a stream before that has
   * arrived.
   *
   * @throws what {@link LogSearch.ask} throws, and RangeError where there are more streams than can be told
   */
  newest(question: Pick<LogQuestion, 'cluster' | 'source' | 'from' | 'to'>, signal: AbortSignal): Promise<StreamEnd[]>;
}
