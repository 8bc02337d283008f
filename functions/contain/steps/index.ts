import type { Step } from '../step.ts';
import { reportStep } from './report.ts';

/** The steps of the function that contains: of *contain*, by its own identity. */
export const CONTAIN_FUNCTION_STEPS: readonly Step[] = [reportStep('contain')];
