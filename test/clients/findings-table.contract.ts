import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { FindingsTable, NextLook } from '../../functions/clients/table/findings-table.ts';
import type { Deletion } from '../../functions/contract/deletion.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import type { AssessmentSnapshot } from '../../functions/contract/investigation.ts';

const LEASE_MS = 300;
let counter = 0;
export const someFinding = (changes: Partial<Finding> = {}): Finding => ({
  schemaVersion: 1,
  id: `nsf-${process.pid}-${++counter}`,
  outcome: 'created',
  cluster: { name: 'prod', region: 'eu-central-1', account: '111122223333' },
  namespace: { name: 'team-a' },
  actor: { kind: 'iam-role', principalArn: 'arn:aws:iam::111122223333:role/Dev' },
  request: { at: '2026-11-23T07:02:51.301986Z' },
  source: { kind: 'audit-log' },
  ...changes,
});
const lapse = () => new Promise((resolve) => setTimeout(resolve, LEASE_MS + 50));

/** What every implementation of the findings table promises; run against each. */
export function findingsTableContract(make: () => FindingsTable): void {
  const owned = async (table: FindingsTable, finding: Finding): Promise<string> => {
    const claim = await table.claim(finding, LEASE_MS);
    if (claim.state !== 'owned') throw new Error(claim.state);
    return claim.token;
  };

  describe('claim', () => {
    test('of many at once one wins, the others see it held', async () => {
      const [table, finding] = [make(), someFinding()];
      const claims = await Promise.all(Array.from({ length: 8 }, () => table.claim(finding, 5_000)));
      expect(claims.filter((claim) => claim.state === 'owned')).toHaveLength(1);
      expect(claims.filter((claim) => claim.state === 'held')).toHaveLength(7);
    });
    test('lapses, for whoever died with it', async () => {
      const [table, finding] = [make(), someFinding()];
      await owned(table, finding);
      await lapse();
      await expect(table.claim(finding, LEASE_MS)).resolves.toMatchObject({ state: 'owned' });
    });
    test('given back it is free at once', async () => {
      const [table, finding] = [make(), someFinding()];
      await table.releaseClaim(finding.id, await owned(table, finding));
      await expect(table.claim(finding, LEASE_MS)).resolves.toMatchObject({ state: 'owned' });
    });
    test('handed over it is done for ever', async () => {
      const [table, finding] = [make(), someFinding()];
      await table.handedOver(finding.id, await owned(table, finding));
      await lapse();
      await expect(table.claim(finding, LEASE_MS)).resolves.toMatchObject({ state: 'done' });
    });
    test('that is done tells what was written down, so that another record under its id is noticed', async () => {
      const [table, finding] = [make(), someFinding()];
      await table.handedOver(finding.id, await owned(table, finding));
      const forged = { ...finding, actor: { kind: 'iam-role' as const, username: 'somebody else' } };
      const [claim, counted] = [
        await table.claim(forged, LEASE_MS),
        await table.recordForDigest(forged, true, LEASE_MS),
      ];
      for (const answer of [claim, counted]) expect(answer).toEqual({ state: 'done', known: JSON.stringify(finding) });
    });
    test('who lost the claim can neither release nor hand over', async () => {
      const [table, finding] = [make(), someFinding()];
      const lost = await owned(table, finding);
      await lapse();
      await owned(table, finding);
      await table.releaseClaim(finding.id, lost);
      await table.handedOver(finding.id, lost);
      await expect(table.claim(finding, LEASE_MS)).resolves.toMatchObject({ state: 'held' });
    });
    test('a recorded finding is done', async () => {
      const [table, finding] = [make(), someFinding()];
      await table.record(finding);
      await table.record(finding);
      await expect(table.claim(finding, LEASE_MS)).resolves.toMatchObject({ state: 'done' });
    });
  });

  describe('a finding for a digest', () => {
    test('is counted by one, until it was, however often it comes', async () => {
      const [table, finding] = [make(), someFinding({ outcome: 'attempt-denied' })];
      await expect(table.recordForDigest(finding, false, LEASE_MS)).resolves.toEqual({ state: 'owned' });
      // The same line by another filter, at the same time.
      await expect(table.recordForDigest(finding, false, LEASE_MS)).resolves.toMatchObject({ state: 'done' });
      await lapse();
      await expect(table.recordForDigest(finding, false, LEASE_MS)).resolves.toEqual({ state: 'owned' });
      await expect(table.recordForDigest(finding, false, LEASE_MS)).resolves.toMatchObject({ state: 'done' });
      await table.counted(finding.id);
      await expect(table.recordForDigest(finding, false, LEASE_MS)).resolves.toMatchObject({ state: 'done' });
      await expect(table.claim(finding, LEASE_MS)).resolves.toMatchObject({ state: 'done' });
      await expect(table.read(finding.id)).resolves.toEqual({ finding, settled: true });
    });
    test('that was alerted is not to be counted', async () => {
      const [table, finding] = [make(), someFinding({ outcome: 'attempt-denied' })];
      await owned(table, finding);
      await expect(table.recordForDigest(finding, false, LEASE_MS)).resolves.toMatchObject({ state: 'done' });
    });
    test('is to be looked at where that is asked for, and on the agenda of looks afterwards', async () => {
      const [table, finding, other] = [make(), someFinding(), someFinding()];
      await table.recordForDigest(finding, true, LEASE_MS);
      await table.recordForDigest(other, false, LEASE_MS);
      const due = (await table.due('deferred', 1_000)).map(({ id }) => id);
      expect(due.filter((id) => [finding.id, other.id].includes(id))).toEqual([finding.id]);
      const told = { indicators: {}, digested: true };
      await expect(table.take(finding.id, Date.now() - 1)).resolves.toEqual({ finding, look: 1, told });
      await table.looked(finding.id, 1, { severity: 'LOW', indicators: {}, digested: true }, true, {
        afterMinutes: -1,
      });
      expect((await table.due('deferred', 1_000)).map(({ id }) => id)).not.toContain(finding.id);
      expect((await table.due('look', 1_000)).map(({ id }) => id)).toContain(finding.id);
      await expect(table.take(finding.id, Date.now() + 60_000)).resolves.toMatchObject({ look: 2 });
    });
  });

  describe('deleted', () => {
    const deletionOf = ({ id: findingId }: Finding, username: string): Deletion => ({
      findingId,
      actor: { kind: 'user', username },
      at: '2026-11-23T08:00:00.000000Z',
    });
    test('is kept with the finding and told with it, the first time that it was said', async () => {
      const [table, finding] = [make(), someFinding()];
      await owned(table, finding);
      await table.alerted(finding.id, { indicators: {} }, { afterMinutes: -1 });
      await expect(table.deleted(deletionOf(finding, 'mallory'))).resolves.toBe(true);
      await expect(table.deleted(deletionOf(finding, 'somebody else'))).resolves.toBe(true);
      const deleted = deletionOf(finding, 'mallory');
      await expect(table.read(finding.id)).resolves.toMatchObject({ deleted });
      await expect(table.take(finding.id, Date.now() + 60_000)).resolves.toMatchObject({ look: 1, deleted });
    });
    test('of a namespace that has no finding leaves nothing behind', async () => {
      const [table, finding] = [make(), someFinding()];
      await expect(table.deleted(deletionOf(finding, 'mallory'))).resolves.toBe(false);
      await expect(table.read(finding.id)).resolves.toBeUndefined();
    });
  });

  describe('delivery', () => {
    test('of many at once one wins', async () => {
      const [table, finding] = [make(), someFinding()];
      await table.handedOver(finding.id, await owned(table, finding));
      const leases = await Promise.all(Array.from({ length: 8 }, () => table.leaseDelivery(finding.id, 5_000)));
      expect(leases.filter((lease) => lease.state === 'owned')).toHaveLength(1);
      expect(leases.filter((lease) => lease.state === 'held')).toHaveLength(7);
    });
    test('remembers which channels had it', async () => {
      const [table, finding] = [make(), someFinding()];
      await table.handedOver(finding.id, await owned(table, finding));
      await expect(table.leaseDelivery(finding.id, LEASE_MS)).resolves.toMatchObject({ delivered: [] });
      await table.delivered(finding.id, 'topic');
      await lapse();
      await expect(table.leaseDelivery(finding.id, LEASE_MS)).resolves.toMatchObject({
        state: 'owned',
        delivered: ['topic'],
      });
    });
    test('alerted is done, for delivery and for claims', async () => {
      const [table, finding] = [make(), someFinding()];
      await owned(table, finding);
      await table.leaseDelivery(finding.id, LEASE_MS);
      await table.alerted(finding.id);
      await lapse();
      await expect(table.leaseDelivery(finding.id, LEASE_MS)).resolves.toMatchObject({ state: 'done' });
      await expect(table.claim(finding, LEASE_MS)).resolves.toMatchObject({ state: 'done' });
    });
    test('given back it is free at once; by another it is not given back', async () => {
      const [table, finding] = [make(), someFinding()];
      const lease = await table.leaseDelivery(finding.id, 5_000);
      if (lease.state !== 'owned') throw new Error(lease.state);
      await table.releaseDelivery(finding.id, 'another');
      await expect(table.leaseDelivery(finding.id, LEASE_MS)).resolves.toMatchObject({ state: 'held' });
      await table.releaseDelivery(finding.id, lease.token);
      await expect(table.leaseDelivery(finding.id, LEASE_MS)).resolves.toMatchObject({ state: 'owned' });
    });
    test('a finding that detect could not mark as handed over is, once it is being delivered', async () => {
      const [table, finding] = [make(), someFinding()];
      await owned(table, finding);
      await expect(table.leaseDelivery(finding.id, LEASE_MS)).resolves.toMatchObject({ state: 'owned' });
      await lapse();
      await expect(table.claim(finding, LEASE_MS)).resolves.toMatchObject({ state: 'done' });
    });
  });

  describe('agenda', () => {
    const VERDICT: AssessmentSnapshot = { severity: 'LOW', score: 15, indicators: { 'new-creator': 15 } };
    const WORSE: AssessmentSnapshot = { severity: 'HIGH', score: 60, indicators: { miner: 40 } };
    const NOW = { afterMinutes: 0 };
    const later = (): number => Date.now() + 60_000;
    const isDue = async (table: FindingsTable, { id }: Finding): Promise<boolean> =>
      (await Promise.all([table.due('alert', 1_000), table.due('look', 1_000)])).flat().some((due) => due.id === id);
    const alerted = async (next?: NextLook): Promise<[FindingsTable, Finding]> => {
      const [table, finding] = [make(), someFinding()];
      await owned(table, finding);
      await table.leaseDelivery(finding.id, LEASE_MS);
      await table.alerted(finding.id, VERDICT, next);
      return [table, finding];
    };

    test('a finding that was just claimed is not due yet: it is on its way', async () => {
      const [table, finding] = [make(), someFinding()];
      await table.handedOver(finding.id, await owned(table, finding));
      await expect(isDue(table, finding)).resolves.toBe(false);
      await expect(table.take(finding.id, later())).resolves.toBeUndefined();
    });
    test('an alerted finding without a further look is never due', async () => {
      const [table, finding] = await alerted();
      await expect(isDue(table, finding)).resolves.toBe(false);
    });
    test('nor is one that is only recorded, or delivered without a claim', async () => {
      const table = make();
      const [recorded, delivered] = [someFinding(), someFinding()];
      await table.record(recorded);
      await table.leaseDelivery(delivered.id, LEASE_MS);
      await table.alerted(delivered.id);
      await expect(isDue(table, recorded)).resolves.toBe(false);
      await expect(isDue(table, delivered)).resolves.toBe(false);
    });
    test('a look is due when its time has come, not before', async () => {
      const [table, finding] = await alerted({ afterMinutes: 5 });
      await expect(isDue(table, finding)).resolves.toBe(false);
      const [other, due] = await alerted(NOW);
      await expect(isDue(other, due)).resolves.toBe(true);
    });
    test('of many at once one takes it, with what was told', async () => {
      const [table, finding] = await alerted(NOW);
      const taken = await Promise.all(Array.from({ length: 8 }, () => table.take(finding.id, later())));
      expect(taken.filter((each) => each !== undefined)).toEqual([{ finding, look: 1, told: VERDICT }]);
      await expect(isDue(table, finding)).resolves.toBe(false);
    });
    test('what was taken in vain comes back, and says how often', async () => {
      const [table, finding] = await alerted(NOW);
      await table.take(finding.id, Date.now() + LEASE_MS);
      await lapse();
      expect((await table.due('look', 1_000)).find(({ id }) => id === finding.id)).toMatchObject({ tries: 1 });
      await expect(table.take(finding.id, later())).resolves.toMatchObject({ look: 1 });
    });
    test('a look that is over makes room for the next one, with what was told', async () => {
      const [table, finding] = await alerted(NOW);
      await table.looked(finding.id, 1, WORSE, true, NOW);
      expect((await table.due('look', 1_000)).find(({ id }) => id === finding.id)).toMatchObject({ tries: 0 });
      await expect(table.take(finding.id, later())).resolves.toEqual({ finding, look: 2, told: WORSE });
    });
    test('what a look saw in the namespace is not a part of what was told', async () => {
      const [table, finding] = [make(), someFinding()];
      await owned(table, finding);
      await table.leaseDelivery(finding.id, LEASE_MS);
      const contents = { made: { kinds: [{ kind: 'pods', count: 1 }] } };
      await table.alerted(finding.id, { ...VERDICT, contents }, NOW);
      await expect(table.take(finding.id, later())).resolves.toEqual({ finding, look: 1, told: VERDICT });
      await table.looked(finding.id, 1, { ...WORSE, contents }, true, NOW);
      await expect(table.take(finding.id, later())).resolves.toEqual({ finding, look: 2, told: WORSE });
    });
    test('a verdict that was not told is not what was told', async () => {
      const [table, finding] = await alerted(NOW);
      await table.looked(finding.id, 1, WORSE, false, NOW);
      await expect(table.take(finding.id, later())).resolves.toEqual({ finding, look: 2, told: VERDICT });
    });
    test('a look that is not awaited any more changes nothing', async () => {
      const [table, finding] = await alerted(NOW);
      await table.looked(finding.id, 1, VERDICT, false, NOW);
      await table.looked(finding.id, 1, WORSE, true);
      await table.looked(finding.id, 3, WORSE, true);
      await expect(table.take(finding.id, later())).resolves.toEqual({ finding, look: 2, told: VERDICT });
    });
    test('after the last look nothing is due', async () => {
      const [table, finding] = await alerted(NOW);
      await table.looked(finding.id, 1, VERDICT, false);
      await expect(isDue(table, finding)).resolves.toBe(false);
      await expect(table.take(finding.id, later())).resolves.toBeUndefined();
    });
    test('what was let go is not due any more, and stays alerted', async () => {
      const [table, finding] = await alerted(NOW);
      await table.letGo(finding.id);
      await expect(isDue(table, finding)).resolves.toBe(false);
      await expect(table.claim(finding, LEASE_MS)).resolves.toMatchObject({ state: 'done' });
    });
    describe('find', () => {
      const hex = () => randomBytes(16).toString('hex');

      test('a finding is found by its id, by the digits in its subject and by more of them', async () => {
        const [table, finding] = [make(), someFinding({ id: `nsf-${hex()}` })];
        await table.record(finding);
        for (const digits of [12, 13, 31, 32])
          await expect(table.find(finding.id.slice(0, 4 + digits))).resolves.toEqual({
            state: 'found',
            id: finding.id,
            finding,
          });
      });
      test('of two that begin alike neither is taken, until the digits tell them apart', async () => {
        const [table, id] = [make(), hex()];
        const two = ['a', 'b'].map((digit) => someFinding({ id: `nsf-${id.slice(0, 14)}${digit}${id.slice(15)}` }));
        for (const finding of two) await table.record(finding);
        await expect(table.find(`nsf-${id.slice(0, 12)}`)).resolves.toEqual({ state: 'ambiguous' });
        for (const finding of two)
          await expect(table.find(finding.id.slice(0, 19))).resolves.toMatchObject({ state: 'found', id: finding.id });
      });
      test('what nobody has recorded is unknown, and so are too few digits', async () => {
        const [table, finding] = [make(), someFinding({ id: `nsf-${hex()}` })];
        await expect(table.find(finding.id)).resolves.toEqual({ state: 'unknown' });
        await table.record(finding);
        for (const id of [`nsf-${hex()}`, `nsf-${hex().slice(0, 12)}`, finding.id.slice(0, 15), 'nsf-'])
          await expect(table.find(id)).resolves.toEqual({ state: 'unknown' });
      });
    });
    describe('close', () => {
      const closure = { reason: 'a new team\u202e', decidedBy: 'alice', decidedAt: '2026-11-23T08:00:00Z' };

      test('a closed finding is due no more, says who closed it, and stays alerted', async () => {
        const [table, finding] = await alerted(NOW);
        await expect(table.read(finding.id)).resolves.toMatchObject({ finding, settled: true });
        await expect(table.close(finding.id, closure)).resolves.toBe(true);
        await expect(table.read(finding.id)).resolves.toMatchObject({ finding, settled: true, closed: closure });
        await expect(isDue(table, finding)).resolves.toBe(false);
        await expect(table.take(finding.id, later())).resolves.toBeUndefined();
        await expect(table.claim(finding, LEASE_MS)).resolves.toMatchObject({ state: 'done' });
        await expect(table.leaseDelivery(finding.id, LEASE_MS)).resolves.toMatchObject({ state: 'done' });
      });
      test('a look that was under way puts no other on the agenda', async () => {
        const [table, finding] = await alerted(NOW);
        await table.take(finding.id, later());
        await table.close(finding.id, closure);
        await table.looked(finding.id, 1, WORSE, false, NOW);
        await expect(isDue(table, finding)).resolves.toBe(false);
      });
      test('closed again, the last decision counts', async () => {
        const [table, finding] = await alerted(NOW);
        await table.close(finding.id, closure);
        const again = { ...closure, reason: 'it was us' };
        await expect(table.close(finding.id, again)).resolves.toBe(true);
        await expect(table.read(finding.id)).resolves.toMatchObject({ closed: again });
      });
      test('one that does not alert by itself can be closed', async () => {
        const [table, finding] = [make(), someFinding({ outcome: 'attempt-denied' })];
        await table.record(finding);
        await expect(table.close(finding.id, closure)).resolves.toBe(true);
      });
      test('one that is still on its way to its alert is not: the alert would be lost', async () => {
        const [table, finding] = [make(), someFinding()];
        await owned(table, finding);
        await expect(table.close(finding.id, closure)).resolves.toBe(false);
        await table.leaseDelivery(finding.id, LEASE_MS);
        await expect(table.close(finding.id, closure)).resolves.toBe(false);
        await expect(table.read(finding.id)).resolves.toEqual({ finding, settled: false });
      });
      test('one that is not known is neither read nor made', async () => {
        const [table, { id }] = [make(), someFinding()];
        await expect(table.close(id, closure)).resolves.toBe(false);
        await expect(table.read(id)).resolves.toBeUndefined();
      });
    });
    test('the newest come first, with whose they are and how much they matter, and no more than asked for', async () => {
      const table = make();
      const ids: string[] = [];
      for (const [afterMinutes, verdict] of [
        [-30, VERDICT],
        [-10, { indicators: {} }],
        [-20, WORSE],
      ] as const) {
        const finding = someFinding();
        await owned(table, finding);
        await table.alerted(finding.id, verdict, { afterMinutes });
        ids.push(finding.id);
      }
      const others = someFinding({ actor: { kind: 'user', username: 'mallory' } });
      await owned(table, others);
      await table.alerted(others.id, VERDICT, { afterMinutes: -40 });
      const due = (await table.due('look', 1_000)).filter(({ id }) => [...ids, others.id].includes(id));
      expect(due.map(({ id }) => id)).toEqual([ids[1], ids[2], ids[0], others.id]);
      expect(due.map(({ rank }) => rank)).toEqual([5, 3, 1, 1]);
      expect(new Set(due.map(({ cluster }) => cluster)).size).toBe(1);
      expect(due.map(({ actor }) => actor === due[0]?.actor)).toEqual([true, true, true, false]);
      await expect(table.due('look', 1)).resolves.toHaveLength(1);
    });
  });
}
