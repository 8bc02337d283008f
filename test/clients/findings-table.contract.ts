import { describe, expect, test } from '@jest/globals';
import type { FindingsTable } from '../../functions/clients/findings-table.ts';
import type { Finding } from '../../functions/finding.ts';

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
      await expect(table.claim(finding, LEASE_MS)).resolves.toEqual({ state: 'done' });
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
      await expect(table.claim(finding, LEASE_MS)).resolves.toEqual({ state: 'done' });
    });
  });

  describe('speaksFor', () => {
    test('one finding speaks for a key, also when it asks again', async () => {
      const [table, key] = [make(), `key-${++counter}`];
      await expect(table.speaksFor(key, 'a')).resolves.toBe(true);
      await expect(table.speaksFor(key, 'b')).resolves.toBe(false);
      await expect(table.speaksFor(key, 'a')).resolves.toBe(true);
      await expect(table.speaksFor(`${key}-next-hour`, 'b')).resolves.toBe(true);
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
      await expect(table.leaseDelivery(finding.id, LEASE_MS)).resolves.toEqual({ state: 'done' });
      await expect(table.claim(finding, LEASE_MS)).resolves.toEqual({ state: 'done' });
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
      await expect(table.claim(finding, LEASE_MS)).resolves.toEqual({ state: 'done' });
    });
  });
}
