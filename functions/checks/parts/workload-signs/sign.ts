/** The contract of a sign: one thing about a workload that matters, and a row in the table of this folder. */
import type { WorkloadSign } from '../../../contract/evidence.ts';
import type { PodSpec } from './pod-spec.ts';

interface SignContext {
  /** Of the workload, as `Deployment`; `Pod` for one that nothing controls. */
  kind: string;
  /** See `CheckSettings`. */
  usualRegistries: readonly string[];
}

export interface Sign {
  sign: WorkloadSign;
  /** What it weighs where the most dangerous workloads come first; {@link CONCERN} and above is of concern by itself. */
  danger: number;
  /** Where and what, in a few words each; none where the sign is absent. */
  look(pod: PodSpec, context: SignContext): string[];
}

export const CONCERN = 3;
