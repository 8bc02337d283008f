/** A further look at a finding that has been alerted: what is news to on-call, and when to look again. */

import type { NextLook } from '../clients/table/findings-table.ts';
import type { Alert, AlertUpdate } from '../contract/alert.ts';
import { gradeOf, shownSeverity } from '../contract/grade.ts';
import type { AssessmentSnapshot } from '../contract/investigation.ts';
import { ITEM_KEYS } from '../contract/item-keys.ts';
import {
  ALERTING_OUTCOMES,
  LIMITED_LOOK_MINUTES,
  LOOK_MINUTES,
  SEVERITIES,
  type Severity,
} from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';

/** Which look an answer is from, and what was told before. */
export interface LaterLook {
  /** 1, 2, … */
  number: number;
  previous: AssessmentSnapshot;
}

/** Each look is delivered once: the key of its lease in the findings table. The first alert's is the finding's id. */
export const revisionOf = ({ id }: Alert, look: LaterLook | undefined): string =>
  look ? `${ITEM_KEYS.look}${id}#${look.number}` : id;

/** The alert's assessment, to be compared with later ones. */
export function verdictOf(alert: Alert): AssessmentSnapshot {
  const { score, indicators = [], limits } = alert.assessment ?? {};
  const grade = gradeOf(alert);
  return {
    ...defined({ severity: grade === 'UNKNOWN' ? undefined : grade, score }),
    ...(limits && defined({ atLeast: shownSeverity(alert), limits })),
    indicators: Object.fromEntries(indicators.map(({ id, weight }) => [id, weight])),
  };
}

/** The alert as news, if it is any. */
export function withUpdate(alert: Alert, { number, previous }: LaterLook): Alert {
  const verdict = verdictOf(alert);
  if (!isNews(verdict, previous)) return alert;
  const update: AlertUpdate = {
    ...defined({ previous: previous.severity }),
    look: number,
    newIndicators: Object.entries(verdict.indicators)
      .filter(([id, weight]) => weight > Math.max(0, previous.indicators[id] ?? 0))
      .map(([id]) => id),
  };
  return { ...alert, update };
}

/**
 * News is that the severity rose or is known where it was not; and that limits keep it from being known, where the last message
 * was not urgent, or where it is at least more than it was.
 */
function isNews({ severity, limits, atLeast = 'LOW' }: AssessmentSnapshot, previous: AssessmentSnapshot): boolean {
  if (severity !== undefined) return previous.severity === undefined || rank(severity) > rank(previous.severity);
  if (limits === undefined) return false;
  if (previous.severity !== undefined) return rank(previous.severity) < rank('HIGH');
  return rank(atLeast) > rank(previous.atLeast ?? 'LOW');
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/**
 * When to look again: as often as limits keep weighty questions from being asked, and else after what may have created
 * something, as often as that is looked at.
 */
export function nextLook(alert: Alert, look: LaterLook | undefined): NextLook | undefined {
  const limited = alert.assessment?.limits !== undefined;
  if (!limited && !ALERTING_OUTCOMES.includes(alert.finding.outcome)) return undefined;
  const afterMinutes = [...LOOK_MINUTES, ...(limited ? LIMITED_LOOK_MINUTES : [])][look?.number ?? 0];
  return afterMinutes === undefined ? undefined : { afterMinutes };
}
