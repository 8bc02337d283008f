/** What is reported on its own and what is not, over any store. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { LocalDigestStore } from '../../functions/clients/local/digest-store.ts';
import { StoredDigests } from '../../functions/clients/table/digests.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import { someFinding } from './findings-table.contract.ts';

const HOUR = '2026-11-23T07';
let now: number;
let store: LocalDigestStore;
let digests: StoredDigests;
beforeEach(() => {
  now = Date.parse('2026-11-23T07:30:00Z');
  store = new LocalDigestStore(() => now);
  digests = new StoredDigests(store, () => now);
});

const refusal = (username: string, changes: Partial<Finding> = {}): Finding =>
  someFinding({ outcome: 'attempt-denied', actor: { kind: 'user', username }, namespace: {}, ...changes });
const as = (username: string, impersonated: string, groups: string[] = []): Partial<Finding> => ({
  actor: { kind: 'user', username, impersonated: { username: impersonated, groups } },
});
const single = (finding: Finding): Promise<boolean> => digests.isSingle(finding, HOUR);
async function singles(findings: readonly Finding[]): Promise<Finding[]> {
  const told: Finding[] = [];
  for (const finding of findings) if (await single(finding)) told.push(finding);
  return told;
}

describe('refusals', () => {
  test('a typo hides none of those that follow: not another outcome, not another identity, not a name that deceives', async () => {
    const typo = refusal('dev', { outcome: 'rejected', namespace: { name: 'Team A' } });
    const masters = refusal('dev', as('dev', 'system:admin', ['system:masters']));
    const deceiving = refusal('dev', { namespace: { name: 'kube-systern' } });
    const others = Array.from({ length: 50 }, () => refusal('dev'));
    const told = await singles([typo, masters, deceiving, ...others]);
    expect(told).toEqual([typo, masters, deceiving]);
  });

  test('10,000 of one actor are told three times, and another actor by itself', async () => {
    const flood = Array.from({ length: 5_000 }, (_, index) =>
      refusal('mallory', {
        outcome: index % 2 ? 'attempt-denied' : 'rejected',
        namespace: { name: `kube-x${index}` },
        ...(index % 3 === 0 && as('mallory', `user-${index}`)),
      }),
    );
    const other = refusal('oscar');
    const told = await singles([...flood, other, ...flood.map((finding) => ({ ...finding, id: `${finding.id}-2` }))]);
    expect(told).toContain(other);
    expect(told.filter(({ actor }) => actor.username === 'mallory').length).toBeLessThanOrEqual(3);
  });

  test('ten a cluster are told, and then only what is worse', async () => {
    const told = await singles(Array.from({ length: 100 }, (_, index) => refusal(`user-${index}`)));
    expect(told).toHaveLength(10);
    const worse = refusal('another', as('another', 'system:admin'));
    const alike = refusal('yet-another', as('yet-another', 'system:admin'));
    await expect(single(worse)).resolves.toBe(true);
    await expect(single(alike)).resolves.toBe(false);
    await expect(single(refusal('x', { cluster: { name: 'another' } }))).resolves.toBe(true);
  });

  test('the next hour starts over', async () => {
    await singles(Array.from({ length: 5 }, () => refusal('dev')));
    await expect(digests.isSingle(refusal('dev'), '2026-11-23T08')).resolves.toBe(true);
  });

  test('the answer is the same when the same finding asks again, of this process or another', async () => {
    const findings = Array.from({ length: 6 }, (_, index) => refusal(index < 3 ? 'dev' : `user-${index}`));
    const answers = await singles(findings);
    await expect(singles(findings)).resolves.toEqual(answers);
    digests = new StoredDigests(store, () => now);
    await expect(singles(findings)).resolves.toEqual(answers);
  });

  test('a flood is not asked about in the store again and again', async () => {
    let asked = 0;
    const enter = store.enter.bind(store);
    store.enter = (...args) => {
      asked++;
      return enter(...args);
    };
    await singles(Array.from({ length: 1_000 }, () => refusal('mallory')));
    expect(asked).toBeLessThan(5);
  });
});

describe('requests whose outcome is not known', () => {
  const unknown = (kind: Finding['actor']['kind']): Finding =>
    someFinding({ outcome: 'outcome-unknown', actor: { kind } });

  test('are told three times an actor, and ten times a cluster', async () => {
    const flood = Array.from({ length: 50 }, () => [unknown('anonymous'), unknown('unknown')]).flat();
    expect(await singles(flood)).toHaveLength(6);
    await expect(
      single(someFinding({ outcome: 'outcome-unknown', actor: { kind: 'iam-role', principalArn: 'arn:x' } })),
    ).resolves.toBe(true);
  });

  test('are told about an actor whose refusals were', async () => {
    await singles(Array.from({ length: 9 }, (_, index) => refusal('dev', as('dev', `user-${index}`))));
    await expect(
      single(someFinding({ outcome: 'outcome-unknown', actor: { kind: 'user', username: 'dev' } })),
    ).resolves.toBe(true);
  });
});

describe('a success after refusals', () => {
  const success = (username = 'dev'): Finding => someFinding({ actor: { kind: 'user', username } });

  test.each([
    ['in the same hour', 0, true],
    ['in the next hour', 45 * 60_000, true],
    ['two hours later', 2 * 3_600_000, false],
  ])('%s', async (_, later, expected) => {
    const refused = refusal('dev');
    await single(refused);
    now += later;
    await expect(digests.followsRefusal(success('oscar'))).resolves.toBe(false);
    const first = success();
    await expect(digests.followsRefusal(first)).resolves.toBe(expected);
    await expect(digests.followsRefusal(success())).resolves.toBe(false);
    await expect(digests.followsRefusal(first)).resolves.toBe(expected);
  });

  test('is seen where the refusals themselves were not told any more', async () => {
    await singles(Array.from({ length: 20 }, (_, index) => refusal(`user-${index}`)));
    await single(refusal('dev'));
    await expect(digests.followsRefusal(success())).resolves.toBe(true);
  });
});

describe('the digest of an hour', () => {
  test('names or counts every finding, the worst first', async () => {
    for (let index = 0; index < 100; index++) await digests.add(refusal(`user-${index}`), 'refused');
    for (let index = 0; index < 900; index++) await digests.add(refusal('mallory'), 'refused');
    await digests.add(someFinding({ outcome: 'outcome-unknown' }), 'outcome-unknown');
    await expect(digests.due(9)).resolves.toEqual([]);
    now += 3_600_000;
    const [due] = await digests.due(9);
    const digest = await digests.read(due?.id ?? '');
    expect(digest).toMatchObject({
      kind: 'digest',
      cluster: { name: 'prod' },
      from: '2026-11-23T07:00:00.000Z',
      until: '2026-11-23T08:00:00.000Z',
      total: 1_001,
    });
    expect(digest?.rows.slice(0, 3).map(({ reason, count }) => [reason, count])).toEqual([
      ['outcome-unknown', 1],
      ['refused', 900],
      ['refused', 1],
    ]);
    const shown = digest?.rows.reduce((sum, { count }) => sum + count, 0) ?? 0;
    expect(shown + (digest?.others?.findings ?? 0)).toBe(1_001);
    expect(Buffer.byteLength(JSON.stringify(digest))).toBeLessThan(100_000);
  });

  test('is one a cluster', async () => {
    await digests.add(refusal('a'), 'refused');
    await digests.add(refusal('a', { cluster: { name: 'staging' } }), 'refused');
    now += 3_600_000;
    await expect(digests.due(9)).resolves.toHaveLength(2);
  });
});
