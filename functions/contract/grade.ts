/** What an alert is graded, from the assessment and the evidence that it rests on. */
import type { Assessment, Evidence } from './investigation.ts';
import { GRADES, type Grade, type Severity } from './vocabulary.ts';

interface Graded {
  assessment?: Assessment;
  evidence?: readonly Evidence[];
}

/**
 * The severity; `UNKNOWN` without an assessment, where limits kept weighty questions from being asked, and where an assessment
 * is low only because not one check gave an answer: what nobody has looked at is not low.
 */
export function gradeOf({ assessment, evidence }: Graded): Grade {
  const grade = assessment?.severity ?? 'UNKNOWN';
  return grade === 'LOW' && isBlind(evidence) ? 'UNKNOWN' : grade;
}

/**
 * The severity that the evidence shows, whatever else may be true: what is not known can only raise it. Undefined where there
 * is not evidence.
 */
export function shownSeverity({ assessment, evidence }: Graded): Severity | undefined {
  const { severity, atLeast } = assessment ?? {};
  const shown = severity === 'UNKNOWN' ? atLeast : severity;
  return isBlind(evidence) && shown === 'LOW' ? undefined : shown;
}

const isBlind = (evidence: readonly Evidence[] = []): boolean =>
  evidence.length > 0 && evidence.every(({ status }) => status === 'not-checked');

/** Of two grades the one that reaches more people: what is not known reaches all. */
export const widerOf = (grade: Grade, other: Grade = grade): Grade =>
  GRADES.indexOf(other) > GRADES.indexOf(grade) ? other : grade;
