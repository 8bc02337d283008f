/** What was read before, so that only what is new has to be read again: shared by all investigations. */
export interface AnswerMemory {
  /** What was kept under this key, as JSON text; undefined where nothing is. */
  recall(key: string, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Keeps it in place of what was kept before.
   *
   * @returns whether it was: not what takes too much room
   */
  keep(key: string, json: string): Promise<boolean>;
  /** Takes the turn to read what the key stands for, for so long. @returns whether it was free */
  takeTurn(key: string, forMs: number): Promise<boolean>;
  giveTurnBack(key: string): Promise<void>;
}
