/** `heartbeat`: the daily sign of life; `news`: something has broken, or holds again. */
export type HealthKind = 'heartbeat' | 'news';

/** Tells the people who run Namespace Sentinel how it is. */
export interface HealthMessages {
  /**
   * @param subject what is the matter: the sender puts the name of the product before it, and cuts what is longer than SNS takes
   * @param kind what machines tell messages apart by; `news` without it
   * @throws when it could not be handed over
   */
  tell(subject: string, text: string, kind?: HealthKind): Promise<void>;
}

/** Tells each of them. */
export class HealthMessagesToAll implements HealthMessages {
  readonly #all: readonly HealthMessages[];

  constructor(all: readonly HealthMessages[]) {
    this.#all = all;
  }

  /** Every one is tried. @throws the first error of one that did not take it */
  async tell(subject: string, text: string, kind?: HealthKind): Promise<void> {
    const results = await Promise.allSettled(this.#all.map((each) => each.tell(subject, text, kind)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
}
