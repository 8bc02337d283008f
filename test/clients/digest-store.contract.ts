import { describe, expect, test } from '@jest/globals';
import type { DigestStore, GateEntry } from '../../functions/clients/table/digests.ts';
import { type DigestEntry, entryOf, windowOf } from '../../functions/contract/digest.ts';
import type { DigestWindow } from '../../functions/contract/digest-message.ts';
import { someFinding } from './findings-table.contract.ts';

const HOUR_MS = 3_600_000;
let counter = 0;
const gate = (): string => `gate-${process.pid}-${++counter}`;
const entry = (findingId: string, changes: Partial<GateEntry> = {}): GateEntry => ({
  findingId,
  kind: findingId,
  weight: 1,
  refused: false,
  ...changes,
});
/** A digest of its own, of an hour that has ended. */
const endedWindow = (): DigestWindow => {
  const window = windowOf({ name: `c-${process.pid}-${++counter}` }, Date.now() - 2 * HOUR_MS);
  return { ...window, id: `${window.id}-${process.pid}-${counter}` };
};
const refusal = (username: string, changes = {}): DigestEntry =>
  entryOf(someFinding({ outcome: 'attempt-denied', actor: { kind: 'user', username }, ...changes }), 'refused');

/** What every store of gates and digests promises; run against each. */
export function digestStoreContract(make: () => DigestStore): void {
  describe('a gate', () => {
    test('lets so many in, and those again', async () => {
      const [store, id] = [make(), gate()];
      const ask = async (finding: string) => (await store.enter(id, entry(finding), 2)).isIn;
      expect([await ask('a'), await ask('b'), await ask('c'), await ask('a'), await ask('b'), await ask('d')]).toEqual([
        true,
        true,
        false,
        true,
        true,
        false,
      ]);
    });
    test('of many at once lets as many in as may', async () => {
      const [store, id] = [make(), gate()];
      const asked = Array.from({ length: 12 }, (_, index) => store.enter(id, entry(`f-${index}`), 3));
      expect((await Promise.all(asked)).filter(({ isIn }) => isIn)).toHaveLength(3);
    });
    test('lets one of a kind in', async () => {
      const [store, id] = [make(), gate()];
      await store.enter(id, entry('a', { kind: 'x' }), 9);
      await expect(store.enter(id, entry('b', { kind: 'x' }), 9)).resolves.toMatchObject({ isIn: false });
      await expect(store.enter(id, entry('c', { kind: 'y' }), 9)).resolves.toMatchObject({ isIn: true });
    });
    test('lets what is worse in, however many there were, and once for each weight', async () => {
      const [store, id] = [make(), gate()];
      const ask = async (finding: string, weight: number) =>
        (await store.enter(id, entry(finding, { kind: 'x', weight }), 1)).isIn;
      expect([await ask('a', 1), await ask('b', 2), await ask('c', 2), await ask('d', 4), await ask('e', 3)]).toEqual([
        true,
        true,
        false,
        true,
        false,
      ]);
      expect([await ask('b', 2), await ask('d', 4)]).toEqual([true, true]);
    });
    test('says what it knows', async () => {
      const [store, id] = [make(), gate()];
      await store.enter(id, entry('a', { kind: 'x', weight: 2 }), 1);
      const { state } = await store.enter(id, entry('b'), 1);
      expect(state).toEqual({ ids: ['a'], kinds: ['x'], worst: 2 });
    });
    test('another one knows nothing of it', async () => {
      const store = make();
      await store.enter(gate(), entry('a'), 1);
      await expect(store.enter(gate(), entry('b'), 1)).resolves.toMatchObject({ isIn: true });
    });
  });

  describe('a success after a refusal', () => {
    test.each([
      ['that was let in', 0],
      ['that was not', 5],
    ])('%s is the first one only, also when it asks again', async (_, weight) => {
      const [store, id] = [make(), gate()];
      await expect(store.follow(id, 'a')).resolves.toBe(false);
      if (weight > 0) await store.enter(id, entry('before', { weight }), 1);
      await expect(store.follow(id, 'a')).resolves.toBe(false);
      const { isIn } = await store.enter(id, entry('refused', { refused: true }), 1);
      expect(isIn).toBe(weight === 0);
      await expect(store.follow(id, 'b')).resolves.toBe(true);
      await expect(store.follow(id, 'c')).resolves.toBe(false);
      await expect(store.follow(id, 'b')).resolves.toBe(true);
    });
  });

  describe('a digest', () => {
    test('counts what is alike in one row, with the first and the latest', async () => {
      const [store, window] = [make(), endedWindow()];
      const entries = ['a', 'b', 'c'].map((name) => refusal('mallory', { namespace: { name } }));
      for (const each of entries) await store.count(window, each);
      await store.count(window, refusal('oscar'));
      const read = await store.rows(window.id, 10);
      expect(read).toMatchObject({ window, complete: true });
      const rows = read?.rows.toSorted((a, b) => b.count - a.count) ?? [];
      expect(rows).toEqual([
        { ...entries[0]?.about, count: 3, first: entries[0]?.sample, latest: entries[2]?.sample },
        expect.objectContaining({ count: 1, actor: { kind: 'user', name: 'oscar' } }),
      ]);
    });
    test('counts what comes at the same time', async () => {
      const [store, window] = [make(), endedWindow()];
      await Promise.all(Array.from({ length: 30 }, () => store.count(window, refusal('mallory'))));
      expect((await store.rows(window.id, 10))?.rows).toMatchObject([{ count: 30 }]);
    });
    test('gives those of the greatest weight where not all are asked for, and says so', async () => {
      const [store, window] = [make(), endedWindow()];
      for (const username of ['a', 'b', 'c']) await store.count(window, refusal(username));
      await store.count(window, refusal('d', { outcome: 'outcome-unknown' }));
      const read = await store.rows(window.id, 2);
      expect(read?.complete).toBe(false);
      expect(read?.rows).toHaveLength(2);
      expect(read?.rows.map(({ actor }) => actor.name)).toContain('d');
    });
    test('of a day is counted apart from that of the hour, and knows whom it is for', async () => {
      const [store, hour] = [make(), endedWindow()];
      const day: DigestWindow = { ...hour, id: `${hour.id}-day`, frequency: 'daily', to: ['topic', '@0123456789'] };
      await Promise.all([hour, day].map((window) => store.count(window, refusal('mallory'))));
      await store.count(day, refusal('mallory'));
      await store.close(hour.id);
      expect(await store.rows(hour.id, 10)).toMatchObject({ window: hour, rows: [{ count: 1 }] });
      expect(await store.rows(day.id, 10)).toMatchObject({ window: day, rows: [{ count: 2 }] });
      expect((await store.due(1_000)).map(({ id }) => id)).toContain(day.id);
    });
    test('that nobody made is not there', async () => {
      const store = make();
      await expect(store.rows('digest-none', 10)).resolves.toBeUndefined();
      await expect(store.take('digest-none', Date.now())).resolves.toBe(false);
      await expect(store.close('digest-none')).resolves.toBeUndefined();
      await expect(store.rows('digest-none', 10)).resolves.toBeUndefined();
    });
    test('is due once its hour has ended; of many at once one takes it; what was taken in vain comes back', async () => {
      const [store, window] = [make(), endedWindow()];
      await store.count(window, refusal('mallory'));
      const find = async () => (await store.due(1_000)).find(({ id }) => id === window.id);
      await expect(find()).resolves.toEqual({ id: window.id, tries: 0 });
      const taken = await Promise.all(Array.from({ length: 8 }, () => store.take(window.id, Date.now() + 200)));
      expect(taken.filter(Boolean)).toHaveLength(1);
      await expect(find()).resolves.toBeUndefined();
      await new Promise((resolve) => setTimeout(resolve, 250));
      await expect(find()).resolves.toEqual({ id: window.id, tries: 1 });
    });
    test('is not due while its hour lasts, nor right after', async () => {
      const [store, ended] = [make(), endedWindow()];
      for (const until of [Date.now() + 60_000, Date.now() - 60_000]) {
        const window = { ...ended, id: `${ended.id}-${until}`, until };
        await store.count(window, refusal('mallory'));
        expect((await store.due(1_000)).map(({ id }) => id)).not.toContain(window.id);
      }
    });
    test('that was sent is not due any more, and can be read', async () => {
      const [store, window] = [make(), endedWindow()];
      await store.count(window, refusal('mallory'));
      await store.close(window.id);
      await store.count(window, refusal('mallory'));
      expect((await store.due(1_000)).map(({ id }) => id)).not.toContain(window.id);
      await expect(store.take(window.id, Date.now())).resolves.toBe(false);
      expect((await store.rows(window.id, 10))?.rows).toMatchObject([{ count: 2 }]);
    });
  });
}
