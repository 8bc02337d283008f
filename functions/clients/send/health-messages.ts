/** Tells the people who run Namespace Sentinel how it is. */
export interface HealthMessages {
  /**
   * @param subject what is the matter: the sender puts the name of the product before it, and cuts what is longer than SNS takes
   * @throws when it could not be handed over
   */
  tell(subject: string, text: string): Promise<void>;
}
