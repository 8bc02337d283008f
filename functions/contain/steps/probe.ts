import type { PlaybookStep } from '../framework/step.ts';
import { verifyIsolation } from './verify-isolation.ts';
import { verifyRemoval } from './verify-removal.ts';
import { verifySessions } from './verify-sessions.ts';

/** The steps of the probing function: it verifies, and changes nothing. */
export const PROBE_FUNCTION_STEPS: readonly PlaybookStep[] = [verifyIsolation, verifyRemoval, verifySessions];
