import type { Step } from '../step.ts';
import { reportStep } from '../steps/report.ts';

/** The steps of *release*, in their order. */
export const RELEASE_FUNCTION_STEPS: readonly Step[] = [reportStep('release')];
