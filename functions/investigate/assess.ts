import { type Assessment, type Indicator, severityOf } from '../finding.ts';
import { failureReason } from './failure.ts';
import type { Facts, Rule } from './indicators/rule.ts';

/** What novelty counts at most, all its indicators together: where nothing was seen before, everything is new. */
const MAX_NOVELTY = 15;

/**
 * Adds up the indicators: 0 to 100, the heaviest first. What lowers the score counts only when nothing but novelty
 * raises it. The same facts give the same assessment, whatever order the evidence came in.
 *
 * @returns the assessment, and which rules could not be applied and why
 */
export function assess(facts: Facts, rules: readonly Rule[]): { assessment: Assessment; failures: string[] } {
  const failures: string[] = [];
  const apply = (kind: Rule['kind']): Indicator[] =>
    rules
      .filter((rule) => rule.kind === kind)
      .flatMap((rule) => {
        try {
          const judgement = rule.judge(facts);
          return judgement ? [{ id: rule.id, ...judgement }] : [];
        } catch (error) {
          failures.push(`indicator ${rule.id} ${failureReason(error)}`);
          return [];
        }
      });
  const threats = apply('threat');
  const novelties = capped(apply('novelty'));
  const mitigations = threats.length === 0 && failures.length === 0 ? apply('mitigation') : [];

  const indicators = [...threats, ...novelties, ...mitigations].sort((a, b) => b.weight - a.weight);
  const sum = indicators.reduce((total, { weight }) => total + weight, 0);
  const score = Math.min(100, Math.max(0, sum));
  return { assessment: { score, severity: severityOf(score), indicators }, failures };
}

/** The heaviest keep their weight; what exceeds the cap weighs nothing, and is still shown. */
function capped(novelties: Indicator[]): Indicator[] {
  let left = MAX_NOVELTY;
  return novelties
    .sort((a, b) => b.weight - a.weight)
    .map((novelty) => {
      const weight = Math.min(novelty.weight, left);
      left -= weight;
      return { ...novelty, weight };
    });
}
