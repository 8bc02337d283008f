/**
 * Containment beside what EKS runs, and what an intruder leaves in the cluster to undo it: a small network policy controller
 * made after the VPC CNI's (finalizer first, then PolicyEndpoint), and a policy that rewrites our writes.
 */
import { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type KubeRequest, kubeRequest } from '../../tools/twin/kube.ts';
import { BRING_UP_MS } from './bring-up.ts';
import { dry, merge, post, remove } from './cluster-side.ts';
import { bringUp, type Scene } from './contain/scene.ts';
import { DEFINITIONS } from './exempt/objects.ts';
import { until } from './until.ts';

const CONTROLLER = 'eks:network-policy-controller';
const MARK = 'networking.k8s.aws/resources';
const signal = () => AbortSignal.timeout(60_000);

interface Policy {
  metadata: { name: string; uid: string; resourceVersion: string; finalizers?: string[]; deletionTimestamp?: string };
  spec: { policyTypes?: string[]; ingress?: object[] };
}
interface Endpoint {
  metadata: { name: string; deletionTimestamp?: string };
  spec: { policyRef: { name: string }; podIsolation: string[]; ingress: object[] };
}

const agent = new Agent({ keepAlive: true });
let scene: Scene;
let stop = false;
let controller: Promise<void>;
const kubectl = (...args: string[]) => scene.kubectl(...args);

beforeAll(async () => {
  scene = await bringUp();
  const kinds = DEFINITIONS.filter(({ spec }) => spec.names.kind === 'PolicyEndpoint');
  for (const kind of kinds) await scene.maker.create(kind);
  await kubectl('wait', '--for=condition=Established', 'crd/policyendpoints.networking.k8s.aws');
  await kubectl(
    'create',
    'clusterrole',
    'npc',
    '--verb=get,list,patch,update',
    '--resource=networkpolicies.networking.k8s.io',
  );
  await kubectl(
    'create',
    'clusterrole',
    'npc-endpoints',
    '--verb=create,delete,get,list,patch,update',
    '--resource=policyendpoints.networking.k8s.aws',
  );
  for (const role of ['npc', 'npc-endpoints'])
    await kubectl('create', 'clusterrolebinding', role, `--clusterrole=${role}`, `--user=${CONTROLLER}`);
  controller = reconcile();
}, BRING_UP_MS);
afterAll(async () => {
  stop = true;
  await controller;
  agent.destroy();
  await scene?.close();
});

/** As the controller, with the rights of its role alone. */
async function asController<T>(request: KubeRequest): Promise<T> {
  const { code, json, text } = await kubeRequest(
    scene.cluster.endpoint,
    scene.cluster.admin,
    {
      ...request,
      headers: { ...request.headers, 'impersonate-user': CONTROLLER },
    },
    agent,
  );
  if (code > 299) throw new Error(text);
  return json as T;
}

async function reconcile(): Promise<void> {
  while (!stop) {
    // What is refused is tried again, as the real one does.
    for (const namespace of ['prepared', 'rewritten']) await reconcileIn(namespace).catch(() => undefined);
    await sleep(200);
  }
}

async function reconcileIn(namespace: string): Promise<void> {
  const policies = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;
  const endpoints = `/apis/networking.k8s.aws/v1alpha1/namespaces/${namespace}/policyendpoints`;
  const [{ items }, { items: ordered }] = await Promise.all([
    asController<{ items: Policy[] }>({ path: policies }),
    asController<{ items: Endpoint[] }>({ path: endpoints }),
  ]);
  for (const { metadata, spec } of items) {
    const { name, resourceVersion, finalizers = [], deletionTimestamp } = metadata;
    const mark = (all: string[]) =>
      asController(
        merge(`${policies}/${name}`, { metadata: { resourceVersion, finalizers: all.length > 0 ? all : null } }),
      );
    const own = ordered.filter((endpoint) => endpoint.spec.policyRef.name === name);
    if (deletionTimestamp) {
      for (const endpoint of own) await asController(remove(`${endpoints}/${endpoint.metadata.name}`));
      await mark(finalizers.filter((each) => each !== MARK));
      continue;
    }
    if (!finalizers.includes(MARK)) await mark([...finalizers, MARK]);
    const order = { policyRef: { name, namespace }, podIsolation: spec.policyTypes, ingress: spec.ingress ?? [] };
    const [before] = own;
    await asController(
      before
        ? merge(`${endpoints}/${before.metadata.name}`, { spec: order })
        : post(endpoints, {
            apiVersion: 'networking.k8s.aws/v1alpha1',
            kind: 'PolicyEndpoint',
            metadata: { name: `${name}-x` },
            spec: order,
          }),
    );
  }
}

async function made(namespace: string) {
  await kubectl('create', 'namespace', namespace);
  await scene.maker.create({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'allow', namespace, finalizers: [MARK] },
    spec: { podSelector: {}, ingress: [{}], egress: [{}], policyTypes: ['Ingress', 'Egress'] },
  });
  const uid = (await scene.admin.read(`/api/v1/namespaces/${namespace}`, signal()))?.metadata.uid as string;
  return { namespace, uid };
}

const listed = async <T>(path: string): Promise<T[]> =>
  (await scene.admin.list(path, signal())).items as unknown[] as T[];

