/** A hostile namespace on a real control plane: contained, proven, removed, released, by identities that may do no more. */
import { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deniesAll, hasOurLabels } from '../../functions/contain/isolation/own-objects.ts';
import type { DoneAction, Proof } from '../../functions/contract/containment.ts';
import { QUARANTINE_LABEL } from '../../functions/kubernetes/quarantine.ts';
import { clusterRoleBinding, subject } from '../../tools/record/incidents/objects.ts';
import { kubeRequest } from '../../tools/twin/kube.ts';
import { NetworkPolicyController } from '../../tools/twin/network-policy-controller/controller.ts';
import { BRING_UP_MS } from './bring-up.ts';
import { Attacker, attempts, MinionController } from './contain/attacker.ts';
import { type Dumped, differences, dump } from './contain/dump.ts';
import { CRASHING, EVIL, type Hostile, hostile, innocent, OTHERS, trap } from './contain/hostile.ts';
import type { Ended } from './contain/responder.ts';
import { bringUp, type Scene } from './contain/scene.ts';
import { until } from './until.ts';

let scene: Scene;
let evil: Hostile;
let attacker: Attacker;
let controller: NetworkPolicyController;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const signal = () => AbortSignal.timeout(60_000);
const target = () => ({ namespace: EVIL, uid: evil.uid });
const NS = `/api/v1/namespaces/${EVIL}`;
const kubectl = (...args: string[]) => scene.kubectl(...args);
const as = (token: string, method: string, path: string) =>
  kubeRequest(scene.cluster.endpoint, { token }, { method, path }, agent);
const list = async (path: string) => (await scene.admin.list(path, signal())).items;
/** Not those that have done their work: they are evidence. */
const running = async () =>
  (await list(`${NS}/pods`))
    .filter(({ status }) => !['Succeeded', 'Failed'].includes((status as { phase: string }).phase))
    .map(({ metadata }) => metadata.name);
const shown = ({ verb, kind, namespace = '', name }: DoneAction) => `${verb} ${kind} ${namespace}/${name}`;

beforeAll(async () => {
  scene = await bringUp();
  await innocent(scene.maker);
  controller = await NetworkPolicyController.start(scene.cluster);
  await scene.maker.learn();
  await scene.maker.create(clusterRoleBinding('mallory', 'cluster-admin', subject.user('mallory')));
  evil = await hostile(scene.maker);
  await until(
    'the custom kind is served',
    async () => (await kubectl('get', 'minions', '-A').catch(() => undefined)) !== undefined,
  );
  await scene.maker.learn();
  await scene.maker.create({
    apiVersion: 'evil.example.com/v1',
    kind: 'Minion',
    metadata: { namespace: EVIL, name: 'first' },
  });
  await until('pods run', async () => {
    const pods = await list(`${NS}/pods`);
    // A Job's pod may have done its work by now.
    return pods.length >= 9 && pods.every(({ status }) => (status as { phase?: string }).phase !== 'Pending');
  });
  // On a busy machine later than those.
  await until('others serve', async () => {
    const paths = OTHERS.map((name) => `/apis/discovery.k8s.io/v1/namespaces/${name}/endpointslices`);
    return (await Promise.all(paths.map(list))).every((slices) => JSON.stringify(slices).includes('"ready":true'));
  });
  const crashing = `${NS}/pods/${CRASHING.name}/status`;
  await scene.admin.patch(
    crashing,
    {
      status: {
        containerStatuses: [
          {
            name: 'crashing',
            image: 'x',
            imageID: '',
            ready: false,
            restartCount: 7,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
          },
        ],
      },
    },
    signal(),
  );
  await scene.cluster.certificates.issue({ name: 'mallory', commonName: 'mallory' });
  attacker = new Attacker(scene.cluster.endpoint, scene.cluster.certificates.pair('mallory'), agent);
}, BRING_UP_MS);
afterAll(async () => {
  agent.destroy();
  await controller?.stop();
  await scene?.close();
});

