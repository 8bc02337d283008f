/** What a stolen identity of ours can do in a cluster, and what the steps of the playbooks need it for. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Credentials } from '../../tools/twin/kube.ts';
import { BRING_UP_MS } from './bring-up.ts';
import { merge, post, QUARANTINE, RELEASING, remove } from './cluster-side.ts';
import { containIsLetIn } from './identities/contain.ts';
import { account, binding, bindings, core, group, MARK, RBAC } from './identities/objects.ts';
import { probeIsRefused } from './identities/probe.ts';
import { releaseIsLetIn } from './identities/release.ts';
import { rightsAreAsWritten } from './identities/rights.ts';
import { bringUp, refuses, side } from './identities/scene.ts';
import { stolenContainIsRefused } from './identities/stolen-contain.ts';

beforeAll(bringUp, BRING_UP_MS);
afterAll(() => side?.close());

// In this order: each leaves to the next what it has made of the scene.
rightsAreAsWritten();
stolenContainIsRefused();
probeIsRefused();
containIsLetIn();
releaseIsLetIn();

describe('nobody else marks a namespace as quarantined', () => {
  refuses(
    () => side.cluster.admin,
    [
      ['in a namespace', () => post(bindings('free'), MARK), 'quarantine-mark'],
      ['for everybody', () => post(bindings('free'), { ...MARK, subjects: [group('x')] }), 'quarantine-mark'],
      ['in the cluster', () => post(`${RBAC}/clusterrolebindings`, MARK), 'quarantine-mark'],
    ],
  );
});

test('a cluster admin lifts the label by impersonation, whatever became of the stack', async () => {
  await side.make('forgotten');
  await side.quarantine('forgotten');
  await side.kubectl([
    'label',
    'namespace',
    'forgotten',
    `${QUARANTINE}-`,
    '--as=break-glass',
    '--as-group=namespace-sentinel:release',
  ]);
  expect((await side.done({ path: core('forgotten') })).text).not.toContain(QUARANTINE);
});

test('a namespace that merely begins like the platform is contained and released', async () => {
  const name = 'kube-systern';
  await side.make(name);
  await side.done(post(bindings('free'), binding('of-systern', [account(name)])));
  await side.quarantine(name);
  expect((await side.ask(side.contain, post(bindings(name), MARK))).code).toBe(201);
  expect((await side.ask(side.contain, remove(`${bindings('free')}/of-systern`))).code).toBe(200);
  const lifted = merge(core(name), { metadata: { labels: { [QUARANTINE]: null, [RELEASING]: await side.uid(name) } } });
  expect((await side.ask(side.release, lifted)).code).toBe(200);
  const restored = post(`${core(name)}/serviceaccounts`, { metadata: { name: 'restored' } });
  await side.cluster.processes.until(async () => (await side.ask(side.release, restored)).code === 201, {
    what: 'release may restore',
  });
});

test('contain may take away a mark of a release that did not end', async () => {
  await side.make('again');
  await side.quarantine('again');
  const uid = await side.uid('again');
  await side.ask(
    side.release,
    merge(core('again'), { metadata: { labels: { [QUARANTINE]: null, [RELEASING]: uid } } }),
  );
  const answer = await side.ask(
    side.contain,
    merge(core('again'), { metadata: { labels: { [QUARANTINE]: uid, [RELEASING]: null } } }),
  );
  expect(answer.code).toBe(200);
});

test('among 500 namespaces, bindings are still deleted, on a busy machine too', async () => {
  const names = Array.from({ length: 500 }, (_, index) => `many-${index}`);
  for (let from = 0; from < names.length; from += 50)
    await Promise.all(
      names.slice(from, from + 50).map((name) => side.done(post('/api/v1/namespaces', { metadata: { name } }))),
    );
  const median = async (who: Credentials): Promise<number> => {
    const times: number[] = [];
    for (let round = 0; round < 9; round++) {
      await side.done(post(`${RBAC}/clusterrolebindings`, binding('timed', [account('pen')])));
      const from = performance.now();
      expect((await side.ask(who, remove(`${RBAC}/clusterrolebindings/timed`))).code).toBe(200);
      times.push(performance.now() - from);
    }
    return times.sort((a, b) => a - b)[4] ?? Number.NaN;
  };
  const times = { contain: await median(side.contain), admin: await median(side.cluster.admin) };
  process.stderr.write(`deleting a binding among 500 namespaces, median in ms: ${JSON.stringify(times)}\n`);
  expect(Math.max(times.contain, times.admin)).toBeLessThan(5_000);
}, 120_000);
