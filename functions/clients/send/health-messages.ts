/** Tells the people who run Namespace Sentinel how it is. */
export interface HealthMessages {
  /**
   * @param subject less than 100 characters of ASCII
   * @throws when it could not be handed over
   */
  tell(subject: string, text: string): Promise<void>;
}
