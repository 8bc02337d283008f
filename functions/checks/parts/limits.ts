/**
 * Which limits kept a check, or a part of it, from asking. They are noted where errors become words, for the check that runs:
 * so a check that goes on without a part cannot forget to say so.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { KubernetesError, LimitReached } from '../../contract/errors.ts';
import { LIMITS, type Limit } from '../../contract/vocabulary.ts';

const noted = new AsyncLocalStorage<Set<Limit>>();

/** Runs a check. @returns its answer, and what was noted while it ran, in the order of `LIMITS` */
export async function notingLimits<T>(run: () => Promise<T>): Promise<{ answer: T; limits: Limit[] }> {
  const limits = new Set<Limit>();
  const answer = await noted.run(limits, run);
  return { answer, limits: LIMITS.filter((limit) => limits.has(limit)) };
}

export const noteLimit = (limit: Limit): void => void noted.getStore()?.add(limit);

/** Notes the limit that the error is about, if it is about one. */
export function noteLimitOf(error: unknown): void {
  const limit = limitOf(error);
  if (limit) noteLimit(limit);
}

/**
 * The errors by which AWS services say that there were too many requests: those after which the SDK retries, and that of
 * StartQuery (CloudWatch Logs: too many queries at once).
 */
const THROTTLED = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);

/** Which limit an error is about; undefined where it is about something else. */
export function limitOf(error: unknown): Limit | undefined {
  if (error instanceof LimitReached) return error.limit;
  if (error instanceof KubernetesError) return error.code === 429 ? 'request-rate' : undefined;
  return error instanceof Error && THROTTLED.has(error.name) ? 'request-rate' : undefined;
}
