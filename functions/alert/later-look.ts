/** A further look at a finding that has been alerted: what is news to on-call, and when to look again. */

import { statementsOf } from '../checks/index.ts';
import type { NextLook } from '../clients/table/findings-table.ts';
import type { Alert, AlertUpdate } from '../contract/alert.ts';
import { gradeOf, shownSeverity, widerOf } from '../contract/grade.ts';
import type { AssessmentSnapshot } from '../contract/investigation.ts';
import { ITEM_KEYS } from '../contract/item-keys.ts';
import { LIMITED_LOOK_MINUTES, LOOK_MINUTES, type Statement, severityRank } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';
import { short } from '../kit/words.ts';

/** Which look an answer is from, and what was told before. */
export interface LaterLook {
  /** 1, 2, … */
  number: number;
  previous: AssessmentSnapshot;
}

/** Each look is delivered once: the key of its lease in the findings table. The first alert's is the finding's id. */
export const revisionOf = ({ id }: Alert, look: LaterLook | undefined): string =>
  look ? `${ITEM_KEYS.look}${id}#${look.number}` : id;

/** So many reasons are kept to be compared with, the heaviest, of so many characters. */
const KEPT = { reasons: 12, characters: 300 };

/** What the alert says, to be compared with what later looks say. @param previous what was told before */
export function verdictOf(alert: Alert, previous?: AssessmentSnapshot): AssessmentSnapshot {
  const { score, indicators = [], limits } = alert.assessment ?? {};
  const grade = gradeOf(alert);
  const first = previous ? previous.first : { severity: grade, ...defined({ at: alert.investigatedAt }) };
  return {
    ...defined({ severity: grade === 'UNKNOWN' ? undefined : grade, score }),
    ...(limits && defined({ atLeast: shownSeverity(alert), limits })),
    indicators: Object.fromEntries(indicators.map(({ id, weight }) => [id, weight])),
    reasons: Object.fromEntries(
      indicators
        .filter(({ weight }) => weight > 0)
        .slice(0, KEPT.reasons)
        .map(({ id, reason, brief, check }) => [
          id,
          { reason: short(reason, KEPT.characters), ...defined({ brief, check }) },
        ]),
    ),
    statements: statementsOf(alert),
    reach: widerOf(grade, previous?.reach),
    ...defined({ first }),
  };
}

/** The alert as news, if it is any. */
export function withUpdate(alert: Alert, { number, previous }: LaterLook): Alert {
  const verdict = verdictOf(alert, previous);
  const newIndicators = Object.entries(verdict.indicators)
    .filter(([id, weight]) => weight > Math.max(0, previous.indicators[id] ?? 0))
    // Told in the same words, and now counted in full beside something else: that is what is new.
    .filter(([id]) => !isTold(verdict, previous, id))
    .map(([id]) => id);
  const newAnswers = answersSince(verdict, previous);
  const missed = missedSince(alert, verdict, previous);
  const noLongerSo = missed.flatMap(({ reason, isAnswered }) => (isAnswered ? [reason] : []));
  const isKnown = verdict.severity !== undefined || verdict.limits !== undefined;
  const isOther = newIndicators.length + newAnswers.length + noLongerSo.length > 0;
  const isLess = verdict.severity !== undefined && previous.severity !== undefined && rises(previous, verdict);
  // A score that fell because a check gave no answer this time is not better news.
  // What was counted in the digest of the day is told where anything is outside of what was accepted, and only then.
  const isAccepted = alert.assessment?.accepted !== undefined && verdict.severity !== undefined;
  if (previous.accepted && isAccepted) return alert;
  const isOutside = Object.keys(verdict.indicators).some((id) => !Object.hasOwn(previous.indicators, id));
  const isBroken = previous.accepted === true && verdict.severity !== undefined && isOutside;
  const isNews =
    isBroken || gradeIsNews(verdict, previous) || (isKnown && (isOther || (isLess && missed.length === 0)));
  if (!isNews) return alert;
  const update: AlertUpdate = {
    ...defined({ previous: previous.severity, reach: previous.reach, first: previous.first }),
    look: number,
    newIndicators,
    ...defined({
      newAnswers: newAnswers.length > 0 ? newAnswers : undefined,
      noLongerSo: noLongerSo.length > 0 ? noLongerSo : undefined,
    }),
  };
  return { ...alert, update };
}

const isTold = (verdict: AssessmentSnapshot, previous: AssessmentSnapshot, id: string): boolean =>
  previous.reasons?.[id] !== undefined && previous.reasons[id].reason === verdict.reasons?.[id]?.reason;

/**
 * The grade is news where the severity rose or is known where it was not; and where limits keep it from being known, and the
 * last message was not urgent, or it is at least more than it was.
 */
function gradeIsNews(verdict: AssessmentSnapshot, previous: AssessmentSnapshot): boolean {
  const { severity, limits, atLeast = 'LOW' } = verdict;
  if (severity !== undefined) return previous.severity === undefined || rises(verdict, previous);
  if (limits === undefined) return false;
  if (previous.severity !== undefined) return severityRank(previous.severity) < severityRank('HIGH');
  return severityRank(atLeast) > severityRank(previous.atLeast ?? 'LOW');
}

const rises = (verdict: AssessmentSnapshot, previous: AssessmentSnapshot): boolean =>
  severityRank(verdict.severity ?? 'LOW') > severityRank(previous.severity ?? 'LOW');

/** From nothing to something, and from something to something of concern. */
const ASCENDING: readonly Statement[] = ['empty', 'clear', 'found'];

/** The checks whose answer is otherwise than was told. What becomes less is told by the reasons that do not hold any more. */
function answersSince({ statements = {} }: AssessmentSnapshot, previous: AssessmentSnapshot): string[] {
  return Object.entries(statements).flatMap(([check, now]) => {
    const before = previous.statements?.[check];
    if (before === undefined || before === now) return [];
    const ascends = ASCENDING.indexOf(now) > ASCENDING.indexOf(before);
    return ascends || !ASCENDING.includes(now) ? [check] : [];
  });
}

/** The reasons that were told and are not among those of this look, and whether that is known: their check answered in full. */
function missedSince(
  { evidence = [], assessment }: Alert,
  { indicators }: AssessmentSnapshot,
  previous: AssessmentSnapshot,
): { reason: string; isAnswered: boolean }[] {
  const unanswered = new Set([
    ...evidence.flatMap(({ check, status }) => (status === 'not-checked' ? [check] : [])),
    ...(assessment?.couldChange ?? []).map(({ check }) => check),
  ]);
  return Object.entries(previous.reasons ?? {})
    .filter(([id]) => !Object.hasOwn(indicators, id))
    .map(([, { reason, brief = reason, check }]) => ({
      reason: brief,
      isAnswered: check === undefined || !unanswered.has(check),
    }));
}

/**
 * When to look again: as often as every finding is looked at, also what was refused, because its actor may have got further
 * since; and then as often as limits keep weighty questions from being asked.
 */
export function nextLook({ assessment }: Alert, look: LaterLook | undefined): NextLook | undefined {
  const limited = assessment?.limits !== undefined;
  const afterMinutes = [...LOOK_MINUTES, ...(limited ? LIMITED_LOOK_MINUTES : [])][look?.number ?? 0];
  return afterMinutes === undefined ? undefined : { afterMinutes };
}
