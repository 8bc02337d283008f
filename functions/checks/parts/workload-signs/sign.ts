/** The contract of a sign: one thing about a workload that matters, and a row in the table of this folder. */
import type { PodSpec } from './pod-spec.ts';

interface SignContext {
  /** Of the workload, as `Deployment`; `Pod` for one that nothing controls. */
  kind: string;
  /** See `CheckSettings`. */
  usualRegistries: readonly string[];
}

export interface Sign<Name extends string = string> {
  sign: Name;
  /** For people. */
  words: string;
  /** What it weighs where the most dangerous workloads come first; {@link CONCERN} and above is of concern by itself. */
  danger: number;
  /** A reason to act by itself: marked where it is shown. */
  grave?: true;
  /** Where and what, in a few words each; none where the sign is absent. */
  look(pod: PodSpec, context: SignContext): string[];
}

export const defineSign = <const Name extends string>(sign: Sign<Name>): Sign<Name> => sign;

export const CONCERN = 3;