const proofsOf = async (ended: Ended): Promise<Proof[]> => (await ended.record('verifyIsolation')).proofs;
const notProven = (proofs: readonly Proof[]) => proofs.filter(({ verdict }) => verdict === 'not-proven');
const ids = (proofs: readonly Proof[]) => proofs.map(({ id }) => id);
/** The decisive ones, with how they were tested: for the message of a failing test. */
const missing = (proofs: readonly Proof[]) =>
  notProven(proofs)
    .filter(({ decisive }) => decisive)
    .map(({ id, how }) => `${id}: ${how}`);

describe('a hostile namespace', () => {
  let before: Map<string, Dumped>;
  let planned: DoneAction[];
  let isolated: Ended;

  test('a plan changes nothing', async () => {
    await sleep(2_000); // controllers come to rest
    // The CronJob makes a Job at each full minute, whatever we do.
    await until('the minute is young', async () => new Date().getSeconds() > 3 && new Date().getSeconds() < 40);
    before = await dump(scene.admin);
    const ended = await scene.responder.run('plan', target());
    expect(ended.end).toMatchObject({ succeeded: true, state: 'Planned' });
    const after = await dump(scene.admin);
    expect(differences(before, after, (a, b) => a.resourceVersion === b.resourceVersion)).toEqual({});
    const steps = ['disableNamespace', 'isolateNetwork', 'cutIdentity', 'cutConnections'] as const;
    planned = (await Promise.all(steps.map((step) => ended.record(step)))).flatMap(({ actions }) => actions);
    expect(planned.length).toBeGreaterThan(20);
    expect(planned.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  });

  test('a webhook that would block the cluster is refused, with the fix; nothing is touched', async () => {
    await scene.maker.create(trap(evil.webhook));
    const ended = await scene.responder.run('isolate', target());
    expect(ended.end).toMatchObject({ succeeded: false, state: 'Refused', error: 'refused' });
    expect((ended.end as { cause: string }).cause).toContain(evil.webhook);
    const { proposals } = await ended.record('checkTarget');
    const fix =
      proposals.flatMap(({ commands = [] }) => commands).find((argv) => argv.join(' ').includes(evil.webhook)) ?? [];
    expect(fix.slice(0, 2)).toEqual(['kubectl', 'delete']);
    expect((await scene.admin.read(NS, signal()))?.metadata.labels).not.toHaveProperty([QUARANTINE_LABEL]);
    await kubectl(...fix.slice(1));
  });

  test('is isolated while the attacker goes on: contained, as planned', async () => {
    const minions = new MinionController(scene.cluster.endpoint, evil.tokens.controller, agent);
    minions.start();
    await until('his controller works', async () => minions.codes.includes(201));
    const [harmless, rest] = [attempts().slice(0, 3), attempts()];
    // To delete the namespace before it is frozen would be the end of the test.
    let frozen = false;
    attacker.start(() => (frozen ? rest : harmless));
    const watch = (async () => {
      while (!frozen) {
        frozen = (await scene.admin.read(NS, signal()))?.metadata.labels?.[QUARANTINE_LABEL] !== undefined;
        await sleep(20);
      }
    })();
    const start = performance.now();
    isolated = await scene.responder.run('isolate', target(), { waitsForCaches: true });
    scene.report(`isolate with proofs: ${((performance.now() - start) / 1000).toFixed(2)} s`);
    await watch;
    await attacker.stop();
    await minions.stop();
    expect(isolated.end).toEqual({ succeeded: true, state: 'Contained', output: expect.anything() });
    const steps = ['disableNamespace', 'isolateNetwork', 'cutIdentity', 'cutConnections'] as const;
    const done = (await Promise.all(steps.map((step) => isolated.record(step)))).flatMap(({ actions }) => actions);
    const pods = ({ kind }: DoneAction) => kind !== 'Pod'; // his controller makes some in between
    expect(done.filter(pods).map(shown).sort()).toEqual(planned.filter(pods).map(shown).sort());
    expect(minions.codes.at(-1)).toBe(401);
    expect(isolated.told.at(-1)).toMatchObject({ playbook: 'contain', outcome: 'contained' });
  });

  test('afterwards nothing can start, whatever he tries', async () => {
    const made = await Promise.all(
      [`${NS}/resourcequotas`, `/apis/networking.k8s.io/v1/namespaces/${EVIL}/networkpolicies`].map(list),
    );
    const [quotas = [], policies = []] = made;
    // His policies are there still, and let nothing through: ours is the one that release will take away.
    expect(policies.filter((each) => !deniesAll(each))).toEqual([]);
    const POLICIES = `/apis/networking.k8s.io/v1/namespaces/${EVIL}/networkpolicies`;
    const quota = quotas.filter(hasOurLabels);
    // One of his carries our label, too: it was there before.
    const policy = policies.filter((each) => hasOurLabels(each) && !before.has(`${POLICIES}/${each.metadata.name}`));
    expect([quotas.length, quota.length, policy.length]).toEqual([1, 1, 1]);
    const again = attempts({ quota: quota[0]?.metadata.name ?? '', policy: policy[0]?.metadata.name ?? '' });
    attacker.tries.clear();
    await attacker.once(again);
    // There is no account left that a token could be of.
    const refused = (what: string) => (what === 'request a token' ? 404 : 403);
    expect(Object.fromEntries([...attacker.tries].map(([what, tries]) => [what, tries.at(-1)?.code]))).toEqual(
      Object.fromEntries(again.map(({ what }) => [what, refused(what)])),
    );
    expect((await scene.admin.read(NS, signal()))?.metadata.uid).toBe(evil.uid);
  });

  test('nothing of it authenticates, has rights, or serves', async () => {
    for (const token of Object.values(evil.tokens)) expect((await as(token, 'GET', `${NS}/pods`)).code).toBe(401);
    const slices = await list(`/apis/discovery.k8s.io/v1/namespaces/${EVIL}/endpointslices`);
    expect(slices.flatMap(({ endpoints }) => (endpoints as unknown[] | null) ?? [])).toEqual([]);
    const bindings = [
      ...(await list('/apis/rbac.authorization.k8s.io/v1/rolebindings')),
      ...(await list('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings')),
    ];
    const named = bindings.filter(({ subjects }) => JSON.stringify(subjects ?? []).includes(EVIL));
    expect(named.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort()).toEqual([
      'kube-system/cache',
      'shop/shared',
    ]);
  });

  test('others and the cluster are as before, but for the bindings and what the fix was', async () => {
    const foreign = ([path, { namespace }]: [string, Dumped]) => namespace !== EVIL && path !== NS;
    const after = await dump(scene.admin);
    const only = (all: Map<string, Dumped>) => new Map([...all].filter(foreign));
    const changed = differences(
      only(before),
      only(after),
      (a, b) => a.uid === b.uid && JSON.stringify(a.content) === JSON.stringify(b.content),
    );
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    const aws = '/apis/networking.k8s.aws/v1alpha1';
    const orders = Object.fromEntries(
      Object.entries(changed).filter(([path]) => path.includes('clusterpolicyendpoints')),
    );
    expect(Object.values(orders)).toEqual(['new']);
    expect(changed).toEqual({
      [`${rbac}/clusterrolebindings/cache-warmup`]: 'gone',
      [`${rbac}/namespaces/shop/rolebindings/cache`]: 'gone',
      [`${rbac}/namespaces/billing/rolebindings/cache`]: 'gone',
      [`${rbac}/namespaces/tools/rolebindings/cache`]: 'gone',
      [`${aws}/clusternetworkpolicies/namespace-sentinel-${evil.uid}`]: 'new',
      ...orders,
    });
    expect((await as(evil.innocent, 'GET', '/api/v1/namespaces/shop/pods')).code).toBe(200);
    for (const name of OTHERS) expect(await list(`/api/v1/namespaces/${name}/pods`)).toHaveLength(1);
  });

  test('each decisive proof holds; what cannot be proven from outside is said', async () => {
    const proofs = await proofsOf(isolated);
    expect(missing(proofs)).toEqual([]);
    expect(ids(notProven(proofs))).toContain('open-watches');
    expect(proofs.length).toBeGreaterThan(12);
  });

  test('contained again: everything is so already, and the first snapshot stays', async () => {
    const ended = await scene.responder.run('isolate', target(), { waitsForCaches: true });
    expect(ended.end).toEqual({ succeeded: true, state: 'Contained', output: expect.anything() });
    for (const step of ['disableNamespace', 'isolateNetwork'] as const)
      expect((await ended.record(step)).actions.filter(({ outcome }) => outcome !== 'already')).toEqual([]);
  });

  test('with the controller off nothing is enforced, and it says why', async () => {
    await controller.off(EVIL);
    const ended = await scene.responder.run('isolate', target(), { waitsForCaches: true });
    expect(ended.end).toMatchObject({ succeeded: false, error: 'partly-contained' });
    expect(missing(await proofsOf(ended))).toEqual([
      expect.stringMatching(/^denial-on-nodes: .*ordered nothing/),
      expect.stringMatching(/^connections-cut: .*is not ordered/),
    ]);
    await controller.resume();
    const again = await scene.responder.run('isolate', target(), { waitsForCaches: true });
    expect(again.end).toMatchObject({ succeeded: true, state: 'Contained' });
    expect(controller.refusals).toEqual([]);
  });

  describe('what a cluster-admin can still do is noticed', () => {
    /** Without the pause for the cache, and so without what waits for it. */
    const verify = async () =>
      missing(await proofsOf(await scene.responder.run('isolate', target()))).filter(
        (each) => !each.startsWith('tokens-refused'),
      );

    test('deletes the binding of the freeze policy', async () => {
      await kubectl('delete', 'validatingadmissionpolicybinding', 'namespace-sentinel-freeze');
      const ended = await scene.responder.run('isolate', target());
      expect(ended.end).toMatchObject({ succeeded: false, error: 'partly-contained' });
      expect(ids(notProven(await proofsOf(ended)))).toEqual(expect.arrayContaining(['freeze-policy-in-force']));
      await kubectl('apply', '-k', 'cluster/');
      await until('the policy is in force again', async () => (await verify()).length === 0);
    });

    test('impersonates the responder and takes the policy and the quota away between the steps', async () => {
      const headers = { 'Impersonate-User': 'x', 'Impersonate-Group': 'namespace-sentinel:contain' };
      const policies = `/apis/networking.k8s.io/v1/namespaces/${EVIL}/networkpolicies`;
      const [policy] = await list(policies);
      const path = `${policies}/${policy?.metadata.name}`;
      const mallory = scene.cluster.certificates.pair('mallory');
      // Just before the probe looks: the containing function is done with it.
      const original = scene.responder.apis.probe;
      const strike = async () => {
        const answer = await kubeRequest(scene.cluster.endpoint, mallory, { method: 'DELETE', path, headers }, agent);
        expect(answer.code).toBe(200);
      };
      let struck: Promise<void> | undefined;
      scene.responder.apis.probe = new Proxy(original, {
        get: (object, key) => {
          const value = Reflect.get(object, key);
          if (typeof value !== 'function') return value;
          return async (...args: unknown[]) => {
            // The proofs are sought side by side: each waits for it.
            struck ??= strike();
            await struck;
            return Reflect.apply(value, object, args);
          };
        },
      });
      const ended = await scene.responder.run('isolate', target());
      scene.responder.apis.probe = original;
      expect(ended.end).toMatchObject({ succeeded: false, error: 'partly-contained' });
      expect(ids(notProven(await proofsOf(ended)))).toContain('deny-all-in-force');
      expect(await verify()).toEqual([]);
    });
  });

  test('is removed when a person approves the very plan', async () => {
    const claims = (await list(`${NS}/persistentvolumeclaims`)).map(({ metadata }) => metadata.uid);
    const refused = await scene.responder.run('remove', target(), {
      waitsForCaches: true,
      answer: () => ({ decision: 'refuse', reason: 'not now', decidedBy: 'alice' }),
    });
    expect(refused.end).toMatchObject({ succeeded: true, state: 'Contained' });
    const late = await scene.responder.run('remove', target());
    expect(late.end).toMatchObject({ succeeded: false, error: 'partly-contained' });
    expect((await list(`${NS}/pods`)).length).toBeGreaterThan(8);

    const ended = await scene.responder.run('remove', target(), {
      waitsForCaches: true,
      answer: ({ question }) => ({
        decision: 'approve',
        planHash: question?.planHash ?? '',
        reason: 'intruder',
        decidedBy: 'alice',
      }),
    });
    expect(ended.end).toEqual({ succeeded: true, state: 'Contained', output: expect.anything() });
    expect(await running()).toEqual([]);
    expect((await list(`${NS}/persistentvolumeclaims`)).map(({ metadata }) => metadata.uid)).toEqual(claims);
    expect(await list(`${NS}/secrets`)).toHaveLength(1);
    expect(missing((await ended.record('verifyRemoval')).proofs)).toEqual([]);
    await sleep(3_000);
    expect(await running()).toEqual([]);
  }, 300_000);

  test('is released: every object that can come back is as it was, and the rest is said', async () => {
    const ended = await scene.responder.run('release', target());
    expect(ended.end).toEqual({ succeeded: true, state: 'Released', output: expect.anything() });
    const after = await dump(scene.admin);
    const own = (all: Map<string, Dumped>) =>
      new Map(
        [...all].filter(
          ([, { namespace, kind }]) =>
            namespace === EVIL &&
            ![
              'Pod',
              'ReplicaSet',
              'EndpointSlice',
              'Endpoints',
              'ControllerRevision',
              'Job',
              'PolicyEndpoint',
            ].includes(kind),
        ),
      );
    const changed = differences(
      own(before),
      own(after),
      (a, b) => JSON.stringify(a.content['spec']) === JSON.stringify(b.content['spec']),
    );
    // Its volumes went with its pods. They are evidence, so whether they do so again is for a person to say.
    const store = `/apis/apps/v1/namespaces/${EVIL}/statefulsets/store`;
    // The binding of a person is left to a person.
    const visitors = `/apis/rbac.authorization.k8s.io/v1/namespaces/${EVIL}/rolebindings/visitors`;
    expect(changed).toEqual({ [store]: 'changed', [visitors]: 'gone' });
    const { proposals: left } = await ended.record('restoreWorkloads');
    const command = left.flatMap(({ commands = [] }) => commands).find((words) => words.includes('store'));
    expect(command?.slice(0, 4)).toEqual(['kubectl', 'patch', 'statefulsets', 'store']);
    await scene.kubectl(...(command?.slice(1) ?? []));
    const spec = (all: Map<string, Dumped>) => JSON.stringify(all.get(store)?.content['spec']);
    expect(spec(await dump(scene.admin))).toBe(spec(before));
    expect((await scene.admin.read(NS, signal()))?.metadata.labels).toEqual({
      team: 'platform',
      'kubernetes.io/metadata.name': EVIL,
    });
    const { proposals } = await ended.record('restoreIdentity');
    expect(proposals.map(({ text }) => text).join('\n')).toMatch(
      /ClusterRoleBinding cache-warmup is left to you, because it gives rights in the whole cluster/,
    );
    await until(
      'pods run again',
      async () =>
        (await list(`${NS}/pods`)).filter(({ status }) => (status as { phase?: string }).phase === 'Running').length >=
        6,
    );
  }, 200_000);
});
