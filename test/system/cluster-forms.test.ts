/** What contain writes into objects is accepted as it is, and nothing that differs from it: on the real API server. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../functions/clients/kubernetes/kubernetes.ts';
import { NETWORK_FORMS, WORKLOAD_FORMS } from '../../functions/contain/forms/index.ts';
import { IMPOSSIBLE_KEY } from '../../functions/kubernetes/quarantine.ts';
import type { Credentials, KubeRequest } from '../../tools/twin/kube.ts';
import { BRING_UP_MS } from './bring-up.ts';
import {
  type ClusterSide,
  merge,
  OURS,
  POD,
  post,
  QUARANTINE,
  RELEASING,
  remove,
  startClusterSide,
} from './cluster-side.ts';

const PEN = 'pen';
const template = { metadata: { labels: { app: 'x' } }, spec: { ...POD('').spec, nodeSelector: { hall: 'none' } } };
const selector = { matchLabels: { app: 'x' } };
const jobSpec = { template: { spec: { ...template.spec, restartPolicy: 'Never' } } };
const claims = [
  {
    metadata: { name: 'disk' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
];
const stateful = (whenScaled: string) => ({
  spec: {
    ...{ replicas: 2, serviceName: 'x', selector, template, volumeClaimTemplates: claims },
    podManagementPolicy: 'Parallel',
    persistentVolumeClaimRetentionPolicy: { whenScaled, whenDeleted: 'Retain' },
  },
});
/** By the path below the namespace. */
const OBJECTS: Readonly<Record<string, [kind: string, api: string, fields: object]>> = {
  'services/web': ['Service', '/api/v1', { spec: { selector: { app: 'x' }, ports: [{ port: 80 }] } }],
  'services/bare': ['Service', '/api/v1', { spec: { ports: [{ port: 80 }] } }],
  'services/alias': ['Service', '/api/v1', { spec: { type: 'ExternalName', externalName: 'db.example' } }],
  'ingresses/web': [
    'Ingress',
    '/apis/networking.k8s.io/v1',
    { spec: { ingressClassName: 'nginx', defaultBackend: { service: { name: 'web', port: { number: 80 } } } } },
  ],
  'networkpolicies/allow': [
    'NetworkPolicy',
    '/apis/networking.k8s.io/v1',
    { spec: { podSelector: selector, policyTypes: ['Ingress'], ingress: [{}] } },
  ],
  'networkpolicies/close': [
    'NetworkPolicy',
    '/apis/networking.k8s.io/v1',
    { spec: { podSelector: selector, policyTypes: ['Ingress'] } },
  ],
  'deployments/web': ['Deployment', '/apis/apps/v1', { spec: { replicas: 1, selector, template } }],
  'replicasets/old': ['ReplicaSet', '/apis/apps/v1', { spec: { replicas: 1, selector, template } }],
  'statefulsets/keeps': ['StatefulSet', '/apis/apps/v1', stateful('Retain')],
  'statefulsets/loses': ['StatefulSet', '/apis/apps/v1', stateful('Delete')],
  'daemonsets/agent': ['DaemonSet', '/apis/apps/v1', { spec: { selector, template } }],
  'replicationcontrollers/old': [
    'ReplicationController',
    '/api/v1',
    { spec: { replicas: 1, selector: { app: 'x' }, template } },
  ],
  'jobs/once': ['Job', '/apis/batch/v1', { spec: jobSpec }],
  'cronjobs/often': ['CronJob', '/apis/batch/v1', { spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: jobSpec } } }],
};
const FORMS = [...NETWORK_FORMS, ...WORKLOAD_FORMS];
const formOf = (kind: string) => {
  const form = FORMS.find((each) => each.kind === kind);
  if (!form) throw new Error(`no form for ${kind}`);
  return form;
};
const at = (key: string): string => `${OBJECTS[key]?.[1]}/namespaces/${PEN}/${key}`;

let side: ClusterSide;
let uid: string;
const originals = new Map<string, KubernetesObject>();
const live = (key: string) => side.read<KubernetesObject>(at(key));
const policyOf = (text: string): string | undefined =>
  /ValidatingAdmissionPolicy 'namespace-sentinel-([a-z-]+)'/.exec(text)?.[1];
