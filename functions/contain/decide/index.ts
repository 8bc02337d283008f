import { answerQuestion } from './answer-question.ts';
import { checkDecision } from './check-decision.ts';
import { closeFinding } from './close-finding.ts';
import { report } from './report.ts';
import type { DecideStep } from './step.ts';

/** What the function of *decide* can do. */
export const DECIDE_FUNCTION_STEPS: readonly DecideStep[] = [checkDecision, answerQuestion, closeFinding, report];
