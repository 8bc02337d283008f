import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT } from '../io.ts';

/** What is given back must not hold the end up for longer, in milliseconds. */
const LONGEST_MS = 3_000;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Ends the process at the first signal: a step at work cannot be called back, and every step may be repeated.
 *
 * @param last what is said and given back before
 * @returns undoes it
 */
export function onInterrupt(last: () => Promise<void>): () => void {
  const end = (): void => {
    void Promise.race([last(), sleep(LONGEST_MS)]).finally(() => process.exit(EXIT.attention));
  };
  for (const signal of SIGNALS) process.once(signal, end);
  return () => {
    for (const signal of SIGNALS) process.off(signal, end);
  };
}
