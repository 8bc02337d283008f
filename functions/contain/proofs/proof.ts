/** The contract of a proof: what is claimed, and how it is tested by another identity than the one that acted. */

import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { Proof, ProofGround, ProofVerdict } from '../../contract/containment.ts';
import { andMore } from '../../kit/words.ts';
import type { Needs } from '../framework/needs.ts';
import type { ClusterReader } from './cluster-reader.ts';

/** One claim, tested. A file in `proofs/`, and a row in a table. */
export interface Verification extends Pick<Proof, 'id' | 'claim' | 'decisive'> {
  /** What its answer rests on; see {@link Proof.shows}. */
  shows: ProofGround;
  /** What *probe* must be granted for it. */
  needs: Needs;
  /** What it throws counts as `not-proven`, with the message as the reason. */
  prove(look: ClusterReader): Promise<TestResult>;
}

export interface TestResult {
  verdict: ProofVerdict;
  /** How it was tested, and what was seen. */
  how: string;
  /** Not proven as yet: it may become true in some seconds, without anybody's doing. */
  pending?: boolean;
}

export const proven = (how: string): TestResult => ({ verdict: 'proven', how });
export const notProven = (how: string): TestResult => ({ verdict: 'not-proven', how });
export const notApplicable = (how: string): TestResult => ({ verdict: 'not-applicable', how });

/** A few names for a sentence. */
export const fewNames = (names: readonly string[]): string => andMore(names, 5);

/** `Kind namespace/name`, or without a namespace. */
export const objectName = ({ kind = '', metadata }: KubernetesObject): string =>
  `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`.trim();
