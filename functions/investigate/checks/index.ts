import type { Check } from '../check.ts';
import { clusterPosture } from './cluster-posture.ts';
import { principal } from './principal.ts';

/** Every question that the investigation asks, in the order in which a person reads the answers. */
export const CHECKS: readonly Check[] = [principal, clusterPosture];
