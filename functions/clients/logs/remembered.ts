/** What is remembered of a question to a log, and how it is joined with what is new. */
import * as z from 'zod/mini';
import { flag, object, type Read, text } from '../../contract/read.ts';
import { defined } from '../../kit/defined.ts';
import { readLine } from './log-line.ts';
import type { LogAnswer, LogEntry } from './log-search.ts';

export const rememberedSchema = object({
  /** Entries from here to `until` were looked for; epoch milliseconds. */
  from: z.number(),
  until: z.number(),
  /** When it was asked last; epoch milliseconds. */
  askedAt: z.number(),
  /** All that there are from here on are in `entries`: before it there were more than were read. */
  wholeFrom: z.number(),
  /** The log held no line at all of this time. */
  silent: flag,
  /** Oldest first, without what is read of their text. */
  entries: z.array(object({ at: z.number(), logStream: text, message: z.string(), cut: flag })),
});
export interface Remembered extends Read<typeof rememberedSchema> {}

/**
 * How far before the end of what is remembered it is asked again: entries may arrive later than they usually do. In
 * milliseconds.
 */
const OVERLAP_MS = 5 * 60_000;
/**
 * What is remembered serves also questions that begin a little before it, and is kept so much longer than the question that
 * was asked: further looks at findings of an hour ago ask about an earlier window. In milliseconds.
 */
const SLACK_MS = 6 * 3_600_000;
const EARLIER_MS = 3_600_000;

/** From where on the log has to be asked; undefined where what is remembered is of no use. */
export function startOfNew({ from, until }: Remembered, asked: { from: number; to: number }): number | undefined {
  const earlier = Math.min(EARLIER_MS, (asked.to - asked.from) / 8);
  if (from > asked.from + earlier || until - OVERLAP_MS <= asked.from) return undefined;
  return Math.min(Math.floor((until - OVERLAP_MS) / 60_000) * 60_000, asked.to);
}

/** The answer to a question, of what is remembered alone. */
export function answerOf(
  { from, until, wholeFrom, silent, entries }: Remembered,
  asked: { from: number; to: number; limit: number },
): LogAnswer {
  const begin = Math.max(from, asked.from);
  const within = entries.filter(({ at }) => at >= begin && at <= asked.to);
  return {
    from: begin,
    entries: within.slice(-asked.limit).map(readAgain),
    more: wholeFrom > begin || within.length > asked.limit,
    completeUntil: Math.min(until, asked.to),
    ...defined({ silent }),
  };
}

const readAgain = ({ at, logStream, message, cut }: Remembered['entries'][number]): LogEntry => ({
  at,
  message,
  ...defined({ logStream, cut }),
  ...readLine(message),
});

/**
 * What is remembered after an answer to a question that began at its `from`.
 *
 * @param askedAt epoch milliseconds
 * @param before what was remembered until then, and of use for it
 */
export function remembered(
  answer: LogAnswer,
  before: Remembered | undefined,
  { from, limit }: { from: number; limit: number },
  askedAt: number,
): Remembered {
  const fresh = answer.entries.map(({ at, logStream, message, cut }) => ({
    at,
    message,
    ...defined({ logStream, cut }),
  }));
  // Where there was more than was read, or some that cannot be judged, nothing up to now is whole.
  const freshFrom = answer.more ? answer.completeUntil : answer.from;
  if (!before)
    return {
      from: answer.from,
      until: answer.completeUntil,
      askedAt,
      wholeFrom: freshFrom,
      entries: fresh,
      ...defined({ silent: answer.silent }),
    };
  const begin = Math.max(before.from, from - SLACK_MS);
  const kept = before.entries.filter(({ at }) => at < answer.from && at >= begin);
  const all = [...kept, ...fresh];
  const entries = all.slice(-limit);
  const dropped = all.length - entries.length;
  return {
    from: begin,
    until: Math.max(answer.completeUntil, before.until),
    askedAt,
    wholeFrom: Math.max(
      begin,
      before.wholeFrom,
      answer.more ? freshFrom : 0,
      dropped > 0 ? (all[dropped - 1]?.at ?? 0) + 1 : 0,
    ),
    entries,
    ...defined({ silent: (before.silent && answer.silent) || undefined }),
  };
}
