/**
 * The admission policies against the largest objects that Kubernetes stores, on the real API server: none may keep us from
 * containing and releasing what somebody has made large, nor anybody from an ordinary write.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../functions/clients/kubernetes/kubernetes.ts';
import type { ContainmentForm } from '../../functions/contain/forms/form.ts';
import { NETWORK_FORMS, WORKLOAD_FORMS } from '../../functions/contain/forms/index.ts';
import { IMPOSSIBLE_KEY, OWNED_LABELS } from '../../functions/kubernetes/quarantine.ts';
import type { Credentials, KubeAnswer, KubeRequest } from '../../tools/twin/kube.ts';
import { BRING_UP_MS } from './bring-up.ts';
import {
  type ClusterSide,
  dry,
  merge,
  OURS,
  POD,
  post,
  QUARANTINE,
  RELEASING,
  refusedBy,
  remove,
  startClusterSide,
} from './cluster-side.ts';

/** Annotations are limited to 256 KiB all together; etcd stores objects of 1.5 MiB, whatever they consist of. */
const ANNOTATION_BYTES = 256 * 1024;
const STORED_BYTES = 1_400_000;
/** Requests with such objects, on a machine that has other work. */
const SLOW_MS = 300_000;

const LETTERS = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];
/** Different keys, the shortest first. */
function* keys(): Generator<string> {
  let words = [''];
  for (;;) {
    words = words.flatMap((word) => LETTERS.map((letter) => word + letter));
    yield* words;
  }
}
/** As many as fit into the bytes, each by what it takes. */
function fitting(bytes: number, size: (key: string) => number): string[] {
  const found: string[] = [];
  let taken = 0;
  for (const key of keys()) {
    taken += size(key);
    if (taken > bytes) return found;
    found.push(key);
  }
  return found;
}
/** Tiny entries of a map of texts: as Protobuf, each takes six bytes beside its key. */
const entries = (bytes = STORED_BYTES): Record<string, string> =>
  Object.fromEntries(fitting(bytes, (key) => key.length + 6).map((key) => [key, '']));

/** What somebody can make of the metadata of any object, by what it grows. */
const GROWN = {
  annotations: () => ({
    annotations: Object.fromEntries(fitting(ANNOTATION_BYTES, ({ length }) => length).map((key) => [key, ''])),
  }),
  labels: () => ({ labels: entries() }),
  finalizers: () => ({ finalizers: fitting(STORED_BYTES, (key) => key.length + 4).map((key) => `a/${key}`) }),
  /** All different, as the API server drops repeated ones; of kinds that nobody serves, which the garbage collector cannot look up. */
  ownerReferences: () => ({
    ownerReferences: fitting(STORED_BYTES, (key) => key.length + 32).map((key) => ({
      ...{ apiVersion: 'a.example/v1', kind: 'K', name: 'x', uid: key },
    })),
  }),
};
type Growth = keyof typeof GROWN;

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const PATHS: Readonly<Record<string, string>> = {
  Pod: '/api/v1 pods',
  Service: '/api/v1 services',
  ServiceAccount: '/api/v1 serviceaccounts',
  Endpoints: '/api/v1 endpoints',
  ReplicationController: '/api/v1 replicationcontrollers',
  Deployment: '/apis/apps/v1 deployments',
  ReplicaSet: '/apis/apps/v1 replicasets',
  StatefulSet: '/apis/apps/v1 statefulsets',
  DaemonSet: '/apis/apps/v1 daemonsets',
  Job: '/apis/batch/v1 jobs',
  CronJob: '/apis/batch/v1 cronjobs',
  Ingress: '/apis/networking.k8s.io/v1 ingresses',
  NetworkPolicy: '/apis/networking.k8s.io/v1 networkpolicies',
  EndpointSlice: '/apis/discovery.k8s.io/v1 endpointslices',
  HorizontalPodAutoscaler: '/apis/autoscaling/v2 horizontalpodautoscalers',
  RoleBinding: `${RBAC} rolebindings`,
};
const listOf = (namespace: string, kind: string): string => {
  const [group = '', resource = ''] = (PATHS[kind] ?? '').split(' ');
  return `${group}/namespaces/${namespace}/${resource}`;
};

