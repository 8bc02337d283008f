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
