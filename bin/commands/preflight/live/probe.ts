import type { AwsContext, IamAction } from '../aws/check.ts';
import type { ClaimId } from './claims.ts';

/**
 * What the account has shown of a claim.
 *
 * - `proven`: it was seen to be so, here.
 * - `contradicted`: it was seen not to be so.
 * - `not-seen`: it was asked, and nothing has happened yet that would show it.
 * - `not-asked`: there was no answer to the question, for a reason that the row names.
 */
export type Verdict = 'proven' | 'contradicted' | 'not-seen' | 'not-asked';

export interface Observation {
  claim: ClaimId;
  verdict: Verdict;
  /** One sentence or more: what was seen. May hold text that others have chosen. */
  says: string;
  /** What to do, in words. */
  todo?: string;
}

/** What every probe is given: what the checks are, and the stack as it is deployed. */
export interface LiveContext extends AwsContext {
  /** ARN of the stack. */
  stackId: string;
  /** The outputs of the stack, by name. */
  outputs: ReadonlyMap<string, string>;
  /** How far back logs and events are read, in hours. */
  hours: number;
  /** Epoch milliseconds. */
  now(): number;
  /** Between two looks at something that takes its time, in milliseconds. */
  pollMs: number;
  /** Tells a person what is waited for. */
  waitFor(what: string): void;
}

/** One question to an account in which the product runs: a file, and a row of the table. It only reads. */
export interface LiveProbe {
  id: string;
  question: string;
  /** Every action that it calls: the policy of `--policy --live` is made from these. */
  needs: readonly IamAction[];
  /** The claims that it speaks of; each answer names one of them. */
  claims: readonly ClaimId[];
  /** @throws what AWS answered, where it gave no answer to the question */
  run(context: LiveContext): Promise<Observation[]>;
}
