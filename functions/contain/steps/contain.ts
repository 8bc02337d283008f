import type { Step } from '../step.ts';
import { reportStep } from './report.ts';

/** The steps of the containing function, in their order. */
export const CONTAIN_FUNCTION_STEPS: readonly Step[] = [reportStep('contain')];
