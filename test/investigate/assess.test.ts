import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { severityOf } from '../../functions/contract/vocabulary.ts';
import { assess } from '../../functions/investigate/assess.ts';
import { RULES } from '../../functions/investigate/indicators/index.ts';
import { inBrief, type Rule, type RuleFacts } from '../../functions/investigate/rule.ts';
import { DEFAULT_SCALE, scaleOf } from '../../functions/investigate/weights.ts';
import { editDistance } from '../../functions/kit/edit-distance.ts';
import { anyText } from '../any-text.ts';
import { CI_ROLE, evidence, finding, role } from '../checks/examples.ts';
import { ACTORS, BAD_FACTS, factsWith } from './facts.ts';

const rule = (kind: Rule['kind'], weight: number, id = `${kind}${weight}`): Rule => ({
  id,
  kind,
  weight,
  why: 'w',
  judge: () => ({ ...inBrief('r') }),
});
const FACTS: RuleFacts = { finding: finding(), evidence: [], knownAutomation: [] };
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
        { id: 'threat30', weight: 30, ...inBrief('r') },
        { id: 'threat15', weight: 15, ...inBrief('r') },
        { id: 'novelty10', weight: 10, ...inBrief('r') },
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

  test('of what is commonplace alone stays LOW, whatever there is of it', () => {
    const { score, severity, indicators } = scores(
      rule('commonplace', 20, 'b'),
      rule('commonplace', 15, 'a'),
      rule('novelty', 15),
    );
    expect(indicators.map(({ id, weight }) => [id, weight])).toEqual([
      ['novelty15', 15],
      ['b', 9],
      ['a', 0],
    ]);
    expect([score, severity]).toEqual([24, 'LOW']);
  });

  test('counts what is commonplace beside a threat, but not as much as another threat', () => {
    expect(scores(rule('threat', 10), rule('commonplace', 10), rule('commonplace', 15)).score).toBe(35);
    const { score, indicators } = scores(
      rule('threat', 10),
      rule('commonplace', 20, 'a'),
      rule('commonplace', 15, 'b'),
    );
    expect(score).toBe(35);
    expect(indicators.map(({ id, weight }) => [id, weight])).toEqual([
      ['a', 20],
      ['threat10', 10],
      ['b', 5],
    ]);
  });

  test('counts each novelty in full beside a threat', () => {
    expect(scores(rule('threat', 5), rule('novelty', 15), rule('novelty', 10)).score).toBe(30);
  });

  test('is not lowered beside what is commonplace', () => {
    expect(scores(rule('commonplace', 5), rule('mitigation', -30))).toMatchObject({ score: 5 });
  });

  test('takes a share of the weight where there are degrees', () => {
    const half: Rule = {
      id: 'half',
      kind: 'threat',
      weight: 15,
      why: 'w',
      judge: () => ({ ...inBrief('r'), share: 1 / 2 }),
    };
    expect(scores(half)).toMatchObject({ score: 8 });
  });

  test('goes by the configured weights and thresholds', () => {
    const scale = {
      weights: { threat20: 60, threat30: 0 },
      thresholds: { MEDIUM: 10, HIGH: 61, CRITICAL: 62 },
    };
    const { assessment } = assess(FACTS, [rule('threat', 20), rule('threat', 30), rule('mitigation', -30)], scale);
    expect(assessment).toEqual({
      score: 60,
      severity: 'MEDIUM',
      indicators: [{ id: 'threat20', weight: 60, ...inBrief('r') }],
    });
  });

  test('is not blocked by an indicator that is switched off', () => {
    const scale = { ...DEFAULT_SCALE, weights: { threat30: 0 } };
    const { score, indicators } = assess(
      FACTS,
      [rule('threat', 30), rule('novelty', 15), rule('mitigation', -30)],
      scale,
    ).assessment;
    expect([score, indicators.map(({ id }) => id)]).toEqual([0, ['novelty15', 'mitigation-30']]);
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
      weight: 10,
      why: 'w',
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
  const score = (facts: RuleFacts) => assess(facts, RULES).assessment.score;

  test('find nothing in ordinary work', () => {
    expect(assess(FACTS, RULES).assessment).toMatchObject({ score: 0, severity: 'LOW', indicators: [] });
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
    const facts: RuleFacts = {
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

  const badFacts = fc.uniqueArray(fc.constantFrom(...Object.keys(BAD_FACTS)), { maxLength: 8 });
  const facts: fc.Arbitrary<RuleFacts> = fc
    .record({ bad: badFacts, actor: fc.constantFrom(...ACTORS), unanswered: fc.nat({ max: 2 ** 12 }) })
    .map(({ bad, actor, unanswered }) => {
      const given = factsWith(bad, actor);
      return { ...given, evidence: given.evidence.filter((_, index) => ((unanswered >> index) & 1) === 0) };
    });

  test('the score is between 0 and 100, fits its severity, and is the same each time and in any order', () => {
    fc.assert(
      fc.property(facts, fc.gen(), (given, gen) => {
        const first = assess(given, RULES);
        expect(first.failures).toEqual([]);
        expect(first.assessment.score).toBeGreaterThanOrEqual(0);
        expect(first.assessment.score).toBeLessThanOrEqual(100);
        expect(first.assessment.severity).toBe(severityOf(first.assessment.score));
        const evidence = gen(() => fc.shuffledSubarray([...given.evidence], { minLength: given.evidence.length }));
        expect(assess(structuredClone({ ...given, evidence }), RULES)).toEqual(first);
      }),
    );
  });

  test('a bad fact more never lowers the score', () => {
    fc.assert(
      fc.property(
        badFacts,
        fc.constantFrom(...Object.keys(BAD_FACTS)),
        fc.constantFrom(...ACTORS),
        (bad, more, actor) => {
          expect(score(factsWith([...bad, more], actor))).toBeGreaterThanOrEqual(score(factsWith(bad, actor)));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('each bad fact alone raises it, but for what others did, and what is new with a creator that a person knows', () => {
    const ordinary = score(factsWith([]));
    const quiet = Object.keys(BAD_FACTS).filter((bad) => score(factsWith(['notAutomation', bad])) <= ordinary);
    expect(quiet).toEqual(['publicAddress', 'newUserAgent', 'bindingOfOthers', 'notAutomation']);
  });

  test('what is not known more never lowers what could change', () => {
    const judged = (given: RuleFacts) => {
      const { score, indicators, couldChange = [] } = assess(given, RULES).assessment;
      return { score, indicators, upTo: Object.fromEntries(couldChange.map(({ check, upTo }) => [check, upTo])) };
    };
    const checks = [...new Set(RULES.flatMap((rule) => rule.shownBy ?? []))];
    fc.assert(
      fc.property(facts, fc.constantFrom(...checks), fc.boolean(), (known, forgotten, said) => {
        const rest = known.evidence.filter(({ check }) => check !== forgotten);
        const silent = evidence({ check: forgotten, status: 'not-checked', ...inBrief('r') });
        const less: RuleFacts = { ...known, evidence: said ? [...rest, silent] : rest };
        const [before, after] = [judged(known), judged(less)];
        const room = 100 - after.score;
        for (const check of checks)
          expect(after.upTo[check] ?? 0).toBeGreaterThanOrEqual(Math.min(room, before.upTo[check] ?? 0));
        // What was known to be so is now possible.
        const left = after.indicators.map(({ id }) => id);
        const lost = before.indicators.filter(
          ({ id, check }) => check === forgotten && !id.startsWith('new-') && !left.includes(id),
        );
        const points = lost.reduce((sum, { weight }) => sum + Math.max(0, weight), 0);
        expect(after.upTo[forgotten] ?? 0).toBeGreaterThanOrEqual(Math.min(room, points));
      }),
      { numRuns: 500 },
    );
  });

  test('what could change is nothing where every check has answered, and the weight of all that it could show where one has not', () => {
    const open = (given: RuleFacts) => assess(given, RULES).assessment.couldChange;
    const { finding: ordinary, evidence: all, knownAutomation } = factsWith([]);
    expect(open({ finding: ordinary, evidence: all, knownAutomation })).toBeUndefined();
    const without = (...checks: string[]) => ({
      finding: ordinary,
      knownAutomation,
      evidence: all.filter(({ check }) => !checks.includes(check)),
    });
    expect(open(without('workloads'))).toEqual([{ check: 'workloads', upTo: 100 }]);
    expect(open(without('network', 'known-creator'))).toEqual([
      { check: 'network', upTo: 70 },
      { check: 'known-creator', upTo: 15 },
    ]);
    // What is commonplace counts 25 at most.
    expect(open(without('cluster-weaknesses', 'images'))).toEqual([
      { check: 'images', upTo: 50 },
      { check: 'cluster-weaknesses', upTo: 40 },
    ]);
    // A score can reach 100 only.
    const worst = factsWith(['miner', 'privilegedPod', 'entryChanged']);
    expect(open({ ...worst, evidence: worst.evidence.filter(({ check }) => check !== 'threats') })).toBeUndefined();
  });

  test.each<[string, Partial<Evidence>]>([
    ['more than could be read', { details: { more: true } }],
    ['a source that was not asked', { details: { notAsked: [{ source: 'cloudtrail', ...inBrief('r') }] } }],
    ['a part that is missing', { details: { missing: ['pods'] } }],
    ['what could not be decided', { details: { unknown: ['x'] } }],
    ['data from before the request', { completeUntil: '2026-11-23T09:59:59Z' }],
    ['images without a scan', { check: 'images', details: { images: [{ status: 'in-progress' }] } }],
  ])('an answer with %s could change', (_, overrides) => {
    const answer = { completeUntil: '2026-11-23T10:09:59Z', ...overrides };
    const check = overrides.check ?? 'access-changes';
    const given = factsWith([]);
    const rest = given.evidence.filter((item) => item.check !== check);
    const { couldChange } = assess({ ...given, evidence: [...rest, evidence({ check, ...answer })] }, RULES).assessment;
    expect(couldChange?.map((open) => open.check)).toEqual([check]);
  });

  test('no text in a finding breaks them', () => {
    const text = anyText({ maxLength: 200 });
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

test('no details of a check break the assessment', () => {
  const checks = RULES.flatMap((rule) => rule.shownBy ?? []);
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...checks), fc.object({ withNullPrototype: false })), (details) => {
      const answers = Object.entries(details).map(([check, found]) =>
        evidence({ check, details: found as Evidence['details'] & object }),
      );
      const { score } = assess({ finding: finding(), evidence: answers, knownAutomation: [] }, RULES).assessment;
      expect(score).toBeLessThanOrEqual(100);
    }),
  );
});

describe('the scale', () => {
  test("is the rules' own weights and the documented thresholds by default", () => {
    expect(scaleOf({})).toEqual(DEFAULT_SCALE);
    expect(DEFAULT_SCALE.weights).toMatchObject({ miner: 40, 'lookalike-name': 25, 'known-automation': -30 });
    expect(DEFAULT_SCALE.thresholds).toEqual({ MEDIUM: 25, HIGH: 50, CRITICAL: 75 });
  });

  test('takes what is configured', () => {
    const { weights, thresholds } = scaleOf({ weights: { exec: 0, miner: 90 }, severities: { CRITICAL: 90 } });
    expect(weights).toMatchObject({ exec: 0, miner: 90, 'lookalike-name': 25 });
    expect(thresholds).toEqual({ MEDIUM: 25, HIGH: 50, CRITICAL: 90 });
  });

  test.each<[string, Parameters<typeof scaleOf>[0], string]>([
    ['an id that does not exist', { weights: { minor: 40 } }, 'there is no indicator "minor"'],
    ['an inherited name', { weights: { toString: 1 } as never }, 'there is no indicator "toString"'],
    [
      'a threat that lowers',
      { weights: { miner: -1 } },
      'weights.miner: -1 is not accepted. Fix: use a whole number from 0 to 100.',
    ],
    [
      'a mitigation that raises',
      { weights: { 'known-automation': 1 } },
      'weights.known-automation: 1 is not accepted. Fix: use a whole number from -100 to 0.',
    ],
    ['half a point', { weights: { miner: 0.5 } }, 'weights.miner: 0.5'],
    ['too much', { weights: { miner: 101 } }, 'weights.miner: 101'],
    ['thresholds in another order', { severities: { HIGH: 80 } }, 'each above the one before'],
    ['a threshold of 0', { severities: { MEDIUM: 0 } }, 'from 1 to 100'],
    ['a severity that does not exist', { severities: { LOW: 1 } as never }, 'a severity "LOW"'],
  ])('refuses %s', (_, configured, message) => {
    expect(() => scaleOf(configured)).toThrow(message);
  });

  test('tells all that is wrong at once', () => {
    expect(() => scaleOf({ weights: { a: 1, b: 2 }, severities: { HIGH: 0 } })).toThrow(/"a".*"b".*HIGH at 0/);
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
