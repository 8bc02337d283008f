import type { Step } from '../step.ts';

/** What the function of *contain* can do. */
export const CONTAIN_FUNCTION_STEPS: readonly Step[] = [];
