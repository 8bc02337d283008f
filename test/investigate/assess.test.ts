import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Finding, severityOf } from '../../functions/finding.ts';
import { assess } from '../../functions/investigate/assess.ts';
import { editDistance } from '../../functions/investigate/indicators/edit-distance.ts';
import { RULES } from '../../functions/investigate/indicators/index.ts';
import type { Facts, Rule } from '../../functions/investigate/indicators/rule.ts';
import { AT, CI_ROLE, evidence, finding, role, serviceAccount } from './examples.ts';

const rule = (kind: Rule['kind'], weight: number, id = `${kind}${weight}`): Rule => ({
  id,
  kind,
  judge: () => ({ weight, reason: 'r' }),
});
const FACTS: Facts = { finding: finding(), evidence: [], knownAutomation: [] };
const scores = (...rules: Rule[]) => assess(FACTS, rules).assessment;

describe('the score', () => {
  test('of nothing is 0, LOW', () => {
    expect(scores()).toEqual({ score: 0, severity: 'LOW', indicators: [] });
  });

  test('is the sum, the heaviest first', () => {
    expect(scores(rule('threat', 15), rule('threat', 30), rule('novelty', 10))).toEqual({
      score: 55,
      severity: 'HIGH',
      indicators: [
        { id: 'threat30', weight: 30, reason: 'r' },
        { id: 'threat15', weight: 15, reason: 'r' },
        { id: 'novelty10', weight: 10, reason: 'r' },
      ],
    });
  });

  test('ends at 100', () => {
    expect(scores(rule('threat', 60), rule('threat', 61))).toMatchObject({ score: 100, severity: 'CRITICAL' });
  });

  test('counts novelty up to 15, and shows all of it', () => {
    const { score, indicators } = scores(rule('novelty', 5, 'c'), rule('novelty', 12, 'a'), rule('novelty', 10, 'b'));
    expect(score).toBe(15);
    expect(indicators.map(({ id, weight }) => [id, weight])).toEqual([
      ['a', 12],
      ['b', 3],
      ['c', 0],
    ]);
  });

  test('is lowered where nothing but novelty raises it', () => {
    expect(scores(rule('novelty', 15), rule('mitigation', -10))).toMatchObject({ score: 5 });
    expect(scores(rule('novelty', 15), rule('mitigation', -30))).toMatchObject({ score: 0 });
  });

  test('is not lowered beside a threat, however small', () => {
    expect(scores(rule('threat', 10), rule('novelty', 15), rule('mitigation', -30))).toMatchObject({ score: 25 });
  });

  test('stands without a rule that fails, which is told; nothing lowers it then', () => {
    const broken: Rule = {
      id: 'broken',
      kind: 'threat',
      judge: () => {
        throw new Error('x');
      },
    };
    const { assessment, failures } = assess(FACTS, [broken, rule('novelty', 15), rule('mitigation', -30)]);
    expect(assessment.score).toBe(15);
    expect(failures).toEqual(['indicator broken failed: Error: x']);
  });
});

