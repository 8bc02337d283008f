/** How much each indicator weighs, and from which score on a severity begins: the documented default, or configured. */
import { SEVERITY_THRESHOLDS, type SeverityThresholds } from '../contract/vocabulary.ts';
import { RULES } from './indicators/index.ts';

/**
 * What novelty counts without a threat, all its indicators together: where nothing was seen before, everything is new. Beside
 * a threat each counts in full: a new address and a new client are how stolen credentials look.
 */
export const MAX_NOVELTY = 15;

/** What commonplace things count together without a threat: with novelty, no more than `LOW` by the default thresholds. */
export const MAX_COMMONPLACE = 9;

/**
 * And beside a threat: less than most threats by themselves. What confirms a threat is found in ordinary work, and all of it
 * in the work of GitOps: ten such things are not a second threat.
 */
export const MAX_BESIDE_THREAT = 25;

export interface Scale {
  /** By the indicator's id; one that weighs nothing is switched off. */
  weights: Readonly<Record<string, number>>;
  thresholds: SeverityThresholds;
}

/** Each rule's own weight. */
const DEFAULT_WEIGHTS: Readonly<Record<string, number>> = Object.fromEntries(
  RULES.map(({ id, weight }) => [id, weight]),
);

/** Its use is at least MEDIUM, wherever that begins. */
const ALWAYS_TOLD = 'break-glass';

export const DEFAULT_SCALE: Scale = { weights: DEFAULT_WEIGHTS, thresholds: SEVERITY_THRESHOLDS };

/**
 * The scale with what is configured in place of the defaults.
 *
 * @throws with all that is wrong: ids that do not exist, weights that are not whole numbers from 0 to 100 (from -100 to
 *   0 for what lowers the score), thresholds that are not between 1 and 100 and ascending
 */
export function scaleOf(configured: {
  weights?: Readonly<Record<string, number>>;
  severities?: Partial<SeverityThresholds>;
}): Scale {
  const { weights = {}, severities = {} } = configured;
  const thresholds = { ...SEVERITY_THRESHOLDS, ...severities };
  const problems = [
    ...weightProblems(weights),
    ...thresholdProblems(severities, thresholds),
    ...((weights[ALWAYS_TOLD] ?? thresholds.MEDIUM) < thresholds.MEDIUM
      ? [`the weight of ${ALWAYS_TOLD} must be at least that at which MEDIUM begins: its use is always reported`]
      : []),
  ];
  if (problems.length > 0) throw new Error(problems.join('; '));
  const told = Math.max(weights[ALWAYS_TOLD] ?? DEFAULT_WEIGHTS[ALWAYS_TOLD] ?? 0, thresholds.MEDIUM);
  return { weights: { ...DEFAULT_WEIGHTS, ...weights, [ALWAYS_TOLD]: told }, thresholds };
}

const weightProblems = (weights: Readonly<Record<string, number>>): string[] =>
  Object.entries(weights).flatMap(([id, weight]) => {
    const rule = RULES.find((candidate) => candidate.id === id);
    if (!rule) return [`there is no indicator ${JSON.stringify(id)}`];
    const [least, most] = rule.kind === 'mitigation' ? [-100, 0] : [0, 100];
    return Number.isInteger(weight) && weight >= least && weight <= most
      ? []
      : [`the weight of ${id} must be a whole number from ${least} to ${most}`];
  });

function thresholdProblems(severities: object, { MEDIUM, HIGH, CRITICAL }: SeverityThresholds): string[] {
  const unknown = Object.keys(severities).filter((name) => !Object.hasOwn(SEVERITY_THRESHOLDS, name));
  const whole = [MEDIUM, HIGH, CRITICAL].every((score) => Number.isInteger(score) && score >= 1 && score <= 100);
  return [
    ...unknown.map((name) => `there is no threshold for a severity ${JSON.stringify(name)}`),
    ...(whole && MEDIUM < HIGH && HIGH < CRITICAL
      ? []
      : ['the thresholds MEDIUM, HIGH and CRITICAL must be whole numbers from 1 to 100, each above the one before']),
  ];
}
