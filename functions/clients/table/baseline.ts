import type { CreatorQuestion, KnownCreator, Lessons } from '../../contract/lessons.ts';

/** Identifies what was said: one principal, whom it acted as, one cluster, one pattern. */
export type CreatorKey = Pick<KnownCreator, 'cluster' | 'principal' | 'impersonated' | 'namePattern'>;

/**
 * Who is known to make which namespaces, because a person has said so. What somebody does teaches nothing. What was said
 * expires after 90 days; said again, it holds for another 90. `now` is epoch milliseconds. It stores what it is given:
 * `contract/lessons.ts` says what may be learnt.
 */
export interface Baseline extends Lessons {
  /** By the narrowest pattern that covers the name; undefined where nothing was said, or it has expired. */
  lookUp(question: CreatorQuestion, now: number, signal?: AbortSignal): Promise<KnownCreator | undefined>;
  /** All that holds, what expires first at the beginning. */
  list(now: number): Promise<KnownCreator[]>;
  /** @returns whether there was such a thing */
  revoke(key: CreatorKey): Promise<boolean>;
}
