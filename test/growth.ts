/** Measures how the work on a text grows with its length. */
import { expect } from '@jest/globals';

/** Texts are compared with texts that are so many times as long. */
const TIMES = 8;
/** Linear work takes 8 times as long; what is quadratic takes 64 times. Between them lies what a busy machine adds. */
const MOST = 12;
/** No machine is so busy in all those rounds that linear work seems to take so long. */
const BEYOND_DOUBT = 2 * MOST;
/**
 * Best of three, and one where it takes so long that what disturbs it for a moment is little of it; more where a busy
 * machine has disturbed them, as what is not linear is not so in any number of rounds.
 */
const ROUNDS = { least: 3, leastOfLong: 1, most: 20 };
const LONG_MS = 100;
/** Shorter work is repeated until it takes as long: processor time that is shorter drowns in what the runtime does beside it. */
const LEAST_MS = 8;
/** So long the compiler sees the work before its length is settled. */
const WARM_UP_MS = 3 * LEAST_MS;
/** Nobody needs further rounds of work that is as slow as this. */
const TOO_LONG_MS = 5_000;

/** How many times as long the work took on a text that is 8 times as long, and the milliseconds that say so. */
interface Growth {
  factor: number;
  /** On 8 short texts, each of them its own. */
  short: number;
  /** On one long text. */
  long: number;
}

/** Holds that work on a text is linear in its length: see {@link growthOf}. */
export function expectLinear<T>(work: (input: T) => unknown, shape: (size: number) => T, size: number): void {
  const growth = growthOf(work, shape, size);
  expect({ ...growth, within: growth.factor <= MOST }).toMatchObject({ within: true });
}

/**
 * How the work grows, by the processor time of this thread, best of several rounds.
 *
 * A long text is compared with 8 short ones that stand beside each other: both measurements then touch and allocate as
 * many bytes, so that neither the cache nor the garbage collector favours the short text, and take about as long, so
 * that a busy machine disturbs both alike.
 *
 * @param shape the text, or texts; their length has to grow as `size` does
 * @param size chosen so that work that is not linear shows: some thousand, so that a failure is told in seconds
 */
function growthOf<T>(work: (input: T) => unknown, shape: (size: number) => T, size: number): Growth {
  const short = Array.from({ length: TIMES }, () => shape(size));
  const long = [shape(size * TIMES)];
  const repeats = repeatsOf(work, short);
  const took = { short: Number.POSITIVE_INFINITY, long: Number.POSITIVE_INFINITY };
  const factor = () => (took.long / took.short) * TIMES;
  for (let round = 1; round <= ROUNDS.most; round++) {
    took.short = Math.min(took.short, millisecondsOf(work, short, repeats));
    took.long = Math.min(took.long, millisecondsOf(work, long, repeats));
    if (took.long > TOO_LONG_MS) break;
    const least = took.short > LONG_MS ? ROUNDS.leastOfLong : ROUNDS.least;
    if (round >= least && (factor() <= MOST || factor() > BEYOND_DOUBT)) break;
  }
  return { factor: factor(), ...took };
}

function repeatsOf<T>(work: (input: T) => unknown, texts: readonly T[]): number {
  for (let repeats = 1, warm = 0; ; ) {
    const took = millisecondsOf(work, texts, repeats);
    if (took < LEAST_MS) repeats *= 2;
    else if (warm >= WARM_UP_MS) return repeats;
    else warm += took;
  }
}

function millisecondsOf<T>(work: (input: T) => unknown, texts: readonly T[], repeats: number): number {
  const from = threadTime();
  for (let done = 0; done < repeats; done++) for (const text of texts) work(text);
  return threadTime() - from;
}

/** Processor time of this thread, so that neither the compiler's threads nor the collector's count. In milliseconds. */
function threadTime(): number {
  // Linux brings a thread's own counter up to date only at its next tick, or when that of the process is read.
  process.cpuUsage();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