test('the VPC CNI is ordered to enforce our denial, and a policy of the intruder does not stay', async () => {
  const target = await made('prepared');
  const endpoints = '/apis/networking.k8s.aws/v1alpha1/namespaces/prepared/policyendpoints';
  const policies = '/apis/networking.k8s.io/v1/namespaces/prepared/networkpolicies';
  await until('the intruder’s policy is enforced', async () => (await listed(endpoints)).length === 1);
  const ended = await scene.responder.run('isolate', target);
  const denied = (await listed<Policy>(policies)).find(({ metadata }) => metadata.name !== 'allow');
  await until('the denial is ordered', async () =>
    (await listed<Endpoint>(endpoints)).some(({ spec }) => spec.policyRef.name === denied?.metadata.name),
  );
  expect(denied?.metadata.finalizers).toEqual([MARK]);
  await until('nothing is allowed any more', async () =>
    (await listed<Endpoint>(endpoints)).every(({ spec }) => spec.ingress.length === 0),
  );
  const { proofs = [] } = await ended.record('verifyIsolation');
  expect(proofs.find(({ id }) => id === 'writes-unchanged')).toMatchObject({ verdict: 'proven' });
  // Whoever deletes it, as a person who breaks the glass may: the controller lets it go.
  await scene.kubectl(
    '--as=break-glass',
    '--as-group=namespace-sentinel:break-glass',
    'delete',
    'namespace',
    'prepared',
    '--wait=false',
  );
  await until(
    'the namespace is gone',
    async () => (await scene.admin.read('/api/v1/namespaces/prepared', signal())) === undefined,
  );
});

const ENFORCE = 'pod-security.kubernetes.io/enforce';

/** A policy that sets a value in whatever is written, for one namespace. */
async function rewrite(name: string, rule: object, path: string, value: string): Promise<void> {
  await scene.maker.create({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingAdmissionPolicy',
    metadata: { name },
    spec: {
      reinvocationPolicy: 'Never',
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [{ apiVersions: ['v1'], ...rule }],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
      },
      mutations: [
        {
          patchType: 'JSONPatch',
          jsonPatch: { expression: `[JSONPatch{op: 'replace', path: '${path}', value: ${value}}]` },
        },
      ],
    },
  });
  await scene.maker.create({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name },
  });
}

const untilSeen = (request: KubeRequest, seen: string) =>
  until('the policy rewrites', async () =>
    (await kubeRequest(scene.cluster.endpoint, scene.cluster.admin, request, agent)).text.includes(seen),
  );

test('a policy that opens our denial is told, and the guard refuses what would be stored', async () => {
  const name = 'rewritten';
  const target = await made(name);
  const rule = { apiGroups: ['networking.k8s.io'], operations: ['CREATE'], resources: ['networkpolicies'] };
  await rewrite(name, rule, '/spec/policyTypes', "['Ingress']");
  const tried = { metadata: { generateName: 'tried-' }, spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } };
  const path = `/apis/networking.k8s.io/v1/namespaces/${name}/networkpolicies?dryRun=All`;
  await untilSeen(post(path, tried), '"policyTypes":["Ingress"]');
  const ended = await scene.responder.run('isolate', target);
  expect(ended.end).toMatchObject({ succeeded: false });
  expect(JSON.stringify((await ended.record('checkTarget')).details)).toContain(`mutating-policy/${name}`);
  const { actions } = await ended.record('isolateNetwork');
  expect(actions.filter(({ outcome }) => outcome === 'failed')).toMatchObject([
    { kind: 'NetworkPolicy', reason: expect.stringContaining('writes only network policies that let nothing through') },
  ]);
});

test('what passes the guards and came back as something else fails its step, and is not proven', async () => {
  const name = 'relabelled';
  await scene.kubectl('create', 'namespace', name);
  await scene.kubectl('label', 'namespace', name, `${ENFORCE}=privileged`);
  const uid = (await scene.admin.read(`/api/v1/namespaces/${name}`, signal()))?.metadata.uid as string;
  const rule = { apiGroups: [''], operations: ['UPDATE'], resources: ['namespaces'] };
  await rewrite(name, rule, `/metadata/labels/${ENFORCE.replace('/', '~1')}`, "'privileged'");
  const tried = { metadata: { labels: { [ENFORCE]: 'baseline' } } };
  await untilSeen(dry(merge(`/api/v1/namespaces/${name}`, tried)), `"${ENFORCE}":"privileged"`);
  const ended = await scene.responder.run('isolate', { namespace: name, uid });
  expect(ended.end).toMatchObject({ succeeded: false });
  const { actions } = await ended.record('disableNamespace');
  const reason = expect.stringContaining(`stored something else than was sent (metadata.labels.${ENFORCE}`);
  expect(actions.filter(({ outcome }) => outcome === 'failed')).toMatchObject([{ kind: 'Namespace', reason }]);
  const { proofs = [] } = await ended.record('verifyIsolation');
  expect(proofs.find(({ id }) => id === 'writes-unchanged')).toMatchObject({
    verdict: 'not-proven',
    how: expect.stringContaining(`MutatingAdmissionPolicy ${name}`),
  });
});
