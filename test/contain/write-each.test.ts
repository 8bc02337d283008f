import { expect, test } from '@jest/globals';
import { MemoryCluster } from '../../functions/clients/local/memory-cluster.ts';
import { Actuator, type Aim } from '../../functions/contain/framework/actuator.ts';
import { Deletions } from '../../functions/contain/framework/deletions.ts';
import type { Folder } from '../../functions/contain/framework/folder.ts';
import { WRITES_AT_ONCE, writeEach, writeInOrder } from '../../functions/contain/framework/write-each.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';

const NUMBERS = Array.from({ length: 100 }, (_, index) => index);
const moment = () => new Promise((resolve) => setImmediate(resolve));

test('many are in flight, and never more than are allowed; the answers are in order', async () => {
  let flying = 0;
  let most = 0;
  const answers = await writeEach(NUMBERS, async (number) => {
    most = Math.max(most, ++flying);
    for (let wait = 0; wait < (number % 3) + 1; wait++) await moment();
    flying--;
    return number;
  });
  expect(most).toBe(WRITES_AT_ONCE);
  expect(answers).toEqual(NUMBERS);
});

test('after an error nothing is begun, and what is in flight has ended before it is thrown', async () => {
  const begun: number[] = [];
  let flying = 0;
  const writing = writeEach(NUMBERS, async (number) => {
    begun.push(number);
    flying++;
    await moment();
    if (number === 3) {
      flying--;
      throw new Error('gone');
    }
    for (let wait = 0; wait < 5; wait++) await moment();
    flying--;
  });
  await expect(writing).rejects.toThrow('gone');
  expect(flying).toBe(0);
  expect(begun).toEqual(NUMBERS.slice(0, WRITES_AT_ONCE));
});

test('a kind is begun when the one before it has ended', async () => {
  const events: string[] = [];
  await writeInOrder(
    ['a1', 'a2', 'b1', 'b2', 'a3'],
    (text) => text[0],
    async (text) => {
      events.push(`+${text}`);
      await moment();
      events.push(`-${text}`);
    },
  );
  expect(events.join(' ')).toBe('+a1 +a2 -a1 -a2 +b1 +b2 -b1 -b2 +a3 -a3');
});

test('writes that our own policies refuse side by side wait together, for as long as one would', async () => {
  const cluster = new MemoryCluster();
  const since = performance.now();
  // As long as a copy of the namespace is old: longer than the patience, were it counted write by write.
  cluster.fault = () =>
    performance.now() - since < 600
      ? new KubernetesError(403, 'Forbidden', "ValidatingAdmissionPolicy 'namespace-sentinel-guard-contain' denied")
      : undefined;
  const actuator = new Actuator(cluster, new AbortController().signal, { dryRun: false });
  const aim: Aim = { apiVersion: 'v1', resource: 'pods', kind: 'Pod', namespace: 'evil', name: '', what: 'is made' };
  await writeEach(NUMBERS.slice(0, 16), (number) =>
    actuator.create(aim, { apiVersion: 'v1', kind: 'Pod', metadata: { name: `pod-${number}` } }),
  );
  expect(new Set(actuator.actions.map(({ outcome }) => outcome))).toEqual(new Set(['done']));
});

test('nothing is deleted before it is written down, and what is written last is the whole', async () => {
  const stored: string[][] = [];
  let slow = 5;
  const folder: Pick<Folder, 'deletedBy' | 'noteDeleted'> = {
    deletedBy: async () => ['earlier'],
    noteDeleted: async (_, uids) => {
      // The first takes longest.
      for (let wait = slow--; wait > 0; wait--) await moment();
      stored.push([...uids]);
    },
  };
  const deletions = new Deletions(folder as Folder, 'cutIdentity');
  await Promise.all(
    ['a', 'b', 'a'].map(async (uid) => {
      await deletions.announce([uid]);
      expect(stored.at(-1)).toContain(uid);
    }),
  );
  expect(stored.at(-1)).toEqual(['earlier', 'a', 'b']);
});
