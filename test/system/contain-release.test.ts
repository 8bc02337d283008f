/** There and back on a real control plane: what release restores is equal, and works. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RESTORED_LABEL } from '../../functions/kubernetes/quarantine.ts';
import { BRING_UP_MS } from './bring-up.ts';
import { innocent } from './contain/hostile.ts';
import { Life } from './contain/life.ts';
import type { Ended } from './contain/responder.ts';
import { bringUp, type Scene } from './contain/scene.ts';
import { differing, endpointsOf, NEIGHBOUR, neighbour, small, stateOf } from './contain/small.ts';
import { until } from './until.ts';

let scene: Scene;
const signal = () => AbortSignal.timeout(60_000);

beforeAll(async () => {
  scene = await bringUp();
  await innocent(scene.maker);
  await scene.maker.createAll(...neighbour());
}, BRING_UP_MS);
afterAll(async () => scene?.close());

interface Target {
  namespace: string;
  uid: string;
}
const made = async (namespace: string): Promise<Target> => ({
  namespace,
  uid: await small(scene.maker, scene.admin, namespace),
});
/** Controllers write Endpoints and revisions as they like. */
const stateNow = async ({ namespace, uid }: Target) => {
  const lines = await stateOf(scene.admin, namespace, uid, ['endpoints', 'controllerrevisions', 'endpointslices']);
  // What release binds again says so, for good.
  return lines.map((line) => line.replace(`,"labels":${JSON.stringify({ [RESTORED_LABEL]: 'true' })}`, ''));
};
/** Bindings of the cluster, and the one that was deleted in another namespace: for a person to restore. */
const isForAPerson = (line: string): boolean =>
  line.startsWith('clusterrolebindings ') ||
  (line.startsWith('rolebindings ') && line.includes(`-view","namespace":"${NEIGHBOUR}"`));
const start = (mode: 'isolate' | 'remove' | 'release', target: Target, overwrite = false): Promise<Ended> =>
  scene.responder.run(mode, target, {
    overwrite,
    life: new Life(),
    removalPause: 300,
    answer: ({ question }) => ({
      decision: 'approve',
      planHash: question?.planHash ?? '',
      reason: 'intruder',
      decidedBy: 'alice',
    }),
  });
const may = (user: string, namespace: string) =>
  scene.admin.may(
    {
      user,
      groups: [`system:serviceaccounts:${user.split(':')[2]}`, 'system:serviceaccounts', 'system:authenticated'],
      verb: 'get',
      resource: 'pods',
      namespace,
    },
    signal(),
  );
const allowed = async ({ namespace }: Target) => [
  (await may(`system:serviceaccount:${namespace}:runner`, namespace)).allowed,
  (await may(`system:serviceaccount:${namespace}:runner`, NEIGHBOUR)).allowed,
];
const backAgain = async (target: Target, original: readonly string[]) =>
  expect(
    await differing(
      () => stateNow(target),
      original.filter((line) => !isForAPerson(line)),
    ),
  ).toEqual([]);

/** `remove` with the scope `pods`. What nothing was proven to hold has ended: so that it counts as contained. */
async function endPods({ namespace, uid }: Target): Promise<void> {
  const replicas = async () =>
    (await scene.kubectl('get', 'deploy,rs,sts,ds', '-n', namespace, '-o', 'jsonpath={.items[*].spec}')).trim();
  const [before, list] = [await replicas(), () => scene.admin.list(`/api/v1/namespaces/${namespace}/pods`, signal())];
  expect((await list()).items.length).toBeGreaterThan(4);
  const ended = await scene.responder.run(
    'remove',
    { namespace, uid },
    {
      scope: 'pods',
      waitsForCaches: true,
      removalPause: 300,
      answer: ({ question }) => {
        expect(new Set(question?.plan.map(({ kind }) => kind))).toEqual(new Set(['Pod']));
        return {
          decision: 'approve',
          planHash: question?.planHash ?? '',
          reason: 'a shell is open',
          decidedBy: 'alice',
        };
      },
    },
  );
  const isolation = (await ended.record('verifyIsolation')).proofs;
  expect(isolation.find(({ id }) => id === 'denial-on-nodes')).toMatchObject({ verdict: 'not-proven' });
  expect(ended.end).toMatchObject({ succeeded: true, state: 'Contained' });
  expect((await list()).items).toEqual([]);
  expect(await replicas()).toBe(before);
}

