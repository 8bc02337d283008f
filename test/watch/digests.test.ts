import { beforeEach, describe, expect, test } from '@jest/globals';
import { localDigests } from '../../functions/clients/local/digest-store.ts';
import type { StoredDigests } from '../../functions/clients/table/digests.ts';
import type { Digest } from '../../functions/contract/digest-message.ts';
import { type DueDigestClients, sendDueDigests } from '../../functions/watch/jobs/digests.ts';
import { someFinding } from '../clients/findings-table.contract.ts';

const MINUTE = 60_000;
const NOTHING = { digests: 0, digestsGivenUp: 0, digestsFailed: 0 };

let now: number;
let digests: StoredDigests;
let sent: Digest[];
let errors: string[];
beforeEach(() => {
  now = Date.parse('2026-11-23T07:59:00Z');
  digests = localDigests(() => now);
  sent = [];
  errors = [];
});

const messages = { send: async (digest: Digest) => void sent.push(digest) };
const run = (clients: Partial<DueDigestClients> = {}) =>
  sendDueDigests(
    { digests, messages, ...clients },
    () => now,
    (id) => errors.push(id),
  );
/** Runs every five minutes until then; returns at which minute a digest was sent. */
async function until(minutes: number, clients: Partial<DueDigestClients> = {}): Promise<number[]> {
  const begun: number[] = [];
  const start = now;
  for (; now <= start + minutes * MINUTE; now += 5 * MINUTE) {
    const before = sent.length;
    await run(clients);
    if (sent.length > before) begun.push((now - start) / MINUTE);
  }
  return begun;
}

describe('a digest', () => {
  test('is sent a little after its hour, once it was closed not again', async () => {
    await digests.add(someFinding(), 'refused');
    now = Date.parse('2026-11-23T08:01:59Z');
    await expect(run()).resolves.toEqual(NOTHING);
    now = Date.parse('2026-11-23T08:02:00Z');
    await expect(run()).resolves.toEqual({ ...NOTHING, digests: 1 });
    expect(sent).toMatchObject([{ total: 1, from: '2026-11-23T07:00:00.000Z' }]);
    await digests.close(sent[0]?.id ?? '');
    await expect(until(3_000)).resolves.toEqual([]);
  });

  test('that alert did not send comes back, less and less often, and is given up after a day and a half', async () => {
    await digests.add(someFinding(), 'refused');
    const begun = await until(3_500);
    expect(begun).toHaveLength(10);
    expect(begun.slice(0, 4)).toEqual([5, 15, 35, 75]);
    expect((begun.at(-1) ?? 0) / 60).toBeGreaterThan(24);
    await expect(digests.due(9)).resolves.toEqual([]);
  });

  test('in which nothing was counted is not sent', async () => {
    await digests.add(someFinding(), 'refused');
    now += 10 * MINUTE;
    const read: StoredDigests['read'] = async (id) => {
      const digest = await digests.read(id);
      return digest && { ...digest, total: 0, rows: [] };
    };
    const empty = {
      due: (most: number) => digests.due(most),
      take: digests.take.bind(digests),
      read,
      close: digests.close.bind(digests),
    };
    await expect(run({ digests: empty })).resolves.toEqual(NOTHING);
    expect(sent).toEqual([]);
    await expect(digests.due(9)).resolves.toEqual([]);
  });

  test('that cannot be handed over keeps no other waiting, and comes back', async () => {
    for (const name of ['a', 'b']) await digests.add(someFinding({ cluster: { name } }), 'refused');
    now += 10 * MINUTE;
    const send = async (digest: Digest) => {
      if (digest.cluster.name === 'a') throw new Error('throttled');
      sent.push(digest);
    };
    await expect(run({ messages: { send } })).resolves.toEqual({ ...NOTHING, digests: 1, digestsFailed: 1 });
    expect(errors).toHaveLength(1);
    now += 11 * MINUTE;
    await run();
    expect(sent.map(({ cluster }) => cluster.name)).toContain('a');
  });
});
