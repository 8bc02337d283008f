import type { Step } from '../step.ts';

/** What the function of *release* can do. */
export const RELEASE_FUNCTION_STEPS: readonly Step[] = [];
