/** When limits make a severity unknown: whenever what they kept from being asked could raise it, and only then. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { LIMITS, type Limit, severityOf } from '../../functions/contract/vocabulary.ts';
import { assess } from '../../functions/investigate/assess.ts';
import { RULES } from '../../functions/investigate/indicators/index.ts';
import { runCheck } from '../../functions/investigate/run-check.ts';
import { DEFAULT_SCALE, scaleOf } from '../../functions/investigate/weights.ts';
import { check, contextOf, evidence } from '../checks/examples.ts';
import { ACTORS, BAD_FACTS, factsWith } from './facts.ts';

const CHECKS = [...new Set(RULES.flatMap((rule) => rule.shownBy ?? []))];
const silent = (name: string, ...limits: Limit[]): Evidence =>
  evidence({ check: name, status: 'not-checked', reason: 'r', ...(limits.length > 0 && { limits }) });
const without = (bad: readonly string[], missing: Evidence[], actor = ACTORS[0]) => {
  const facts = factsWith(bad, actor);
  const names = missing.map(({ check: name }) => name);
  return { ...facts, evidence: [...facts.evidence.filter(({ check: name }) => !names.includes(name)), ...missing] };
};
const assessed = (...parameters: Parameters<typeof without>) => assess(without(...parameters), RULES).assessment;

test('a question that was not asked for want of a right leaves the severity as it is', () => {
  for (const name of CHECKS) expect(assessed([], [silent(name)]).limits).toBeUndefined();
});

test.each(CHECKS)('%s that a limit kept from being asked makes LOW unknown if it could add 25 points', (name) => {
  const { couldChange, limits } = assessed([], [silent(name, 'log-budget')]);
  const upTo = couldChange?.find((open) => open.check === name)?.upTo ?? 0;
  expect(limits).toEqual(upTo >= 25 ? ['log-budget'] : undefined);
});

test('a limited part counts where something of the answer is missing, and not where the answer is whole', () => {
  const answer = { check: 'access-changes', completeUntil: '2026-11-23T10:09:59Z', limits: ['request-rate' as const] };
  const partly = evidence({ ...answer, details: { changes: [], notAsked: [{ source: 'cloudtrail', reason: 'r' }] } });
  expect(assessed([], [partly]).limits).toEqual(['request-rate']);
  expect(assessed([], [evidence({ ...answer, details: { changes: [], notAsked: [] } })]).limits).toBeUndefined();
});

test('what cannot be worse is not unknown', () => {
  const worst = ['miner', 'hostPath', 'entryChanged'];
  expect(assessed(worst, [silent('threats', 'deadline')])).toMatchObject({ severity: 'CRITICAL' });
  expect(assessed(worst, [silent('threats', 'deadline')]).limits).toBeUndefined();
});

test('it is unknown exactly where the answers together could raise the severity, by the thresholds that are configured', () => {
  const missing = fc.uniqueArray(
    fc.record({ name: fc.constantFrom(...CHECKS), limit: fc.option(fc.constantFrom(...LIMITS), { nil: undefined }) }),
    { selector: ({ name }) => name, maxLength: 5 },
  );
  const thresholds = fc
    .uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 3, maxLength: 3 })
    .map((scores) => scores.toSorted((a, b) => a - b))
    .map(([MEDIUM = 25, HIGH = 50, CRITICAL = 75]) => ({ MEDIUM, HIGH, CRITICAL }));
  const bad = fc.subarray(Object.keys(BAD_FACTS), { maxLength: 4 });
  let unknown = 0;
  fc.assert(
    fc.property(bad, missing, thresholds, fc.constantFrom(...ACTORS), (facts, silence, severities, actor) => {
      const evidences = silence.map(({ name, limit }) => silent(name, ...(limit ? [limit] : [])));
      const scale = scaleOf({ severities });
      const { assessment } = assess(without(facts, evidences, actor), RULES, scale);
      const { score, couldChange = [], limits, atLeast } = assessment;
      const severity = severityOf(score, scale.thresholds);
      expect(assessment.severity).toBe(limits ? 'UNKNOWN' : severity);
      expect(atLeast).toBe(limits && severity);
      const limited = silence.filter(({ limit }) => limit !== undefined).map(({ name }) => name);
      const upTo = couldChange
        .filter((open) => (limited as string[]).includes(open.check))
        .reduce((sum, each) => sum + each.upTo, 0);
      const couldRise = severityOf(Math.min(100, score + upTo), scale.thresholds) !== severity;
      expect(limits !== undefined).toBe(couldRise);
      if (limits) {
        unknown++;
        expect(limits.length).toBeGreaterThan(0);
        expect(limits.filter((limit) => !silence.some((each) => each.limit === limit))).toEqual([]);
      }
      // What no limit kept from being asked is judged as if there were none.
      const others = assess(
        without(
          facts,
          silence.map(({ name }) => silent(name)),
          actor,
        ),
        RULES,
        scale,
      ).assessment;
      expect({ score, severity }).toEqual({ score: others.score, severity: others.severity });
    }),
    { numRuns: 500 },
  );
  expect(unknown).toBeGreaterThan(50);
  expect(DEFAULT_SCALE.thresholds).toEqual({ MEDIUM: 25, HIGH: 50, CRITICAL: 75 });
});

describe('evidence', () => {
  test('of a check that is too slow names the limit', async () => {
    const slow = check(() => new Promise(() => {}), { deadlineMs: 5 });
    expect(await runCheck(slow, contextOf(), 1_000)).toMatchObject({ status: 'not-checked', limits: ['deadline'] });
  });

  test('of a check that may not ask names none', async () => {
    const denied = check(() => Promise.reject(Object.assign(new Error('x'), { name: 'AccessDeniedException' })));
    expect(await runCheck(denied, contextOf(), 1_000)).not.toHaveProperty('limits');
  });
});