const refused = async (who: Credentials, request: KubeRequest) => {
  const { code, text } = await side.ask(who, request);
  return [code, policyOf(text)];
};
const claimNames = async (): Promise<string[]> => {
  const { items } = await side.read<{ items: KubernetesObject[] }>(`/api/v1/namespaces/${PEN}/persistentvolumeclaims`);
  return items.map(({ metadata }) => metadata.name ?? '').sort();
};

beforeAll(async () => {
  side = await startClusterSide();
  await side.make(PEN);
  for (const [key, [, api, fields]] of Object.entries(OBJECTS)) {
    const [resource, name] = key.split('/');
    await side.done(post(`${api}/namespaces/${PEN}/${resource}`, { metadata: { name }, ...fields }));
  }
  await side.cluster.processes.until(async () => (await claimNames()).length === 4, {
    what: 'the volumes are claimed',
  });
  uid = await side.uid(PEN);
  await side.quarantine(PEN);
  for (const key of Object.keys(OBJECTS)) originals.set(key, await live(key));
}, BRING_UP_MS);
afterAll(() => side?.close());

const deny = {
  metadata: { name: 'deny', labels: OURS },
  spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
};

describe('a stolen contain cannot', () => {
  beforeAll(async () => {
    const answer = await side.ask(
      side.contain,
      post(`/apis/networking.k8s.io/v1/namespaces/${PEN}/networkpolicies`, deny),
    );
    expect(answer.code).toBe(201);
  });
  const owner = { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: 'dead' }] } };

  test.each<[string, string, (key: string) => KubeRequest]>([
    ...Object.keys(OBJECTS).flatMap((key): [string, string, (key: string) => KubeRequest][] => [
      [`${key}: an owner that is not there`, 'guard-edits', () => merge(at(key), owner)],
      [`${key}: a label`, 'guard-edits', () => merge(at(key), { metadata: { labels: { a: 'b' } } })],
      [`${key}: an annotation`, 'guard-edits', () => merge(at(key), { metadata: { annotations: { a: 'b' } } })],
      [`${key}: a finalizer`, 'guard-edits', () => merge(at(key), { metadata: { finalizers: ['a.example/b'] } })],
    ]),
    [
      'lead a Service to another pod',
      'guard-edits',
      () => merge(at('services/web'), { spec: { selector: { app: 'y' } } }),
    ],
    [
      'lead it there in our form',
      'guard-edits',
      () => merge(at('services/web'), { spec: { selector: { app: 'y', [IMPOSSIBLE_KEY]: uid } } }),
    ],
    [
      'lead it to what carries another value',
      'guard-edits',
      () => merge(at('services/web'), { spec: { selector: { [IMPOSSIBLE_KEY]: 'x' } } }),
    ],
    [
      'lead a Service without a selector',
      'guard-edits',
      () => merge(at('services/bare'), { spec: { selector: { a: 'b' } } }),
    ],
    [
      'lead an alias elsewhere',
      'guard-edits',
      () => merge(at('services/alias'), { spec: { externalName: 'c2.example' } }),
    ],
    [
      'lead it to a name of that kind that is not ours',
      'guard-edits',
      () => merge(at('services/alias'), { spec: { externalName: 'x.quarantined.invalid' } }),
    ],
    [
      'give an Ingress to another controller',
      'guard-edits',
      () => merge(at('ingresses/web'), { spec: { ingressClassName: 'alb' } }),
    ],
    [
      'to a class of another namespace',
      'guard-edits',
      () => merge(at('ingresses/web'), { spec: { ingressClassName: 'quarantined-x' } }),
    ],
    [
      'delete our deny-all',
      'guard-contain',
      () => remove(`/apis/networking.k8s.io/v1/namespaces/${PEN}/networkpolicies/deny`),
    ],
    ['delete what the namespace itself closes', 'guard-contain', () => remove(at('networkpolicies/close'))],
    [
      'open our deny-all',
      'guard-edits',
      () =>
        merge(`/apis/networking.k8s.io/v1/namespaces/${PEN}/networkpolicies/deny`, { spec: { podSelector: selector } }),
    ],
    [
      'close one direction only',
      'guard-edits',
      () => merge(at('networkpolicies/allow'), { spec: { podSelector: { matchLabels: null }, ingress: null } }),
    ],
    ['scale up', 'guard-edits', () => merge(at('deployments/web'), { spec: { replicas: 9 } })],
    ['scale a ReplicaSet down a little', 'guard-edits', () => merge(at('replicasets/old'), { spec: { replicas: 2 } })],
    ['resume a CronJob', 'guard-edits', () => merge(at('cronjobs/often'), { spec: { schedule: '* * * * *' } })],
    [
      'make a StatefulSet delete its volumes',
      'guard-edits',
      () =>
        merge(at('statefulsets/keeps'), {
          spec: { replicas: 0, persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } },
        }),
    ],
    [
      'make it delete them with itself',
      'guard-edits',
      () =>
        merge(at('statefulsets/keeps'), { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } } }),
    ],
    [
      'scale one down whose volumes go with it',
      'guard-edits',
      () => merge(at('statefulsets/loses'), { spec: { replicas: 0 } }),
    ],
    [
      'send a DaemonSet to other nodes',
      'guard-edits',
      () => merge(at('daemonsets/agent'), { spec: { template: { spec: { nodeSelector: { hall: 'far' } } } } }),
    ],
    [
      'send it everywhere',
      'guard-edits',
      () => merge(at('daemonsets/agent'), { spec: { template: { spec: { nodeSelector: null } } } }),
    ],
  ])('%s', async (_, policy, request) => {
    expect(await refused(side.contain, request(''))).toEqual([403, policy]);
  });

  test('reach the volumes by the subresource for scaling', async () => {
    expect(await refused(side.contain, merge(`${at('statefulsets/loses')}/scale`, { spec: { replicas: 0 } }))).toEqual([
      403,
      undefined,
    ]);
  });

  test('and nothing was deleted', async () => {
    await sleep(2_000);
    for (const key of Object.keys(OBJECTS))
      expect((await live(key)).metadata.uid).toBe(originals.get(key)?.metadata.uid);
    expect(await claimNames()).toHaveLength(4);
  });
});

