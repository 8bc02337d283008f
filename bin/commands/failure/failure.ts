/** A failure in the words of a person. */
export interface CommandFailure {
  /** What happened: a sentence or more. */
  what: string;
  /** What to do about it, where `what` does not say so already. */
  todo?: string;
}
