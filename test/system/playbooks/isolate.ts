/** The playbook contain in its mode isolate. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Dumped, differences, dump } from '../contain/dump.ts';
import { type Ended, wrongHashes } from './account.ts';

import {
  account,
  admin,
  associations,
  expectIsolated,
  findingOf,
  folderOf,
  how,
  INTRUDER,
  input,
  leaseOf,
  MEANT,
  ns,
  STOPPED,
  SUCCEEDED,
  starter,
  stop,
  toldOf,
} from './scene.ts';

/** Registers the tests, which isolate all three namespaces. */
export function isolates(): void {
  describe('isolate', () => {
    let before: Map<string, Dumped>;
    let ended: Ended;
    let others: string[];
    /** The first execution about it, stopped in the middle, and the lease that this one has left. */
    let stopped: string;
    let held: { execution: string | undefined; until: number };

    beforeAll(async () => {
      before = await dump(admin);
      stopped = await account.start(starter, 'Contain', input(STOPPED));
      await account.entered(stopped, 'Isolate network');
      await stop(stopped);
      held = await leaseOf(STOPPED);
      others = [
        await account.start(starter, 'Contain', input(STOPPED)),
        await account.start(starter, 'Contain', input(MEANT)),
      ];
      const { isolate } = how(INTRUDER);
      ended = await account.ended(
        await account.start(starter, 'Contain', isolate.input, `isolate-${findingOf(INTRUDER)}`),
      );
    }, 120_000);

    test('contains, by the roles of the functions', async () => {
      expect(ended).toMatchObject({ ...SUCCEEDED, output: { outcome: 'contained' } });
      await expectIsolated(INTRUDER);
      expect(await associations(INTRUDER)).toEqual([]);
    });

    test('several at once, and one that was stopped in the middle and started again', async () => {
      expect(await account.ended(stopped)).toMatchObject({ status: 'ABORTED' });
      expect(held.execution).toBe(stopped);
      expect(held.until).toBeGreaterThan(Date.now());
      for (const [index, name] of [STOPPED, MEANT].entries()) {
        const other = await account.ended(others[index] ?? '');
        expect(other).toMatchObject({ ...SUCCEEDED, output: { outcome: 'contained' } });
        await expectIsolated(name);
        expect(await leaseOf(name)).toEqual({ execution: other.arn, until: 0 });
      }
    });

    test('nothing else has changed', async () => {
      const foreign = (all: Map<string, Dumped>) =>
        new Map(
          [...all].filter(
            ([path, { namespace }]) =>
              ![INTRUDER, MEANT, STOPPED].some((name) => namespace === name || path === ns(name)),
          ),
        );
      const same = (a: Dumped, b: Dumped) => a.uid === b.uid && JSON.stringify(a.content) === JSON.stringify(b.content);
      const changed = Object.entries(differences(foreign(before), foreign(await dump(admin)), same));
      // Above the namespaces' own policies, ours denies for each of them, and the controller tells the nodes.
      const isOurs = ([path]: [string, unknown]) =>
        /\/networking\.k8s\.aws\/v1alpha1\/cluster(?:networkpolicies|policyendpoints)\/namespace-sentinel-/.test(path);
      expect(changed.filter(isOurs).map(([, how]) => how)).toEqual(Array.from({ length: 6 }, () => 'new'));
      expect(changed.filter((each) => !isOurs(each))).toEqual([]);
    });

    test('is told under the id of the finding, with every proof', async () => {
      const told = await toldOf(ended);
      expect(told).toMatchObject({
        id: findingOf(INTRUDER),
        playbook: 'contain',
        mode: 'isolate',
        outcome: 'contained',
      });
      const missing = (told.proofs ?? []).filter(({ decisive, verdict }) => decisive && verdict === 'not-proven');
      expect(missing).toEqual([]);
      expect(told.proofs?.find(({ id }) => id === 'pod-identity-gone')).toMatchObject({ verdict: 'proven' });
    });

    test('leaves its evidence in the bucket, with a list of hashes that is right', async () => {
      const files = await account.evidence();
      const [machine, name] = ended.arn.split(':').slice(-2);
      const key = `${folderOf(INTRUDER)}runs/${machine}/${name}/hashes.txt`;
      const list = files.get(key)?.toString() ?? '';
      expect(wrongHashes(list, files)).toEqual([]);
      for (const file of ['snapshot.json.gz', 'report.json', 'evidence/pods.json', 'steps/verifyIsolation.json'])
        expect(list).toContain(file);
      const hash = createHash('sha256').update(list).digest('hex');
      expect((await account.items()).get(`hash-list#${key}`)).toMatchObject({ sha256: { SS: [hash] } });
      expect((await toldOf(ended)).hashList).toBe(hash);
    });

    test('gives the lease back', async () => {
      expect(await leaseOf(INTRUDER)).toEqual({ execution: ended.arn, until: 0 });
    });
  });
}
