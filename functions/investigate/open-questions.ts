/** What is not known and could change the picture: unknown does not count as clean. */
import { type CheckName, isPartial } from '../checks/index.ts';
import type { Indicator, OpenQuestion } from '../contract/investigation.ts';
import { LIMITS, type Limit, type Severity, type SeverityThresholds, severityOf } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';
import { answerOf, type Rule, type RuleFacts, requestedAt } from './rule.ts';
import { MAX_BESIDE_THREAT } from './weights.ts';

/**
 * The checks without a whole answer, each with the points that its own indicators could bring at most beyond what they
 * bring already; those of most points first. Commonplace things and novelty count here as beside a threat, because that may be
 * found elsewhere.
 *
 * @param found what raises the score already, before the caps
 */
export function couldChange(
  facts: RuleFacts,
  rules: readonly Rule[],
  found: readonly Indicator[],
  score: number,
): OpenQuestion[] {
  const raising = rules.filter(({ kind, weight }) => kind !== 'mitigation' && weight > 0);
  const checks = new Set(raising.flatMap((rule) => rule.shownBy ?? []));
  return [...checks]
    .filter((check) => !isAnswered(facts, check))
    .map((check) => ({
      check,
      upTo: Math.min(100 - score, pointsOf(check, raising, found)),
      ...defined({ limits: facts.evidence.find((answer) => answer.check === check)?.limits }),
    }))
    .filter(({ upTo }) => upTo > 0)
    .sort((a, b) => b.upTo - a.upTo || (a.check < b.check ? -1 : 1));
}

/**
 * The limits that kept weighty questions from being asked: those whose answers together could raise the severity.
 *
 * @returns undefined where there are none
 */
export function weightyLimits(
  open: readonly OpenQuestion[],
  score: number,
  severity: Severity,
  thresholds: SeverityThresholds,
): Limit[] | undefined {
  const limited = open.filter(({ limits = [] }) => limits.length > 0);
  const possible = Math.min(
    100,
    limited.reduce((sum, { upTo }) => sum + upTo, score),
  );
  if (severityOf(possible, thresholds) === severity) return undefined;
  return LIMITS.filter((limit) => limited.some(({ limits }) => limits?.includes(limit)));
}

function pointsOf(check: CheckName, rules: readonly Rule[], found: readonly Indicator[]): number {
  const weightFound = (id: string): number => found.find((indicator) => indicator.id === id)?.weight ?? 0;
  const missing = (commonplace: boolean): number =>
    rules
      .filter((rule) => rule.shownBy?.includes(check) && (rule.kind === 'commonplace') === commonplace)
      .reduce((sum, { id, weight }) => sum + weight - weightFound(id), 0);
  return missing(false) + Math.min(MAX_BESIDE_THREAT, missing(true));
}

/** Fields by which a check's details say that something is missing that an indicator could rest on. */
const GAPS = ['missing', 'notAsked', 'unknown'];

/** Whether the check has answered for everything, by data that reaches beyond the request. */
function isAnswered(facts: RuleFacts, check: CheckName): boolean {
  const answer = answerOf(facts, check);
  if (!answer) return false;
  const { details = {}, completeUntil } = answer;
  const gaps = GAPS.some((key) => Array.isArray(details[key]) && details[key].length > 0);
  return !gaps && details['more'] !== true && !isTooOld(facts, completeUntil) && !isPartial(check, details);
}

const isTooOld = (facts: RuleFacts, completeUntil: string | undefined): boolean =>
  Date.parse(completeUntil ?? '') < requestedAt(facts);
