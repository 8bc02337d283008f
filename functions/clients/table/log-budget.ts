/** How many bytes of a log group may be scanned a day (UTC), and how they are shared out. */

/** For whom a question is asked. */
export interface LogShare {
  /** Whose request is looked at, by what the server says of it: one of many sessions, addresses and namespaces. */
  actor: string;
  /** Nobody has had the answers yet: the first look, or one after limits kept it from asking. */
  isFirst: boolean;
}

/**
 * - `whole`: a first look at all of the window.
 * - `short`: a first look at the time about the request only.
 * - `later`: a look at what is new.
 */
export type ScanKind = 'whole' | 'short' | 'later';

/** What may be taken in all, and by one actor, as a part of the day's budget. */
interface Parts {
  pool: number;
  actor: number;
}

/**
 * What later looks leave is for first ones, and what whole windows leave for short ones. An actor has a quarter, however many
 * namespaces it creates: with decoys it spends its own share. Short windows count by themselves: each is small, and one actor has
 * a few of them, so that what is kept for them serves many.
 */
export const SHARES: Readonly<Record<ScanKind, Parts>> = {
  later: { pool: 0.5, actor: 0.25 },
  whole: { pool: 0.75, actor: 0.25 },
  short: { pool: 1, actor: 0.015 },
};

export interface LogBudget {
  /**
   * Takes an estimate from today's budget before the question is asked.
   *
   * @param bytesPerDay how much is written to the log group in a day: the budget is in proportion to it
   * @returns undefined when not so much is left
   */
  reserve(scan: {
    logGroup: string;
    bytesPerDay: number;
    share: LogShare;
    kind: ScanKind;
    bytes: number;
  }): Promise<Reservation | undefined>;
}

export interface Reservation {
  /** Puts right what was taken, once it is known how much was scanned. */
  settle(scannedBytes: number): Promise<void>;
}

export interface BudgetRule {
  /** How many times its daily volume may be scanned of a log group in a day. */
  volumes: number;
  /** No more than this, whatever the volume; in bytes. @default no such limit */
  atMost?: number;
}

/** A small log group may be scanned so much in any case: it costs next to nothing. */
const LEAST_BYTES = 5 * 1024 ** 3;

/** The day's budget of a log group, in bytes. */
export const budgetOf = (bytesPerDay: number, { volumes, atMost = Number.POSITIVE_INFINITY }: BudgetRule): number =>
  Math.min(atMost, Math.max(LEAST_BYTES, volumes * bytesPerDay));

/**
 * For what people start by hand, and an actor cannot bring about as often as they like: no more than so much at a time.
 *
 * @param bytes that one question may scan
 */
export const budgetOfEach = (bytes: number): LogBudget => ({
  reserve: async (scan) => (scan.bytes <= bytes ? { settle: async () => undefined } : undefined),
});
