/** The errors that cross rooms. A reader tells them apart by class, never by name or message. */
import type { Limit } from './vocabulary.ts';

/** What has come over a boundary is not what it is to be. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  /** Where it is wrong or incomplete, and how: `/actor/kind (invalid_value)`. */
  readonly places: readonly string[];

  /** @param what it is to be, without an article: `finding` */
  constructor(what: string, places: readonly string[]) {
    super(`not a valid ${what}: ${places.join(', ')}`);
    this.places = places;
  }
}

/** A lesson that must not be learnt; the message says why. */
export class LessonRefused extends Error {
  override readonly name = 'LessonRefused';
}

/** What an API server answered, other than what was asked for; or that it did not answer. */
export class KubernetesError extends Error {
  override readonly name = 'KubernetesError';
  /** HTTP status; 0 where there was no answer. */
  readonly code: number;
  /** As `Forbidden`; of Kubernetes, or one of ours: `Unreachable`, `TooLarge`, `InvalidAnswer`. */
  readonly reason: string;
  /** How long the server wants to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(code: number, reason: string, message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.reason = reason;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** A cluster that this function cannot be let into, however often it asks; the message says why. */
export class ClusterOutOfReach extends Error {
  override readonly name = 'ClusterOutOfReach';
}

/** A person's input is wrong; the message says how to correct it. The state machines know it by its name: `refused`. */
export class PlaybookInputError extends Error {
  override readonly name = 'InputError';
}

/** A limit of this deployment keeps a question from being asked; the message says which one and why. */
export abstract class LimitReached extends Error {
  abstract readonly limit: Limit;
}

/** There is no such log, or it is not known which one to ask: nothing can be said about what would stand in it. */
export class LogSourceMissing extends Error {
  override readonly name = 'LogSourceMissing';
}

/** The log is there, and nobody wrote to it in the time asked about: nothing can be said about what is not in it. */
export class LogSourceSilent extends Error {
  override readonly name = 'LogSourceSilent';
}

/** The query would scan more than is left of today's budget, or of the actor's share of it. */
export class LogBudgetExceeded extends LimitReached {
  override readonly name = 'LogBudgetExceeded';
  override readonly limit = 'log-budget';
}

/** The service gave the query up after its own time limit. */
export class LogQueryTimeout extends LimitReached {
  override readonly name = 'LogQueryTimeout';
  override readonly limit = 'deadline';
}

/** The service did not start the query, or ended it without an answer. */
export class LogQueryFailed extends Error {
  override readonly name = 'LogQueryFailed';
}
