/** What must not be touched, and containing without the admission policies: on a real control plane that has only the roles. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inParallel } from '../../functions/kit/in-parallel.ts';
import { QUARANTINE_LABEL } from '../../functions/kubernetes/quarantine.ts';
import {
  clusterRoleBinding,
  modestPod,
  serviceAccountObject,
  subject,
  workload,
} from '../../tools/record/incidents/objects.ts';
import { BRING_UP_MS } from './bring-up.ts';
import { type Dumped, differences, dump } from './contain/dump.ts';
import { innocent } from './contain/hostile.ts';
import { Life } from './contain/life.ts';
import { connect, type Ended } from './contain/responder.ts';
import { bringUp, type Scene } from './contain/scene.ts';
import { neighbour, small } from './contain/small.ts';
import { until } from './until.ts';

let scene: Scene;
const signal = () => AbortSignal.timeout(60_000);
/** Namespaces at a time. */
const SIDE_BY_SIDE = 6;

beforeAll(async () => {
  scene = await bringUp('cluster/roles');
  await innocent(scene.maker);
  await scene.maker.createAll(...neighbour(), clusterRoleBinding('tom', 'edit', subject.user('test:tom')));
}, BRING_UP_MS);
afterAll(async () => scene?.close());

const approve = ({ question }: { question?: { planHash: string } }) => ({
  decision: 'approve' as const,
  planHash: question?.planHash ?? '',
  reason: 'intruder',
  decidedBy: 'alice',
});
const causeOf = ({ end }: Ended): string => (end.succeeded ? '' : end.cause);
const openOf = ({ told }: Ended): string => JSON.stringify(told.map(({ steps, summary }) => [steps, summary]));

/** Deletes it and makes another of its name, with the same objects. @returns the UID of the new one */
async function recreate(name: string): Promise<string> {
  const inside = `/api/v1/namespaces/${name}`;
  const held = [
    `${inside}/pods/clinging`,
    `/apis/networking.k8s.io/v1/namespaces/${name}/networkpolicies/allow-for-ever`,
  ];
  for (const path of held)
    if (await scene.admin.read(path, signal()))
      await scene.admin.patch(path, { metadata: { finalizers: null } }, signal());
  await scene.admin.remove(inside, signal());
  await until(`${name} is gone`, async () => (await scene.admin.read(inside, signal())) === undefined);
  for (const binding of [`${name}-view`, `${name}-shared`])
    await scene.admin.remove(
      `/apis/rbac.authorization.k8s.io/v1/namespaces/neighbour/rolebindings/${binding}`,
      signal(),
    );
  await scene.admin.remove(`/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${name}-all`, signal());
  const uid = await small(scene.maker, scene.admin, name);
  await sleep(1_500); // controllers write down how it is
  return uid;
}

/** What only the control plane writes, as it likes. */
const RESTLESS = new Set(['HorizontalPodAutoscaler', 'Endpoints']);
/** Of these the kubelet and the controllers write the status: on a busy machine a node is late, and its pods not ready. */
const STATUS = new Set(['Pod', 'Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet', 'DaemonSet', 'Job']);

/** All that is in a namespace, itself, and the bindings elsewhere that are named after it. */
async function all(name: string): Promise<Map<string, Dumped>> {
  const of = ([path, { namespace, kind, name: own }]: [string, Dumped]) =>
    !RESTLESS.has(kind) &&
    !(kind === 'EndpointSlice' && own.startsWith('web-')) &&
    (namespace === name || path === `/api/v1/namespaces/${name}` || own.startsWith(`${name}-`));
  return new Map([...(await dump(scene.admin))].filter(of));
}
const touched = async (name: string, before: Map<string, Dumped>) =>
  differences(
    before,
    await all(name),
    (a, b) =>
      a.uid === b.uid &&
      (a.resourceVersion === b.resourceVersion ||
        (STATUS.has(a.kind) && JSON.stringify(a.content) === JSON.stringify(b.content))),
  );

