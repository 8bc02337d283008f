/** The errors that cross rooms. A reader tells them apart by class, never by name or message. */

/** What has come over a boundary is not what it is to be. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  /** Where it is wrong or incomplete, and how: `/actor/kind (invalid_value)`. */
  readonly places: readonly string[];

  /** @param what it is to be, without an article: `finding` */
  constructor(what: string, places: readonly string[]) {
    super(`not a valid ${what}: ${places.join(', ')}`);
    this.places = places;
  }
}

/** A lesson that must not be learnt; the message says why. */
export class LessonRefused extends Error {
  override readonly name = 'LessonRefused';
}
