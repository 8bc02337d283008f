import { short, shortName } from '../../kit/words.ts';
import { noteLimitOf } from './limits.ts';

/** Puts into words why a check has no answer. */

/** Thrown by who knows why there is no answer: its message is the whole reason. */
export class NotAnswered extends Error {
  /** The reason in at most `MAX_BRIEF` characters; absent where it is no longer. */
  readonly brief: string | undefined;

  constructor(reason: string, brief?: string) {
    super(reason);
    this.brief = brief;
  }
}

/** Longest message of an error that is passed on, in characters; some hold whole responses. */
const MAX_MESSAGE = 500;

const DENIED = /^(AccessDenied|Unauthorized|NotAuthorized|Forbidden)/i;

/**
 * Why a check failed, by the error that it threw. An AWS error that says which permission is missing is reduced to
 * that: "User: … is not authorized to perform: eks:DescribeCluster on resource: arn:aws:eks:… because …". A limit that it is
 * about is noted.
 */
export function failureReason(error: unknown): string {
  noteLimitOf(error);
  if (error instanceof NotAnswered) return shortMessage(error.message);
  const { name, message, code } = describe(error);
  const denied = /not authorized to perform:? ([\w-]+:[\w*]+)(?: on resource:? "?([^\s"]+))?/.exec(message);
  if (denied) return `denied: its role may not do ${denied[1]}${denied[2] ? ` on ${denied[2]}` : ''}`;
  return `${DENIED.test(name) || code === 401 || code === 403 ? 'denied' : 'failed'}: ${message ? `${name}: ${message}` : name}`;
}

/** The same in at most `MAX_BRIEF` characters. */
export function failureBrief(error: unknown): string | undefined {
  if (error instanceof NotAnswered) return error.brief;
  const { name, message, code } = describe(error);
  const action = /not authorized to perform:? ([\w-]+:[\w*]+)/.exec(message)?.[1];
  if (action !== undefined) return `access was denied (${shortName(action, 60)})`;
  return DENIED.test(name) || code === 401 || code === 403
    ? `access was denied (${shortName(name, 60)})`
    : `the question failed (${shortName(name, 60)})`;
}

/** Anything can be thrown, also by a library. */
function describe(error: unknown): { name: string; message: string; code?: unknown } {
  try {
    if (!(error instanceof Error)) return { name: 'an unknown error', message: shortMessage(String(error)) };
    const { code } = error as { code?: unknown }; // an HTTP status, of Kubernetes
    return { name: shortMessage(String(error.name)), message: shortMessage(String(error.message)), code };
  } catch {
    return { name: 'an error that cannot be read', message: '' };
  }
}

const shortMessage = (text: string): string => short(text.toWellFormed(), MAX_MESSAGE + 1);
