import { runInThisContext, Script } from 'node:vm';
import { judgeLine } from './judge.ts';
import type { Judgement, LogRecord } from './record.ts';

/** CloudWatch Logs takes events of at most 1 MiB; this leaves room for another source of lines. In characters. */
const MAX_LINE = 4 * 1024 * 1024;

/** Shorter lines are judged in well under a millisecond, less than it costs to watch the time. In characters. */
export const LONG_LINE = 16 * 1024;

/** For one long line: a hundred times what the longest takes. In milliseconds. */
const LINE_TIME_MS = 2_000;

/**
 * Judges a line within bounds of its own, so that a line that is too long, takes too long or meets a fault of this
 * program costs itself alone: it is rejected, with the reason. Work on a line grows linearly with its length
 * (test/growth.test.ts): the bound on time holds if that is wrong.
 */
export function judgeWithin(
  record: LogRecord,
  verdictsOf: (record: LogRecord) => Judgement[] = judgeLine,
  timeMs = LINE_TIME_MS,
): Judgement[] {
  const { length } = record.text;
  if (length > MAX_LINE)
    return [{ kind: 'rejected', reason: `a line of ${length} characters: at most ${MAX_LINE} are read` }];
  try {
    return length < LONG_LINE ? verdictsOf(record) : withinTime(() => verdictsOf(record), timeMs);
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? `not judged within ${timeMs} ms` : `it could not be judged (${name})`;
    return [{ kind: 'rejected', reason }];
  }
}

const WORK = Symbol.for('namespace-sentinel.work');
const script = new Script(`globalThis[Symbol.for('namespace-sentinel.work')]()`);
const global = runInThisContext('globalThis') as { [WORK]?: () => unknown };

/** Runs synchronous work, which Node can end only where a script runs with a time-out. @throws when it took longer */
function withinTime<T>(work: () => T, timeout: number): T {
  global[WORK] = work;
  try {
    return script.runInThisContext({ timeout }) as T;
  } finally {
    delete global[WORK];
  }
}
