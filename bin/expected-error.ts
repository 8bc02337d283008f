/** What a person has to know of: the message says what happened and, where it can be said, what to do. */
export class ExpectedError extends Error {
  override name = 'ExpectedError';
}
