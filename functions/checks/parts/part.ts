/** A check's answer often comes in parts, one of which may fail: what is missing is said, the rest is told. */
import { failureReason } from './failure.ts';
import { noteLimit } from './limits.ts';

/** What a part gave, or why it gave nothing, as `CronJobs (denied)`. */
export type AnswerPart<T> = { value: T; missing?: undefined } | { value?: undefined; missing: string };

/**
 * Asks for a part, for a limited time, also where what is asked does not heed its signal.
 *
 * @param what as it is called in `missing`
 */
export async function answerPart<T>(
  what: string,
  limitMs: number,
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<AnswerPart<T>> {
  const late = Promise.withResolvers<never>();
  const timeout = new AbortController();
  const abort = () => {
    timeout.abort();
    late.reject(new Error('no answer in time'));
  };
  const timer = setTimeout(abort, limitMs);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    const asked = Promise.resolve().then(() => ask(timeout.signal));
    return { value: await Promise.race([asked, late.promise]) };
  } catch (error) {
    if (timeout.signal.aborted) noteLimit('deadline');
    return { missing: `${what} (${timeout.signal.aborted ? 'no answer in time' : reasonOf(error)})` };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** The API server's refusals are long, and say no more than this. */
function reasonOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown };
  return code === 401 || code === 403 ? 'denied' : failureReason(error);
}

/** For the end of a summary; empty where nothing is missing. */
export const withoutText = (missing: readonly string[]): string =>
  missing.length === 0 ? '' : ` Could not look at: ${missing.join(', ')}.`;