describe('the forms of containment', () => {
  test.each(Object.entries(OBJECTS))('are accepted: %s', async (key, [kind]) => {
    const form = formOf(kind);
    const change = form.contain(await live(key), uid);
    if (change) expect(await side.ask(side.contain, merge(at(key), change))).toMatchObject({ code: 200 });
    expect(form.isContained(originals.get(key) as KubernetesObject, await live(key), uid)).toBe(true);
    // Contained, it stays so: a second run has nothing to write.
    expect(form.contain(await live(key), uid)).toBeUndefined();
  });

  test('keep the volumes of every StatefulSet', async () => {
    await side.cluster.processes.until(
      async () =>
        !(
          await side.read<{ items: unknown[] }>(
            `/api/v1/namespaces/${PEN}/pods?labelSelector=app=x,statefulset.kubernetes.io/pod-name`,
          )
        ).items.length,
      { what: 'the pods of the StatefulSets are gone' },
    );
    await sleep(2_000);
    expect(await claimNames()).toHaveLength(4);
  });
});

describe('release', () => {
  beforeAll(async () => {
    const lifted = merge(`/api/v1/namespaces/${PEN}`, {
      metadata: { uid, labels: { [QUARANTINE]: null, [RELEASING]: uid } },
    });
    expect((await side.ask(side.release, lifted)).code).toBe(200);
    const account = post(`/api/v1/namespaces/${PEN}/serviceaccounts`, { metadata: { name: 'restored' } });
    await side.cluster.processes.until(async () => (await side.ask(side.release, account)).code === 201, {
      what: 'release may restore',
    });
  });

  test('does not give back what deletes volumes, when stolen', async () => {
    const lost = { spec: { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } } };
    for (const key of ['statefulsets/keeps', 'statefulsets/loses'])
      expect(await refused(side.release, merge(at(key), lost))).toEqual([403, 'guard-edits']);
  });

  test.each(Object.entries(OBJECTS))('gives back what contain has changed: %s', async (key, [kind]) => {
    const form = formOf(kind);
    const original = originals.get(key) as KubernetesObject;
    const change = form.restore(original, await live(key));
    if (change) expect(await side.ask(side.release, merge(at(key), change))).toMatchObject({ code: 200 });
    expect(form.restore(original, await live(key))).toBeUndefined();
    const left = form.leaves?.(original, await live(key));
    expect(left !== undefined).toBe(key === 'statefulsets/loses');
    // What is left is for a person, who may.
    if (left) await side.done(merge(at(key), left));
    expect(form.leaves?.(original, await live(key))).toBeUndefined();
  });
});