const stored = (step: string) => `/steps/${step}.json`;
/** After which effect somebody makes it again. */
const MOMENTS: [when: string, effect: string | RegExp, mode: 'isolate' | 'remove'][] = [
  ['after Check target', stored('checkTarget'), 'isolate'],
  ['after Snapshot', stored('snapshot'), 'isolate'],
  ['after the label', /^patch \/api\/v1\/namespaces\/[^/]+$/, 'isolate'],
  ['after the quota', /^create .*\/resourcequotas$/, 'isolate'],
  ['after Disable namespace', stored('disableNamespace'), 'isolate'],
  ['after the deny-all policy', /^create .*\/networkpolicies$/, 'isolate'],
  ['between two Services', /^patch .*\/services\//, 'isolate'],
  ['after Isolate network', stored('isolateNetwork'), 'isolate'],
  ['after the first binding', /^remove .*\/rolebindings\//, 'isolate'],
  ['after Cut identity', stored('cutIdentity'), 'isolate'],
  ['while the question is open', /^ask /, 'remove'],
  ['between two removals', /^patch .*\/deployments\//, 'remove'],
];

test('a namespace deleted and made again under the same name, at whatever moment, is never touched', async () => {
  const results = await inParallel(MOMENTS, SIDE_BY_SIDE, async ([when, effect, mode]) => {
    const name = `again-${when.toLowerCase().replaceAll(' ', '-')}`;
    const uid = await small(scene.maker, scene.admin, name);
    let fresh = { uid: '', before: new Map<string, Dumped>() };
    const life = new Life(undefined, async (each) => {
      if (fresh.uid || !(typeof effect === 'string' ? each.includes(effect) : effect.test(each))) return;
      fresh = { uid: await recreate(name), before: new Map() };
      fresh.before = await all(name);
    });
    const ended = await scene.responder.run(
      mode,
      { namespace: name, uid },
      { life, answer: approve, removalPause: 200 },
    );
    return {
      when,
      isThere: fresh.before.size > 20,
      touched: await touched(name, fresh.before),
      failed: !ended.end.succeeded && /^(?:refused|partly-contained)$/.test(ended.end.error),
      said: openOf(ended).includes(`another namespace by now: its UID is ${fresh.uid}`),
    };
  });
  const same = { isThere: true, touched: {}, failed: true, said: true };
  expect(results).toEqual(results.map(({ when }) => ({ when, ...same })));
}, 200_000);

test('a namespace deleted and made again during release and before a start is never touched', async () => {
  const uid = await small(scene.maker, scene.admin, 'twice');
  await scene.responder.run('isolate', { namespace: 'twice', uid }, { life: new Life() });
  // Somebody else made this while release was on its way.
  let before = new Map<string, Dumped>();
  const life = new Life(undefined, async (each) => {
    if (before.size > 0 || !each.includes('liftQuarantine.json')) return;
    await recreate('twice');
    before = await all('twice');
  });
  const during = await scene.responder.run('release', { namespace: 'twice', uid }, { life });
  expect(during.end).toMatchObject({ succeeded: false, error: 'partly-released' });
  for (const mode of ['plan', 'isolate', 'release'] as const) {
    const ended = await scene.responder.run(mode, { namespace: 'twice', uid });
    expect(ended.end).toMatchObject({ succeeded: false, error: 'refused' });
    expect(causeOf(ended)).toContain('twice is another namespace by now');
  }
  expect(await touched('twice', before)).toEqual({});
});

test.each(['kube-system', 'default', 'kube-node-lease'])('the protected namespace %s is refused', async (name) => {
  const namespace = await scene.admin.read(`/api/v1/namespaces/${name}`, signal());
  const target = { namespace: name, uid: namespace?.metadata.uid ?? '' };
  for (const mode of ['isolate', 'remove'] as const) {
    const ended = await scene.responder.run(mode, target, { accept: ['*'], overwrite: true });
    expect(ended.end).toMatchObject({ succeeded: false, state: 'Refused', error: 'refused' });
    expect(causeOf(ended)).toContain(name);
  }
  expect(await scene.admin.read(`/api/v1/namespaces/${name}`, signal())).toEqual(namespace);
});

test('of two runs at once the second is refused, and told who works on it', async () => {
  const target = { namespace: 'busy', uid: await small(scene.maker, scene.admin, 'busy') };
  let second: Ended | undefined;
  const life = new Life(undefined, async (each) => {
    if (each.includes('snapshot.json.gz')) second = await scene.responder.run('isolate', target);
  });
  const first = await scene.responder.run('isolate', target, { life });
  expect(second?.end).toMatchObject({ succeeded: false, error: 'refused' });
  expect(causeOf(second as Ended)).toContain(`Another execution works on this namespace until`);
  expect(causeOf(second as Ended)).toContain(first.told.at(-1)?.execution);
  expect(first.end).toMatchObject({ error: 'partly-contained' });
  // It has given the lease back.
  expect((await scene.responder.run('isolate', target)).end).toMatchObject({ error: 'partly-contained' });
});

test('without the admission policies the quota holds, and what is not proven is said', async () => {
  const target = { namespace: 'quota', uid: await small(scene.maker, scene.admin, 'quota') };
  const ended = await scene.responder.run('isolate', target, { waitsForCaches: true });
  expect(ended.end).toMatchObject({ succeeded: false, state: 'Partly contained', error: 'partly-contained' });
  const { proofs } = await ended.record('verifyIsolation');
  const missing = proofs.filter(({ verdict, decisive }) => verdict === 'not-proven' && decisive).map(({ id }) => id);
  // Nothing enforces network policies here either.
  const ofTraffic = ['connections-cut', 'denial-on-nodes'];
  expect(missing.sort()).toEqual([...ofTraffic, 'exec-refused', 'freeze-policy-in-force', 'pods-refused']);
  const { proposals } = await ended.record('checkTarget');
  expect(proposals.flatMap(({ commands = [] }) => commands)).toContainEqual(['kubectl', 'apply', '-k', 'cluster/']);
  scene.report(`without the policies not proven: ${missing.join(', ')}`);

  const tom = await connect(scene.cluster, 'tom', []);
  const inside = '/api/v1/namespaces/quota';
  const apps = '/apis/apps/v1/namespaces/quota/deployments';
  const pods = async () =>
    (await scene.admin.list(`${inside}/pods`, signal())).items.map(({ metadata }) => metadata.uid).sort();
  const before = await pods();
  const tries: [string, object][] = [
    [`${inside}/pods`, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'new' }, spec: modestPod('new') }],
    [apps, workload('Deployment', 'quota', 'new', modestPod('new'), 1)],
    [`${inside}/serviceaccounts`, serviceAccountObject('quota', 'new')],
    [`${inside}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'new' } }],
    ['/apis/batch/v1/namespaces/quota/jobs', job],
  ];
  for (const [path, object] of tries)
    await expect(tom.create(path, object, signal())).rejects.toMatchObject({
      code: 403,
      // A pod is refused because its account is gone, before it is counted.
      message: expect.stringMatching(
        /exceeded quota: namespace-sentinel-|error looking up service account quota\/default/,
      ),
    });
  // What he may change starts nothing either.
  await tom.patch(`${apps}/web`, { spec: { replicas: 5 } }, signal());
  await sleep(2_000);
  expect(await pods()).toEqual(before);
  expect((await scene.admin.read(inside, signal()))?.metadata.labels).toMatchObject({ [QUARANTINE_LABEL]: target.uid });
});

const job = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'new' },
  spec: { template: { spec: { ...modestPod('new'), restartPolicy: 'Never' } } },
};