/** Pods that no node takes, and workloads that make none. */
const podSpec = { ...POD('').spec, nodeSelector: { hall: 'none' } };
const template = { metadata: { labels: { app: 'x' } }, spec: podSpec };
const selector = { matchLabels: { app: 'x' } };
const jobSpec = { template: { spec: { ...podSpec, restartPolicy: 'Never' } } };
const SMALL: Readonly<Record<string, object>> = {
  Pod: { spec: podSpec },
  Service: { spec: { selector: { app: 'x' }, ports: [{ port: 80 }] } },
  ServiceAccount: {},
  Endpoints: {},
  ReplicationController: { spec: { replicas: 1, selector: { app: 'x' }, template } },
  Deployment: { spec: { replicas: 1, paused: true, selector, template } },
  ReplicaSet: { spec: { replicas: 1, selector, template } },
  StatefulSet: {
    spec: {
      replicas: 1,
      serviceName: 'x',
      selector,
      template,
      persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' },
    },
  },
  DaemonSet: { spec: { selector, template } },
  Job: { spec: jobSpec },
  CronJob: { spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: jobSpec } } },
  Ingress: { spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'x', port: { number: 80 } } } } },
  NetworkPolicy: { spec: { podSelector: {}, ingress: [{}] } },
  EndpointSlice: { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.9'] }] },
  HorizontalPodAutoscaler: {
    spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' } },
  },
  RoleBinding: { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' }, subjects: [] },
};

/** Long lists and maps in what kinds say. */
const env = Array.from({ length: 40_000 }, (_, index) => ({ name: `E${index}`, value: 'x' }));
const longPod = { ...podSpec, containers: [{ name: 'main', image: 'nginx', env }] };
const longTemplate = { ...template, spec: longPod };
const LONG: Readonly<Record<string, object>> = {
  Pod: { spec: longPod },
  Service: { spec: { selector: entries(), ports: [{ port: 80 }] } },
  Deployment: { spec: { replicas: 1, paused: true, selector, template: longTemplate } },
  ReplicaSet: { spec: { replicas: 1, selector, template: longTemplate } },
  StatefulSet: { spec: { replicas: 1, serviceName: 'x', selector, template: longTemplate } },
  DaemonSet: { spec: { selector, template: { ...template, spec: { ...podSpec, nodeSelector: entries() } } } },
  CronJob: {
    spec: {
      schedule: '0 0 1 1 *',
      jobTemplate: { spec: { template: { spec: { ...longPod, restartPolicy: 'Never' } } } },
    },
  },
  Ingress: {
    spec: {
      ingressClassName: 'alb',
      rules: Array.from({ length: 20_000 }, (_, index) => ({
        host: `h${index}.example`,
        http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'x', port: { number: 80 } } } }] },
      })),
    },
  },
  NetworkPolicy: { spec: { podSelector: {}, ingress: Array.from({ length: 100_000 }, () => ({})) } },
};

/** An answer, without the object. */
const short = ({ code, text }: KubeAnswer) => ({ code, says: code < 300 ? '' : text.slice(0, 600) });
const OK = { code: 200, says: '' };

let side: ClusterSide;
const ask = async (who: Credentials, request: KubeRequest) => side.ask(who, { ...request, timeoutMs: SLOW_MS });
const admin = async (request: KubeRequest): Promise<KubernetesObject> => {
  const answer = await ask(side.cluster.admin, request);
  if (answer.code > 299)
    throw new Error(`${request.method} ${request.path}: ${answer.code} ${answer.text.slice(0, 600)}`);
  return answer.json as unknown as KubernetesObject;
};
/** As somebody would who wants it large: without the notes about who wrote what, which take as much again. */
async function grow(path: string, growth: Growth, more: object = {}): Promise<void> {
  await admin(merge(path, { metadata: { managedFields: [{}] } }));
  const grown = GROWN[growth]();
  await admin(merge(path, { metadata: { ...more, ...grown } }));
  const { metadata } = await admin({ path });
  const [wanted, stored] = [grown, metadata].map((each) => Object.keys(Object(each)[growth] ?? {}).length);
  if (!wanted || !stored || stored < wanted) throw new Error(`${path}: ${stored} ${growth} are stored, not ${wanted}`);
}

beforeAll(async () => {
  // As on EKS; the twin keeps JSON otherwise, in which less fits.
  side = await startClusterSide({ apiServerArgs: ['--storage-media-type=application/vnd.kubernetes.protobuf'] });
}, BRING_UP_MS);
afterAll(() => side?.close());

