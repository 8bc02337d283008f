import type { Step } from '../step.ts';

/** What the function of *probe* can do. */
export const PROBE_FUNCTION_STEPS: readonly Step[] = [];
