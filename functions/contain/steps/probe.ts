import type { Step } from '../framework/step.ts';
import { verifyIsolation } from './verify-isolation.ts';
import { verifyRemoval } from './verify-removal.ts';

/** The steps of the probing function: it verifies, and changes nothing. */
export const PROBE_FUNCTION_STEPS: readonly Step[] = [verifyIsolation, verifyRemoval];