describe('the real rules', () => {
  const score = (facts: Facts) => assess(facts, RULES).assessment.score;

  test('find nothing in ordinary work', () => {
    expect(assess(FACTS, RULES).assessment).toEqual({ score: 0, severity: 'LOW', indicators: [] });
  });

  test('show known automation', () => {
    expect(assess({ ...FACTS, knownAutomation: [CI_ROLE] }, RULES).assessment).toMatchObject({
      score: 0,
      indicators: [{ id: 'known-automation', weight: -30 }],
    });
  });

  test('do not let known automation hide a threat', () => {
    const stolen = finding({ namespace: { name: 'kube-systern' } });
    expect(score({ ...FACTS, finding: stolen, knownAutomation: [CI_ROLE] })).toBe(25);
  });

  test('add up an intruder', () => {
    const facts: Facts = {
      finding: finding({
        namespace: { name: 'kube-systern', labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
        actor: role({ impersonated: { username: 'x', groups: ['system:masters'] } }),
      }),
      evidence: [evidence({ details: { identity: {}, accessEntry: { createdAt: '2026-11-23T09:58:00Z' } } })],
      knownAutomation: [],
    };
    const { assessment } = assess(facts, RULES);
    expect(assessment).toMatchObject({ score: 100, severity: 'CRITICAL' });
    expect(assessment.indicators.map(({ id }) => id)).toEqual([
      'impersonation',
      'recent-access-change',
      'lookalike-name',
      'privileged-pod-security',
    ]);
  });

  /** Each makes the facts worse, and touches nothing that another one made worse. */
  const worsen: Record<string, (facts: Facts) => Facts> = {
    anonymous: (f) => withFinding(f, { actor: { ...f.finding.actor, groups: ['system:unauthenticated'] } }),
    impersonation: (f) => withFinding(f, { actor: { ...f.finding.actor, impersonated: { username: 'bob' } } }),
    privilegedImpersonation: (f) =>
      withFinding(f, { actor: { ...f.finding.actor, impersonated: { username: 'system:admin' } } }),
    publicAddress: (f) => withFinding(f, { request: { at: AT, sourceIps: ['203.0.113.9'] } }),
    lookalike: (f) => withFinding(f, { namespace: { ...f.finding.namespace, name: 'kube-systern' } }),
    privilegedPods: (f) =>
      withFinding(f, {
        namespace: { ...f.finding.namespace, labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
      }),
    accessChange: (f) => ({
      ...f,
      evidence: [...f.evidence, evidence({ details: { identity: {}, accessEntry: { createdAt: AT } } })],
    }),
    notKnown: (f) => ({ ...f, knownAutomation: [] }),
  };
  const withFinding = (facts: Facts, overrides: Partial<Finding>): Facts => ({
    ...facts,
    finding: { ...facts.finding, ...overrides },
  });
  const facts: fc.Arbitrary<Facts> = fc
    .record({
      actor: fc.constantFrom(
        role(),
        serviceAccount(),
        { kind: 'system' as const, username: 'system:x' },
        {
          kind: 'user' as const,
          username: 'u',
        },
      ),
      name: fc.oneof(fc.constantFrom('default', 'shop', 'kube-x', 'kube-system'), fc.string()),
      steps: fc.subarray(Object.keys(worsen)),
      privateEndpoint: fc.boolean(),
      knownAutomation: fc.subarray([CI_ROLE, 'system:*', 'u']),
    })
    .map(({ actor, name, steps, privateEndpoint, knownAutomation }) =>
      steps.reduce((sofar: Facts, step) => worsen[step]?.(sofar) ?? sofar, {
        finding: finding({ actor, namespace: { name } }),
        evidence: [evidence({ check: 'cluster-posture', details: { endpointPrivateAccess: privateEndpoint } })],
        knownAutomation,
      }),
    );

  test('a bad fact more never lowers the score', () => {
    fc.assert(
      fc.property(facts, fc.constantFrom(...Object.keys(worsen)), (before, step) => {
        // Privileged impersonation is worse than the plain one, which does not replace it.
        fc.pre(!(step === 'impersonation' && before.finding.actor.impersonated));
        expect(score(worsen[step]?.(before) ?? before)).toBeGreaterThanOrEqual(score(before));
      }),
      { numRuns: 1000 },
    );
  });

  test('the score is between 0 and 100, fits its severity, and is the same each time and in any order', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const first = assess(given, RULES);
        expect(first.failures).toEqual([]);
        expect(first.assessment.score).toBeGreaterThanOrEqual(0);
        expect(first.assessment.score).toBeLessThanOrEqual(100);
        expect(first.assessment.severity).toBe(severityOf(first.assessment.score));
        const again = structuredClone({ ...given, evidence: given.evidence.toReversed() });
        expect(assess(again, RULES)).toEqual(first);
      }),
    );
  });

  test('no text in a finding breaks them', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 6, maxLength: 6 }),
        ([a = '', b = '', c = '', d = '', e = '', f = '']) => {
          const hostile = finding({
            namespace: { name: a, createdAt: b, labels: { [c]: d } },
            actor: role({ username: e, principalArn: f, groups: [a], impersonated: { username: b, groups: [c] } }),
            request: { at: d, sourceIps: [e] },
          });
          expect(assess({ finding: hostile, evidence: [], knownAutomation: [a, `${b}*${c}`] }, RULES).failures).toEqual(
            [],
          );
        },
      ),
    );
  });
});

describe('edit distance', () => {
  test.each([
    ['', '', 0],
    ['abc', '', 3],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['abc', 'abd', 1],
    ['abc', 'acb', 1],
    ['abc', 'ab', 1],
    ['abc', 'xabc', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('%j to %j is %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  test('is 0 for the same only, the same both ways, and at most the longer length', () => {
    const short = fc.string({ unit: fc.constantFrom('a', 'b', '-'), maxLength: 8 });
    fc.assert(
      fc.property(short, short, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance === 0).toBe(a === b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});
