/** How much each indicator weighs, and from which score on a severity begins: the documented default, or configured. */
import { SEVERITY_THRESHOLDS, type SeverityThresholds } from '../contract/vocabulary.ts';
import { mistake, nearest } from '../kit/mistake.ts';
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

/** What is configured in place of the defaults. */
export interface ConfiguredScale {
  weights?: Readonly<Record<string, number>>;
  severities?: Partial<SeverityThresholds>;
}

/** What is wrong with a configured scale, and where. */
export interface ScaleProblem {
  /** Such as `['weights', 'exec']`. */
  path: readonly string[];
  /** What is wrong, then the fix. */
  message: string;
}

/**
 * The scale with what is configured in place of the defaults.
 *
 * @throws with all {@link scaleProblems}
 */
export function scaleOf(configured: ConfiguredScale): Scale {
  const problems = scaleProblems(configured);
  if (problems.length > 0)
    throw new Error(problems.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' '));
  const { weights = {}, severities = {} } = configured;
  const thresholds = { ...SEVERITY_THRESHOLDS, ...severities };
  const told = Math.max(weights[ALWAYS_TOLD] ?? DEFAULT_WEIGHTS[ALWAYS_TOLD] ?? 0, thresholds.MEDIUM);
  return { weights: { ...DEFAULT_WEIGHTS, ...weights, [ALWAYS_TOLD]: told }, thresholds };
}

/**
 * All that is wrong: ids that do not exist, weights that are not whole numbers from 0 to 100 (from -100 to 0 for what lowers
 * the score), thresholds that are not between 1 and 100 and ascending, and use of break-glass roles below MEDIUM.
 */
export function scaleProblems({ weights = {}, severities = {} }: ConfiguredScale): ScaleProblem[] {
  const thresholds = { ...SEVERITY_THRESHOLDS, ...severities };
  const unordered = thresholdProblems(severities, thresholds);
  const told = weights[ALWAYS_TOLD];
  return [
    ...weightProblems(weights),
    ...unordered,
    ...(unordered.length === 0 && told !== undefined && told >= 0 && told < thresholds.MEDIUM
      ? [
          problem(
            ['weights', ALWAYS_TOLD],
            `${told} is too small, as its use is always reported`,
            `use at least ${thresholds.MEDIUM}, at which MEDIUM begins`,
          ),
        ]
      : []),
  ];
}

const problem = (path: readonly string[], what: string, fix: string): ScaleProblem => ({
  path,
  message: mistake(what, fix),
});

const weightProblems = (weights: Readonly<Record<string, number>>): ScaleProblem[] =>
  Object.entries(weights).flatMap(([id, weight]) => {
    const rule = RULES.find((candidate) => candidate.id === id);
    if (!rule)
      return [
        problem(
          ['weights', id],
          `there is no indicator ${JSON.stringify(id)}`,
          nearest(
            id,
            RULES.map((each) => each.id),
          ) ?? 'use an id of docs/indicators.md',
        ),
      ];
    const [least, most] = rule.kind === 'mitigation' ? [-100, 0] : [0, 100];
    return Number.isInteger(weight) && weight >= least && weight <= most
      ? []
      : [problem(['weights', id], `${weight} is not accepted`, `use a whole number from ${least} to ${most}`)];
  });

function thresholdProblems(severities: object, { MEDIUM, HIGH, CRITICAL }: SeverityThresholds): ScaleProblem[] {
  const unknown = Object.keys(severities).filter((name) => !Object.hasOwn(SEVERITY_THRESHOLDS, name));
  const whole = [MEDIUM, HIGH, CRITICAL].every((score) => Number.isInteger(score) && score >= 1 && score <= 100);
  return [
    ...unknown.map((name) =>
      problem(
        ['severities', name],
        `there is no threshold for a severity ${JSON.stringify(name)}`,
        `use ${Object.keys(SEVERITY_THRESHOLDS).join(', ')}`,
      ),
    ),
    ...(whole && MEDIUM < HIGH && HIGH < CRITICAL
      ? []
      : [
          problem(
            ['severities'],
            `MEDIUM begins at ${MEDIUM}, HIGH at ${HIGH}, CRITICAL at ${CRITICAL}`,
            'use whole numbers from 1 to 100, each above the one before',
          ),
        ]),
  ];
}
