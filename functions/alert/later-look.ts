/** A further look at a finding that has been alerted: what is news to on-call, and when to look again. */

import type { NextLook } from '../clients/table/findings-table.ts';
import type { Alert, AlertUpdate } from '../contract/alert.ts';
import type { AssessmentSnapshot } from '../contract/investigation.ts';
import { ITEM_KEYS } from '../contract/item-keys.ts';
import { ALERTING_OUTCOMES, LOOK_MINUTES, SEVERITIES } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';
import { gradeOf } from './headline.ts';

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
  const { score, indicators = [] } = alert.assessment ?? {};
  const grade = gradeOf(alert);
  return {
    ...defined({ severity: grade === 'UNKNOWN' ? undefined : grade, score }),
    indicators: Object.fromEntries(indicators.map(({ id, weight }) => [id, weight])),
  };
}

/** The alert as news, if it is any: the severity rose, or is known where it was not. */
export function withUpdate(alert: Alert, { number, previous }: LaterLook): Alert {
  const { severity, indicators } = verdictOf(alert);
  if (severity === undefined || (previous.severity && rank(severity) <= rank(previous.severity))) return alert;
  const update: AlertUpdate = {
    ...defined({ previous: previous.severity }),
    look: number,
    newIndicators: Object.entries(indicators)
      .filter(([id, weight]) => weight > Math.max(0, previous.indicators[id] ?? 0))
      .map(([id]) => id),
  };
  return { ...alert, update };
}

const rank = (severity: NonNullable<AssessmentSnapshot['severity']>): number => SEVERITIES.indexOf(severity);

/** When to look again; undefined after the last look, and where nothing can have been created. */
export function nextLook({ finding }: Alert, look: LaterLook | undefined): NextLook | undefined {
  const afterMinutes = LOOK_MINUTES[look?.number ?? 0];
  return afterMinutes !== undefined && ALERTING_OUTCOMES.includes(finding.outcome) ? { afterMinutes } : undefined;
}
