import { failureReason } from '../checks/parts/failure.ts';
import type { Assessment, Indicator } from '../contract/investigation.ts';
import { severityOf } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';
import { couldChange, weightyLimits } from './open-questions.ts';
import { type Indication, judgementOf, type Rule, type RuleFacts } from './rule.ts';
import { DEFAULT_SCALE, MAX_BESIDE_THREAT, MAX_COMMONPLACE, MAX_NOVELTY, type Scale } from './weights.ts';

/**
 * Adds up the indicators: 0 to 100, the heaviest first. What lowers the score counts only when nothing but novelty
 * raises it. The same facts give the same assessment, whatever order the evidence came in.
 *
 * @returns the assessment, and which rules could not be applied and why
 */
export function assess(
  facts: RuleFacts,
  rules: readonly Rule[],
  scale: Scale = DEFAULT_SCALE,
): { assessment: Assessment; failures: string[] } {
  const failures: string[] = [];
  const weighted = rules
    .map((rule) => ({ ...rule, weight: scale.weights[rule.id] ?? rule.weight }))
    .filter(({ weight }) => weight !== 0);
  const apply = (kind: Rule['kind']): Judged[] =>
    weighted.filter((rule) => rule.kind === kind).flatMap((rule) => judged(rule, facts, failures) ?? []);

  const found = apply('threat');
  const threats = found.map(({ isMild: _, ...threat }) => threat);
  const isGrave = found.some(({ isMild }) => !isMild);
  const usual: Indicator[] = apply('commonplace');
  const commonplace = capped(usual, isGrave ? MAX_BESIDE_THREAT : MAX_COMMONPLACE);
  const unseen: Indicator[] = apply('novelty');
  const novelties = isGrave ? unseen : capped(unseen, MAX_NOVELTY);
  const lowerable = threats.length === 0 && commonplace.length === 0 && failures.length === 0;
  const mitigations = lowerable ? apply('mitigation') : [];

  const indicators = [...threats, ...commonplace, ...novelties, ...mitigations].sort(heaviestFirst);
  const sum = indicators.reduce((total, { weight }) => total + weight, 0);
  const score = Math.min(100, Math.max(0, sum));
  const open = couldChange(facts, weighted, [...threats, ...usual, ...unseen], score);
  const severity = severityOf(score, scale.thresholds);
  const limits = weightyLimits(open, score, severity, scale.thresholds);
  return {
    assessment: {
      score,
      ...(limits ? { severity: 'UNKNOWN', atLeast: severity, limits } : { severity }),
      indicators,
      ...defined({ couldChange: open.length > 0 ? open : undefined }),
    },
    failures,
  };
}

const heaviestFirst = (a: Indicator, b: Indicator): number => b.weight - a.weight || (a.id < b.id ? -1 : 1);

type Judged = Indicator & Pick<Indication, 'isMild'>;

function judged(rule: Rule, facts: RuleFacts, failures: string[]): Judged | undefined {
  const { id, weight } = rule;
  let judgement: Indication | undefined;
  try {
    judgement = judgementOf(rule, facts);
  } catch (error) {
    failures.push(`indicator ${id} ${failureReason(error)}`);
  }
  if (!judgement) return undefined;
  const { share = 1, ...rest } = judgement;
  return { id, weight: Math.round(weight * share), ...rest };
}

/** The heaviest keep their weight; what exceeds the cap weighs nothing, and is still shown. */
function capped(indicators: Indicator[], cap: number): Indicator[] {
  let left = cap;
  return indicators.sort(heaviestFirst).map((indicator) => {
    const weight = Math.min(indicator.weight, left);
    left -= weight;
    return { ...indicator, weight };
  });
}
