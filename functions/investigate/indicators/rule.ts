/** The contract of an indicator: a file in this folder, and a row in its table. */
import type { Evidence, Finding, Indicator } from '../../finding.ts';

/** All that may move the score. */
export interface Facts {
  finding: Finding;
  evidence: readonly Evidence[];
  /** Usernames and IAM principals of GitOps and CI; see `automation.ts`. */
  knownAutomation: readonly string[];
}

/**
 * Decides, from the facts alone, whether something moves the score, by how much and why.
 * - `threat` raises it.
 * - `novelty` raises it as well: something not seen before. Capped in sum.
 * - `mitigation` lowers it, and is asked only where there is no threat.
 */
export interface Rule {
  id: string;
  kind: 'threat' | 'novelty' | 'mitigation';
  judge(facts: Facts): Omit<Indicator, 'id'> | undefined;
}

/** The details that a check gave; undefined where it has no answer. */
export const detailsOf = <T>({ evidence }: Facts, check: string): T | undefined =>
  evidence.find((answer) => answer.check === check && answer.status !== 'not-checked')?.details as T | undefined;
