/** The framework's contract: one kind of remedy. */
import type { Proposal, ProposalAim } from '../../contract/containment.ts';
import type { ContainmentFacts } from '../framework/containment-facts.ts';
import type { Needs } from '../framework/needs.ts';

/**
 * A remedy: a file in this folder, and a row in its table. What it proposes is for a person to review, never done by
 * us.
 */
export interface Remedy {
  /** Names its file among the evidence: `access-entries`. */
  name: string;
  /** What its proposals are for, where they do not say it themselves. */
  aim: ProposalAim;
  /** What *contain* must be granted for it, beside what the step reads for all of them. */
  needs?: Needs;
  propose(facts: ContainmentFacts): Promise<Proposal[]> | Proposal[];
}