const label = (namespace: string, uid: string) =>
  ask(side.contain, merge(`/api/v1/namespaces/${namespace}`, { metadata: { uid, labels: { [QUARANTINE]: uid } } }));
const lift = (namespace: string, uid: string) =>
  ask(
    side.release,
    merge(`/api/v1/namespaces/${namespace}`, { metadata: { uid, labels: { [QUARANTINE]: null, [RELEASING]: uid } } }),
  );

const FORMS: ReadonlyMap<string, ContainmentForm> = new Map(
  [...NETWORK_FORMS, ...WORKLOAD_FORMS].map((form) => [form.kind, form]),
);

/** What contain writes to an object, and release back. */
async function containAndRelease(namespace: string, kind: string, uid: string): Promise<void> {
  const path = `${listOf(namespace, kind)}/large`;
  const original = await admin({ path });
  const form = FORMS.get(kind);
  if (form) {
    const change = form.contain(original, uid);
    expect(change).toBeDefined();
    expect(
      short(await ask(side.contain, merge(path, { ...change, metadata: { uid: original.metadata.uid } }))),
    ).toEqual(OK);
    back.push({ path, form, original });
    return;
  }
  if (kind === 'Pod' && original.metadata.labels?.[IMPOSSIBLE_KEY] !== undefined)
    expect(short(await ask(side.contain, merge(path, { metadata: { labels: { [IMPOSSIBLE_KEY]: null } } })))).toEqual(
      OK,
    );
  expect(short(await ask(side.contain, remove(path)))).toMatchObject({ says: '' });
  if (original.metadata['finalizers'])
    expect(short(await ask(side.contain, merge(path, { metadata: { finalizers: null } })))).toEqual(OK);
}
/** What is contained in the namespace of the moment. */
const back: { path: string; form: ContainmentForm; original: KubernetesObject }[] = [];

// The rules about metadata are the same for all kinds, but for those of pods and DaemonSets.
describe.each<{ growth: Growth; kinds: readonly string[] }>([
  { growth: 'annotations', kinds: ['Pod', 'Service', 'DaemonSet', 'StatefulSet', 'NetworkPolicy', 'RoleBinding'] },
  { growth: 'labels', kinds: ['Pod', 'DaemonSet'] },
  { growth: 'finalizers', kinds: ['Pod', 'ServiceAccount'] },
  { growth: 'ownerReferences', kinds: ['Deployment', 'Ingress'] },
])('a namespace with as many $growth as can be stored, and objects with them', ({ growth, kinds }) => {
  const namespace = `many-${growth.toLowerCase()}`;
  const path = `/api/v1/namespaces/${namespace}`;
  let uid: string;

  beforeAll(async () => {
    await side.make(namespace);
    for (const kind of kinds) {
      await admin(post(listOf(namespace, kind), { metadata: { name: 'large' }, ...SMALL[kind] }));
      const labels = kind === 'Pod' && growth !== 'labels' ? { labels: { [IMPOSSIBLE_KEY]: 'x' } } : {};
      await grow(`${listOf(namespace, kind)}/large`, growth, labels);
    }
    await grow(path, growth);
    uid = await side.uid(namespace);
  }, SLOW_MS);

  test(
    'is quarantined',
    async () => {
      expect(short(await label(namespace, uid))).toEqual(OK);
      const tried = dry(post(`${path}/configmaps`, { metadata: { name: 'tried' } }));
      await side.untilRefused(side.cluster.admin, tried, 'freeze');
    },
    SLOW_MS,
  );

  test(
    'is frozen for everybody, and says so',
    async () => {
      const pod = dry(post(`${path}/pods`, POD('tried')));
      const configMap = post(`${path}/configmaps`, { metadata: { name: 'x', ...GROWN.annotations() } });
      const grown = merge(`${path}/configmaps/kube-root-ca.crt`, { metadata: GROWN.labels() });
      for (const request of [pod, configMap, grown])
        expect((await ask(side.cluster.admin, request)).text).toContain(refusedBy('freeze'));
      expect((await side.as('somebody', configMap)).text).toContain(refusedBy('freeze'));
      expect((await ask(side.probe, pod)).text).toContain(refusedBy('freeze'));
      const opened = merge(path, { metadata: { labels: { [QUARANTINE]: null } } });
      expect((await ask(side.cluster.admin, opened)).text).toContain(refusedBy('quarantine-label'));
    },
    SLOW_MS,
  );

  test.each(kinds)('%s: contained', async (kind) => containAndRelease(namespace, kind, uid), SLOW_MS);

  test(
    'gets what contain makes in it',
    async () => {
      const deny = {
        metadata: { name: 'deny', labels: OURS },
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      };
      expect(short(await ask(side.contain, post(listOf(namespace, 'NetworkPolicy'), deny)))).toMatchObject({
        says: '',
      });
      const stricter = merge(path, { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } });
      expect(short(await ask(side.contain, stricter))).toEqual(OK);
    },
    SLOW_MS,
  );

  test(
    'is released, with all of it',
    async () => {
      expect(short(await lift(namespace, uid))).toEqual(OK);
      const account = post(listOf(namespace, 'ServiceAccount'), { metadata: { name: 'restored' } });
      await side.cluster.processes.until(async () => (await ask(side.release, account)).code === 201, {
        what: 'release may restore',
      });
      for (const { path: at, form, original } of back.splice(0)) {
        const change = form.restore(original, await admin({ path: at }));
        expect({ at, ...short(await ask(side.release, merge(at, change ?? {}))) }).toEqual({ at, ...OK });
      }
      const over = merge(path, {
        metadata: { labels: { 'pod-security.kubernetes.io/enforce': null, [RELEASING]: null } },
      });
      expect(short(await ask(side.release, over))).toEqual(OK);
    },
    SLOW_MS,
  );
});