test.each(['isolate', 'remove', 'pods'] as const)(
  '%s, again, and release: the original comes back, and works',
  async (what) => {
    const target = await made(`back-${what}`);
    const [original, addresses] = [await stateNow(target), await endpointsOf(scene.admin, target.namespace)];
    expect(await allowed(target)).toEqual([true, true]);
    if (what === 'pods') await endPods(target);
    else await start(what, target);
    await start('isolate', target);
    // The shared binding is left to a person: it is that one which still gives the right in the neighbour's namespace.
    expect((await allowed(target))[0]).toBe(false);
    expect(await endpointsOf(scene.admin, target.namespace)).toBe(0);
    const contained = await stateNow(target);

    const plan = await scene.responder.planRelease(target);
    expect(plan.end).toMatchObject({ succeeded: true, state: 'Planned' });
    expect(await stateNow(target)).toEqual(contained);
    const steps = ['liftQuarantine', 'restoreIdentity', 'restoreNetwork', 'restoreWorkloads'] as const;
    const actions = async (ended: Ended) =>
      (await Promise.all(steps.map((step) => ended.record(step)))).flatMap(({ actions }) =>
        // Of one kind they are written side by side.
        actions.map(({ verb, kind, name, outcome }) => `${verb} ${kind} ${name} ${outcome}`).sort(),
      );

    const ended = await start('release', target);
    expect(ended.end).toMatchObject({ succeeded: true, state: 'Released' });
    expect(await actions(ended)).toEqual(await actions(plan));
    await backAgain(target, original);
    expect(await allowed(target)).toEqual([true, true]);
    await until(
      'the Service leads to its pod',
      async () => (await endpointsOf(scene.admin, target.namespace)) === addresses,
    );
    const { proposals } = await ended.record('restoreIdentity');
    expect(proposals.map(({ text }) => text).sort()).toEqual([
      `ClusterRoleBinding ${target.namespace}-all is left to you, because it gives rights in the whole cluster.`,
      `RoleBinding ${NEIGHBOUR}/${target.namespace}-view is left to you, because it gives rights in another namespace.`,
    ]);
    // And a person can: the manifests are ready.
    for (const { manifest } of proposals) await scene.maker.create(manifest as object);
    expect(await differing(() => stateNow(target), original)).toEqual([]);
  },
);

test('what goes beyond what release may make is left to a person, ready to apply', async () => {
  const target = await made('beyond');
  const metadata = { name: 'on-the-node', namespace: 'beyond' };
  const ports = [{ containerPort: 8443, hostPort: 8443 }];
  await scene.maker.create({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata },
    spec: { containers: [{ name: 'main', image: 'registry.k8s.io/pause', ports }] },
  });
  await scene.maker.create({
    ...{
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'team', namespace: 'beyond' },
    },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'developers' }],
  });
  await start('remove', target);
  const ended = await start('release', target);
  expect(ended.end).toMatchObject({ succeeded: true, state: 'Released' });
  const [bindings, pods] = await Promise.all([ended.record('restoreIdentity'), ended.record('restoreWorkloads')]);
  const left = [...bindings.proposals, ...pods.proposals];
  expect(left.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      'RoleBinding beyond/team is left to you, because it gives rights to Group developers, and not only to accounts of the namespace.',
      expect.stringMatching(/^Pod beyond\/on-the-node is left to you, because .*a port of its node/),
    ]),
  );
  expect([...bindings.actions, ...pods.actions].filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  const paths = [
    '/api/v1/namespaces/beyond/pods/on-the-node',
    '/apis/rbac.authorization.k8s.io/v1/namespaces/beyond/rolebindings/team',
  ];
  for (const path of paths) expect(await scene.admin.read(path, signal())).toBeUndefined();
  const isThese = (manifest: unknown) =>
    ['on-the-node', 'team'].includes((manifest as { metadata?: { name?: string } })?.metadata?.name ?? '');
  for (const { manifest } of left.filter((each) => isThese(each.manifest)))
    await scene.maker.create(manifest as object);
  for (const path of paths) expect(await scene.admin.read(path, signal())).toBeDefined();
});

test('what somebody changed since is not written over, unless that is said', async () => {
  const target = await made('changed');
  const original = await stateNow(target);
  await start('isolate', target);
  // Nobody may write there, so somebody who is cluster-admin has taken the freeze away for a moment.
  const service = `/api/v1/namespaces/${target.namespace}/services/web`;
  await scene.kubectl('delete', 'validatingadmissionpolicybinding', 'namespace-sentinel-freeze');
  const patch = JSON.stringify([{ op: 'replace', path: '/spec/selector', value: { app: 'mine' } }]);
  const change = ['patch', 'service', 'web', '--namespace', target.namespace, '--type=json', '-p', patch];
  await until('the freeze is gone', () =>
    scene.kubectl(...change).then(
      () => true,
      () => false,
    ),
  );
  await scene.kubectl('apply', '-k', 'cluster/');
  const refused = await start('release', target);
  expect(refused.end).toMatchObject({ succeeded: false, error: 'refused' });
  expect((refused.end as { cause: string }).cause).toContain(`Service ${target.namespace}/web was changed since`);
  expect((await scene.admin.read(service, signal()))?.['spec']).toMatchObject({ selector: { app: 'mine' } });
  const ended = await start('release', target, true);
  expect(ended.end).toMatchObject({ succeeded: true, state: 'Released' });
  await backAgain(target, original);
});
