import type { Cluster } from '../../contract/finding.ts';
import type { Decision, Lesson } from '../../contract/known-creator.ts';

/** What a person has said, for as long as it holds. */
export interface KnownCreator extends Lesson {
  cluster: Required<Cluster>;
  /** RFC 3339. */
  decidedAt: string;
  expiresAt: string;
  /** A decision about one finding, or a proposal from recorded logs that a person accepted. */
  origin: 'decision' | 'proposal';
  /** Of the decision. */
  findingId?: string;
}

/** Identifies what was said: one principal, one cluster, one pattern. */
export type CreatorKey = Pick<KnownCreator, 'cluster' | 'principal' | 'namePattern'>;

/**
 * Who is known to make which namespaces, because a person has said so. What somebody does teaches nothing. What was said
 * expires after 90 days; said again, it holds for another 90. `now` is epoch milliseconds.
 */
export interface Baseline {
  /** By the narrowest pattern that covers the name; undefined where nothing was said, or it has expired. */
  lookUp(
    question: { cluster: Required<Cluster>; principal: string; name: string },
    now: number,
    signal?: AbortSignal,
  ): Promise<KnownCreator | undefined>;
  /**
   * Learns from the decision that a finding was legitimate.
   *
   * @throws an error of name `LessonRefused` that says why: the finding must be known, assessed, about this creator and
   *   cluster and a name that the pattern covers, and no indicator of weight 25 or more may stand
   */
  teach(decision: Decision, now: number): Promise<KnownCreator>;
  /** Learns from a proposal that a person has accepted. @throws like {@link teach}, as far as there is no finding */
  accept(lesson: Lesson, now: number): Promise<KnownCreator>;
  /** All that holds, what expires first at the beginning. */
  list(now: number): Promise<KnownCreator[]>;
  /** @returns whether there was such a thing */
  revoke(key: CreatorKey): Promise<boolean>;
}

/** A lesson that must not be learnt. */
export class LessonRefused extends Error {
  override name = 'LessonRefused';
}
