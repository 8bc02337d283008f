import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Check } from '../../functions/checks/check.ts';
import { CHECKS } from '../../functions/checks/index.ts';
import { LocalEks } from '../../functions/clients/local/eks.ts';
import { jsonBytes } from '../../functions/contract/sizes.ts';
import { MAX_INVESTIGATION_BYTES } from '../../functions/contract/vocabulary.ts';
import { RULES } from '../../functions/investigate/indicators/index.ts';
import { investigate, type Parts } from '../../functions/investigate/investigate.ts';
import { check, cluster, denied, finding } from '../checks/examples.ts';

const clients = { eks: new LocalEks([cluster()]) };
const settings = { budgetMs: 60, knownAutomation: [] };
const parts = (checks: readonly Check[], overrides: Partial<Parts> = {}): Parts => ({
  checks,
  rules: RULES,
  now: Date.now,
  ...overrides,
});
const good = check(async () => ({ status: 'found', summary: 'good' }), { name: 'good' });

test('the table of checks: names of their own, and deadlines within the default budget', () => {
  const names = CHECKS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { deadlineMs } of CHECKS) expect(deadlineMs).toBeLessThan(25_000);
});

describe('an investigation', () => {
  test('of an ordinary creation', async () => {
    const result = await investigate(finding(), clients, settings);
    expect(result).toEqual({
      schemaVersion: 1,
      findingId: 'finding-1',
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      finishedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      evidence: CHECKS.map(({ name }) => expect.objectContaining({ check: name })),
      assessment: expect.objectContaining({ score: 0, severity: 'LOW', indicators: [] }),
    });
    const status = Object.fromEntries(result.evidence.map(({ check: name, status }) => [name, status]));
    expect(status).toMatchObject({ principal: 'found', 'cluster-posture': 'clear', workloads: 'not-checked' });
  });

  test('of an access entry made just before: the evidence moves the score', async () => {
    const [entry] = cluster().accessEntries ?? [];
    const eks = new LocalEks([
      cluster({}, [
        { principalArn: '', ...entry, createdAt: '2026-11-23T09:50:00Z', modifiedAt: '2026-11-23T09:50:00Z' },
      ]),
    ]);
    const { assessment } = await investigate(finding(), { eks }, settings);
    expect(assessment).toMatchObject({ score: 30, severity: 'MEDIUM', indicators: [{ id: 'recent-access-change' }] });
  });

  test('returns when all checks fail, each in its way, and takes no longer than the budget', async () => {
    const broken: [string, Check['run']][] = [
      [
        'throws',
        () => {
          throw new Error('x');
        },
      ],
      ['rejects', () => Promise.reject(new Error('x'))],
      ['denied', () => Promise.reject(denied('eks:DescribeCluster'))],
      ['rubbish', async () => ({}) as never],
      ['hangs', () => new Promise(() => {})],
    ];
    const checks = broken.map(([name, run]) => check(run, { name, deadlineMs: 60_000 }));
    const began = performance.now();
    const { evidence, assessment } = await investigate(finding(), clients, settings, parts([...checks, good]));
    expect(performance.now() - began).toBeLessThan(1000);
    expect(evidence.map(({ check: name, status }) => [name, status])).toEqual([
      ['throws', 'not-checked'],
      ['rejects', 'not-checked'],
      ['denied', 'not-checked'],
      ['rubbish', 'not-checked'],
      ['hangs', 'not-checked'],
      ['good', 'found'],
    ]);
    expect(assessment).toMatchObject({ score: 0, severity: 'LOW', indicators: [] });
  });

  test('asks side by side: a check that waits for the next one gets its answer', async () => {
    const met = Promise.withResolvers<void>();
    const first = check(async () => {
      await met.promise;
      return { status: 'found', summary: 'met' };
    });
    const second = check(async () => {
      met.resolve();
      return { status: 'found', summary: 'met' };
    });
    const { evidence } = await investigate(finding(), clients, { ...settings, budgetMs: 1000 }, parts([first, second]));
    expect(evidence.map(({ status }) => status)).toEqual(['found', 'found']);
  });

  test('says so where the score lacks an indicator', async () => {
    const rule = {
      id: 'broken',
      kind: 'threat' as const,
      why: 'w',
      weight: 10,
      judge: () => {
        throw new Error('x');
      },
    };
    const { evidence } = await investigate(finding(), clients, settings, parts([good], { rules: [rule] }));
    expect(evidence[1]).toMatchObject({
      check: 'assessment',
      status: 'not-checked',
      reason: 'indicator broken failed: Error: x',
    });
  });

  test('tells the time by its clock', async () => {
    let now = Date.parse('2026-11-23T10:00:00Z');
    const slow = check(async () => {
      now += 1500;
      return { status: 'found', summary: 's' };
    });
    const result = await investigate(finding(), clients, settings, parts([slow], { now: () => now }));
    expect(result).toMatchObject({
      startedAt: '2026-11-23T10:00:00.000Z',
      finishedAt: '2026-11-23T10:00:01.500Z',
      evidence: [{ tookMs: 1500 }],
    });
  });
});

describe('the size of the result', () => {
  const answering = (answer: object, name: string) => check(async () => answer, { name });

  test('stays within the limit, whatever the checks return', async () => {
    const big = '\u0001'.repeat(256 * 1024);
    const checks = [
      answering({ status: 'found', summary: big, details: { big } }, 'strings'),
      answering(
        { status: 'found', summary: 's', details: { list: Array.from({ length: 50_000 }, (_, i) => i) } },
        'entries',
      ),
      answering({ status: 'not-checked', reason: big }, 'reason'),
      answering(
        { status: 'found', summary: 's', command: Array.from({ length: 500 }, () => big.slice(0, 999)) },
        'command',
      ),
    ];
    const hostile = finding({ namespace: { name: `kube-${big}` }, actor: { kind: 'service-account', username: big } });
    const result = await investigate(hostile, clients, { ...settings, budgetMs: 10_000 }, parts(checks));
    expect(jsonBytes(result)).toBeLessThanOrEqual(MAX_INVESTIGATION_BYTES);
    expect(result.evidence.map(({ check: name, question, status }) => [name, question, status])).toEqual([
      ['strings', 'Does it hold?', 'found'],
      ['entries', 'Does it hold?', 'found'],
      ['reason', 'Does it hold?', 'not-checked'],
      ['command', 'Does it hold?', 'found'],
    ]);
    expect(result.assessment).toMatchObject({ indicators: [{ id: 'service-account-creator' }] });
    expect(result.cut).toContainEqual({ path: 'evidence[0].details.big', bytes: 262_144, sha256: expect.any(String) });
  });

  test('is not touched where it fits', async () => {
    const result = await investigate(finding(), clients, settings);
    expect(result).not.toHaveProperty('cut');
  });

  test('holds for any answers', async () => {
    const details = fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 20 });
    const answers = fc.array(
      fc.record({
        status: fc.constant('found'),
        summary: fc.string({ minLength: 1 }),
        details,
        repeat: fc.nat(40_000),
      }),
      { maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(answers, async (given) => {
        const checks = given.map(({ repeat, ...answer }, index) =>
          answering({ ...answer, summary: answer.summary.repeat(1 + repeat / answer.summary.length) }, `c${index}`),
        );
        const result = await investigate(finding(), clients, { ...settings, budgetMs: 10_000 }, parts(checks));
        expect(jsonBytes(result)).toBeLessThanOrEqual(MAX_INVESTIGATION_BYTES);
        expect(result.evidence.map(({ check: name }) => name)).toEqual(checks.map(({ name }) => name));
      }),
      { numRuns: 50 },
    );
  });
});
