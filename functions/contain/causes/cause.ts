/** The framework's contract: one question about how it came about. */
import type { ContainmentFacts } from '../framework/containment-facts.ts';
import type { Needs } from '../framework/needs.ts';

/** One thing that is known, or that is said not to be known. May hold attacker-chosen text. */
export interface Cause {
  /**
   * - `entry`: how the actor got in.
   * - `right`: what gave the right to do it.
   * - `weakness`: what in the cluster let it happen, or would let it happen again.
   */
  kind: 'entry' | 'right' | 'weakness';
  /** One sentence. */
  text: string;
  /** The check or step that it rests on. */
  from: string;
  /** It could not be found out; the text says what and why. */
  unknown?: boolean;
}

/** A question: a file in this folder, and a row in its table. */
export interface CauseQuestion {
  /** As a person would ask it. */
  question: string;
  /** What *contain* must be granted for it, beside what the step reads for all of them. */
  needs?: Needs;
  find(facts: ContainmentFacts): Promise<Cause[]> | Cause[];
}
