/** Measures how the work on a text grows with its length. */
import { expect } from '@jest/globals';

/** Texts are compared with texts that are so many times as long. */
const TIMES = 8;
/** Linear work takes 8 times as long; what is quadratic takes 64 times. Between them lies what a busy machine adds. */
const MOST = 12;
/** Best of five; of more where a busy machine has disturbed them, as what is not linear is not so in any number of rounds. */
const ROUNDS = { least: 5, most: 20 };
/** Shorter work is repeated until it takes as long: processor time that is shorter drowns in what the runtime does beside it. */
const LEAST_MS = 4;
/** Nobody needs further rounds of work that is as slow as this. */
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
  const took = { short: Number.POSITIVE_INFINITY, long: Number.POSITIVE_INFINITY };
  const factor = () => took.long / took.short;
  for (let round = 1; round <= ROUNDS.most; round++) {
    took.short = Math.min(took.short, millisecondsOf(work, short, repeats));
    took.long = Math.min(took.long, millisecondsOf(work, long, repeats));
    if (took.long > TOO_LONG_MS || (round >= ROUNDS.least && factor() <= MOST)) break;
  }
  expect({ factor: factor(), ...took, within: factor() <= MOST }).toMatchObject({ within: true });
}

function repeatsOf<T>(work: (input: T) => unknown, text: T): number {
  for (let repeats = 1; ; repeats *= 2) if (millisecondsOf(work, text, repeats) >= LEAST_MS) return repeats;
}

function millisecondsOf<T>(work: (input: T) => unknown, text: T, repeats: number): number {
  const from = process.cpuUsage();
  for (let done = 0; done < repeats; done++) work(text);
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1_000;
}
