import { EXIT } from '../io.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Ends the process at the first signal: a step at work cannot be called back, and every step may be repeated.
 *
 * @param last what is said and given back before
 * @returns undoes it
 */
export function onInterrupt(last: () => Promise<void>): () => void {
  const end = (): void => {
    void last().finally(() => process.exit(EXIT.attention));
  };
  for (const signal of SIGNALS) process.once(signal, end);
  return () => {
    for (const signal of SIGNALS) process.off(signal, end);
  };
}