describe('a namespace of objects that say as much as can be stored', () => {
  const namespace = 'long';
  let uid: string;
  const kinds = Object.keys(LONG);

  test(
    'is made by anybody, in an ordinary way',
    async () => {
      await side.make(namespace);
      for (const kind of kinds) {
        const object = { metadata: { name: 'large' }, ...LONG[kind] };
        const answer = await side.as('somebody', { ...post(listOf(namespace, kind), object), timeoutMs: SLOW_MS });
        expect({ kind, ...short(answer) }).toEqual({ kind, code: 201, says: '' });
      }
      uid = await side.uid(namespace);
      expect(short(await label(namespace, uid))).toEqual(OK);
    },
    SLOW_MS,
  );

  test.each(kinds)('%s: contained', async (kind) => containAndRelease(namespace, kind, uid), SLOW_MS);

  test(
    'is released',
    async () => {
      expect(short(await lift(namespace, uid))).toEqual(OK);
      const account = post(listOf(namespace, 'ServiceAccount'), { metadata: { name: 'restored' } });
      await side.cluster.processes.until(async () => (await ask(side.release, account)).code === 201, {
        what: 'release may restore',
      });
      for (const { path: at, form, original } of back.splice(0)) {
        const change = form.restore(original, await admin({ path: at }));
        expect({ at, ...short(await ask(side.release, merge(at, change ?? {}))) }).toEqual({ at, ...OK });
      }
    },
    SLOW_MS,
  );
});

describe('a binding of as many accounts as can be stored', () => {
  const subjects = (kind: 'accounts' | 'group') =>
    Array.from({ length: kind === 'accounts' ? 40_000 : 15_000 }, () =>
      kind === 'accounts'
        ? { kind: 'ServiceAccount', name: 'a', namespace: 'many-bound' }
        : { kind: 'Group', name: 'system:serviceaccounts:many-bound' },
    );
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' };
  const mark = {
    metadata: { name: 'mark', labels: OWNED_LABELS },
    roleRef: { ...roleRef, name: 'namespace-sentinel:quarantined' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'namespace-sentinel:contain' }],
  };

  beforeAll(async () => {
    await side.make('neighbour');
    await side.make('many-bound');
    await side.quarantine('many-bound');
    expect((await ask(side.contain, post(listOf('many-bound', 'RoleBinding'), mark))).code).toBe(201);
  });

  test.each(['accounts', 'group'] as const)(
    '%s: is deleted elsewhere',
    async (kind) => {
      for (const path of [`${RBAC}/clusterrolebindings`, listOf('neighbour', 'RoleBinding')]) {
        await admin(post(path, { metadata: { name: `of-${kind}` }, roleRef, subjects: subjects(kind) }));
        expect(short(await ask(side.contain, remove(`${path}/of-${kind}`)))).toEqual(OK);
      }
    },
    SLOW_MS,
  );
});
