/** How many bytes of logs may be scanned a day (UTC), shared by all who ask. */
export interface LogBudget {
  /**
   * Takes an estimate from today's budget before the question is asked.
   *
   * @returns undefined when not so much is left
   */
  reserve(estimatedBytes: number): Promise<Reservation | undefined>;
}

export interface Reservation {
  /** Puts right what was taken, once it is known how much was scanned. */
  settle(scannedBytes: number): Promise<void>;
}
