/** Measures how the work on a text grows with its length. */
import { expect } from '@jest/globals';

/** Texts are compared with texts that are so many times as long. */
const TIMES = 8;
/** Linear work takes 8 times as long; what is quadratic takes 64 times. Between them lies what a busy machine adds. */
const MOST = 12;
const ROUNDS = 5;
/** Shorter work is repeated until it takes as long: processor time that is shorter drowns in what the runtime does beside it. */
const LEAST_MS = 4;
/** Nobody needs five rounds of work that is as slow as this. */
const TOO_LONG_MS = 5_000;

/**
 * Holds that work on a text is linear in its length, by the processor time that it takes, best of five rounds.
 *
 * @param shape the text, or texts; their length has to grow as `size` does
 * @param size chosen so that work that is not linear shows: some thousand, so that a failure is told in seconds
 */
export function expectLinear<T>(work: (input: T) => unknown, shape: (size: number) => T, size: number): void {
  const [short, long] = [shape(size), shape(size * TIMES)];
  const repeats = repeatsOf(work, short);
  const took = { short: best(work, short, repeats), long: best(work, long, repeats) };
  const factor = took.long / took.short;
  expect({ factor, ...took, within: factor <= MOST }).toMatchObject({ within: true });
}

function repeatsOf<T>(work: (input: T) => unknown, text: T): number {
  for (let repeats = 1; ; repeats *= 2) if (millisecondsOf(work, text, repeats) >= LEAST_MS) return repeats;
}

function best<T>(work: (input: T) => unknown, text: T, repeats: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS && (round === 0 || least < TOO_LONG_MS); round++)
    least = Math.min(least, millisecondsOf(work, text, repeats));
  return least;
}

function millisecondsOf<T>(work: (input: T) => unknown, text: T, repeats: number): number {
  const from = process.cpuUsage();
  for (let done = 0; done < repeats; done++) work(text);
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1_000;
}
