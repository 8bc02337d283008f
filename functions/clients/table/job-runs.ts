/** When each job of *watch* ran last. */
export interface JobRuns {
  /**
   * Takes a job on, once in its period.
   *
   * @param job its id
   * @param at epoch milliseconds
   * @param periodMs before that is over nobody else gets it
   * @returns whether it is due, and the caller's to do
   */
  begin(job: string, at: number, periodMs: number): Promise<boolean>;
  /** It did not come to its end: the next run may begin it at once. */
  again(job: string): Promise<void>;
}
