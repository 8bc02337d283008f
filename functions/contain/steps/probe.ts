import type { Step } from '../step.ts';

/** The steps of the probing function: it verifies, and changes nothing. */
export const PROBE_FUNCTION_STEPS: readonly Step[] = [];
