/** What the admission policies of `cluster/` keep as it is, on the real API server, and what goes on beside them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { IMPOSSIBLE_KEY } from '../../functions/kubernetes/quarantine.ts';
import type { KubeRequest } from '../../tools/twin/kube.ts';
import { run } from '../commands/run.ts';
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

const NODE = 'ip-10-0-1-11.ec2.internal';
const PATH = (namespace: string) => ({
  core: `/api/v1/namespaces/${namespace}`,
  apps: `/apis/apps/v1/namespaces/${namespace}`,
  batch: `/apis/batch/v1/namespaces/${namespace}`,
  network: `/apis/networking.k8s.io/v1/namespaces/${namespace}`,
  rbac: `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`,
  slices: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
  aws: `/apis/networking.k8s.aws/v1alpha1/namespaces/${namespace}/policyendpoints`,
});
const pen = PATH('pen');

const template = { metadata: { labels: { app: 'x' } }, spec: POD('').spec };
const selector = { matchLabels: { app: 'x' } };
const ENDPOINTS_KIND = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'policyendpoints.networking.k8s.aws' },
  spec: {
    group: 'networking.k8s.aws',
    scope: 'Namespaced',
    names: { kind: 'PolicyEndpoint', plural: 'policyendpoints', singular: 'policyendpoint' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};
const staged = (namespace: string) =>
  [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: 'b' } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'loot' }, stringData: { a: 'b' } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'agent' } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'x' }, ports: [{ port: 80 }] },
    },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 2, selector, template } },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      ...POD('shell', { nodeName: NODE, serviceAccountName: 'agent' }),
    },
    { apiVersion: 'v1', kind: 'Pod', ...POD('pending', { nodeSelector: { hall: 'far' } }) },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'allow' },
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'kept', finalizers: ['a.example/b', 'c.example/d'] },
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] },
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'own' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' },
      subjects: [{ kind: 'ServiceAccount', name: 'agent', namespace }],
    },
    {
      apiVersion: 'networking.k8s.aws/v1alpha1',
      kind: 'PolicyEndpoint',
      metadata: { name: 'one' },
      spec: {},
    },
  ].map((object) => ({ ...object, metadata: { ...object.metadata, namespace } }));

let side: ClusterSide;
beforeAll(async () => {
  side = await startClusterSide();
  await side.kubectl(['apply', '-f', '-'], ENDPOINTS_KIND);
  await side.kubectl(['wait', '--for=condition=Established', 'crd/policyendpoints.networking.k8s.aws']);
  for (const namespace of ['pen', 'free']) {
    await side.make(namespace);
    await side.kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'List', items: staged(namespace) });
    const running = ['deployment/web', '--for=condition=Available', '--timeout=30s', '-n', namespace];
    await side.kubectl(['wait', ...running]);
  }
  await side.quarantine('pen');
}, BRING_UP_MS);
afterAll(() => side?.close());

/** In `pen` for the attack, in `free` to see that the request is one that works. */
const ATTACKS: [string, (paths: ReturnType<typeof PATH>) => KubeRequest][] = [
  ['create a pod', ({ core }) => post(`${core}/pods`, POD('new'))],
  ['create a ConfigMap', ({ core }) => post(`${core}/configmaps`, { metadata: { name: 'new' } })],
  ['create a Secret', ({ core }) => post(`${core}/secrets`, { metadata: { name: 'new' } })],
  ['create a ServiceAccount', ({ core }) => post(`${core}/serviceaccounts`, { metadata: { name: 'new' } })],
  ['create a quota', ({ core }) => post(`${core}/resourcequotas`, { metadata: { name: 'new' }, spec: {} })],
  [
    'create a network policy',
    ({ network }) => post(`${network}/networkpolicies`, { metadata: { name: 'new' }, spec: { podSelector: {} } }),
  ],
  [
    'bind a role',
    ({ rbac }) =>
      post(`${rbac}/rolebindings`, {
        metadata: { name: 'new' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
        subjects: [],
      }),
  ],
  [
    'create a custom resource',
    ({ aws }) =>
      post(aws, { apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'PolicyEndpoint', metadata: { name: 'new' } }),
  ],
  [
    'update a ConfigMap',
    ({ core }) => ({ method: 'PUT', path: `${core}/configmaps/settings`, body: { metadata: { name: 'settings' } } }),
  ],
  ['patch a Deployment', ({ apps }) => merge(`${apps}/deployments/web`, { spec: { replicas: 3 } })],
  ['scale a Deployment', ({ apps }) => merge(`${apps}/deployments/web/scale`, { spec: { replicas: 3 } })],
  ['patch a Service', ({ core }) => merge(`${core}/services/web`, { spec: { selector: { app: 'y' } } })],
  ['label a pod', ({ core }) => merge(`${core}/pods/shell`, { metadata: { labels: { app: 'y' } } })],
  ['patch the status of a pod', ({ core }) => merge(`${core}/pods/shell/status`, { status: { message: 'x' } })],
  ['patch a custom resource', ({ aws }) => merge(`${aws}/one`, { spec: { a: 1 } })],
  [
    'apply from the server',
    ({ core }) => ({
      method: 'PATCH',
      path: `${core}/configmaps/settings?fieldManager=x&force=true`,
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: 'c' } },
      headers: { 'content-type': 'application/apply-patch+yaml' },
    }),
  ],
  ['delete a pod', ({ core }) => remove(`${core}/pods/shell`)],
  ['delete a network policy', ({ network }) => remove(`${network}/networkpolicies/allow`)],
  ['delete a custom resource', ({ aws }) => remove(`${aws}/one`)],
  ['delete all pods', ({ core }) => remove(`${core}/pods`)],
  ['delete all Secrets', ({ core }) => remove(`${core}/secrets`)],
  [
    'evict a pod',
    ({ core }) =>
      post(`${core}/pods/shell/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: 'shell' },
      }),
  ],
  [
    'debug a pod',
    ({ core }) => ({
      ...merge(`${core}/pods/shell/ephemeralcontainers`, {
        spec: { ephemeralContainers: [{ name: 'debug', image: 'busybox' }] },
      }),
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
    }),
  ],
  [
    'get a token',
    ({ core }) =>
      post(`${core}/serviceaccounts/agent/token`, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {},
      }),
  ],
  [
    'put a pod on a node',
    ({ core }) =>
      post(`${core}/pods/pending/binding`, {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: 'pending' },
        target: { kind: 'Node', name: NODE },
      }),
  ],
];

/** These know no dry run. */
const CONNECTIONS: [string, (paths: ReturnType<typeof PATH>) => KubeRequest][] = [
  ['exec', ({ core }) => ({ method: 'POST', path: `${core}/pods/shell/exec?command=id&stdout=1` })],
  ['attach', ({ core }) => ({ method: 'POST', path: `${core}/pods/shell/attach?stdout=1` })],
  ['port-forward', ({ core }) => ({ method: 'POST', path: `${core}/pods/shell/portforward?ports=80` })],
  ['a proxy to a pod', ({ core }) => ({ path: `${core}/pods/shell/proxy/` })],
  ['a proxy to a Service', ({ core }) => ({ path: `${core}/services/web/proxy/` })],
];

interface Preflight {
  code: number;
  checks: { check: string; status: string; says: string; fix?: (string | string[])[] }[];
}
async function preflight(): Promise<Preflight> {
  const { code, stdout } = await run(['preflight', '--kubeconfig', side.cluster.adminKubeconfig, '--json']);
  return { code, ...JSON.parse(stdout) };
}

test('preflight finds all of it as shipped, what is quarantined, and what is missing', async () => {
  const { code, checks } = await preflight();
  expect(code).toBe(1);
  expect(checks).toMatchObject([
    { check: 'api-server', status: 'ok', says: 'The API server answers; it is Kubernetes v1.36.3.' },
    { check: 'webhooks', status: 'ok' },
    { check: 'role-bindings', status: 'ok' },
    { check: 'roles', status: 'ok' },
    { check: 'policies', status: 'ok' },
    { check: 'policies', status: 'ok', says: expect.stringContaining('eks:managed (UPDATE networkpolicies)') },
    { check: 'quarantined', status: 'attention', says: expect.stringContaining('Namespace pen is quarantined') },
    { check: 'network-enforcer', status: 'failed' },
  ]);
  expect(checks.at(-1)?.fix?.flat().join(' ')).toContain('enableNetworkPolicy');
});

describe('in a quarantined namespace, system:masters cannot', () => {
  test.each(ATTACKS)('%s', async (_, attack) => {
    const answer = await side.ask(side.cluster.admin, attack(pen));
    expect([answer.code, answer.text]).toEqual([403, expect.stringContaining(refusedBy('freeze'))]);
    expect((await side.ask(side.cluster.admin, dry(attack(pen)))).text).toContain(refusedBy('freeze'));
    expect((await side.ask(side.cluster.admin, dry(attack(PATH('free'))))).code).toBeLessThan(300);
  });

  test.each(CONNECTIONS)('use %s', async (_, attack) => {
    const answer = await side.ask(side.cluster.admin, attack(pen));
    expect([answer.code, answer.text]).toEqual([403, expect.stringContaining(refusedBy('freeze'))]);
    expect((await side.ask(side.cluster.admin, attack(PATH('free')))).text).not.toContain('ValidatingAdmissionPolicy');
  });

  test.each<[string, (id: string) => KubeRequest]>([
    ['remove the label', () => merge(pen.core, { metadata: { labels: { [QUARANTINE]: null } } })],
    ['change the label', () => merge(pen.core, { metadata: { labels: { [QUARANTINE]: 'x' } } })],
    ['say that it is being released', (id) => merge(pen.core, { metadata: { labels: { [RELEASING]: id } } })],
    [
      'change Pod Security',
      () => merge(pen.core, { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } }),
    ],
    ['annotate it', () => merge(pen.core, { metadata: { annotations: { a: 'b' } } })],
    ['add a finalizer', () => merge(pen.core, { metadata: { finalizers: ['a.example/b'] } })],
    [
      'patch its status',
      () => merge(`${pen.core}/status`, { status: { conditions: [{ type: 'x', status: 'True' }] } }),
    ],
    [
      'finalize it',
      (id) => ({
        method: 'PUT',
        path: `${pen.core}/finalize`,
        body: { metadata: { name: 'pen', uid: id, labels: { [QUARANTINE]: id } }, spec: { finalizers: [] } },
      }),
    ],
    ['delete it', () => remove(pen.core)],
    [
      'delete it at once',
      () => ({ ...remove(pen.core), body: { gracePeriodSeconds: 0, propagationPolicy: 'Orphan' } }),
    ],
  ])('%s', async (_, attack) => {
    const answer = await side.ask(side.cluster.admin, attack(await side.uid('pen')));
    expect([answer.code, answer.text]).toEqual([403, expect.stringContaining(refusedBy('quarantine-label'))]);
  });

  test('have it made anew: it is there', async () => {
    expect((await side.ask(side.cluster.admin, post('/api/v1/namespaces', { metadata: { name: 'pen' } }))).code).toBe(
      409,
    );
  });
});

describe('the quarantine label', () => {
  const label = (value: string) => ({ metadata: { labels: { [QUARANTINE]: value } } });

  test.each<[string, (id: string) => KubeRequest]>([
    ['on a namespace', (id) => merge('/api/v1/namespaces/free', label(id))],
    ['with no value', () => merge('/api/v1/namespaces/free', label(''))],
    ['with a new namespace', () => post('/api/v1/namespaces', { metadata: { name: 'new', ...label('x').metadata } })],
    ['on the platform', () => merge('/api/v1/namespaces/kube-system', label('x'))],
    ['of a release', (id) => merge('/api/v1/namespaces/free', { metadata: { labels: { [RELEASING]: id } } })],
  ])('is not for others to set: %s', async (_, attack) => {
    const answer = await side.ask(side.cluster.admin, attack(await side.uid('free')));
    expect([answer.code, answer.text]).toEqual([403, expect.stringContaining(refusedBy('quarantine-label'))]);
  });

  test('leaves other namespaces alone', async () => {
    const answer = await side.ask(
      side.cluster.admin,
      merge('/api/v1/namespaces/free', { metadata: { labels: { a: 'b' } } }),
    );
    expect(answer.code).toBe(200);
  });

  test.each(['kube-systern', 'kube-green'])('freezes %s, which merely begins like the platform', async (name) => {
    await side.make(name);
    await side.quarantine(name);
    const tried = dry(post(`/api/v1/namespaces/${name}/pods`, POD('tried')));
    for (const who of [side.cluster.admin, side.probe])
      expect((await side.ask(who, tried)).text).toContain(refusedBy('freeze'));
    const deny = {
      metadata: { name: 'deny', labels: OURS },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    };
    expect((await side.ask(side.contain, post(`${PATH(name).network}/networkpolicies`, deny))).code).toBe(201);
  });

  test('is in force within 100 ms', async () => {
    await side.make('quick');
    const from = performance.now();
    await side.quarantine('quick');
    expect(performance.now() - from).toBeLessThan(100);
  });
});

describe('what has to go on in a quarantined namespace', () => {
  const AGENT = '/api/v1/namespaces/pen/serviceaccounts/agent/token';
  const tokenRequest = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };

  /** Each is let through to RBAC, which lets everything through here. */
  test.each<[string, string, () => KubeRequest]>([
    [
      'a Deployment gets its status',
      'kube-system:deployment-controller',
      () => merge(`${pen.apps}/deployments/web/status`, {}),
    ],
    ['a ReplicaSet loses a pod', 'kube-system:replicaset-controller', () => remove(`${pen.core}/pods/pending`)],
    [
      'the garbage collector collects',
      'kube-system:generic-garbage-collector',
      () => remove(`${pen.core}/configmaps/settings`),
    ],
    [
      'load balancers let go',
      'kube-system:aws-load-balancer-controller',
      () => merge(`${pen.core}/services/web/status`, {}),
    ],
  ])('%s', async (_, account, request) => {
    expect((await side.as(`system:serviceaccount:${account}`, dry(request()))).code).toBeLessThan(300);
  });

  test.each<[string, string, () => KubeRequest, number]>([
    ['the VPC CNI writes what nodes enforce', 'eks:network-policy-controller', () => merge(`${pen.aws}/one`, {}), 200],
    [
      'the VPC CNI writes nothing else',
      'eks:network-policy-controller',
      () => merge(`${pen.core}/configmaps/settings`, {}),
      403,
    ],
    ['Secrets are encrypted anew', 'eks:kms-storage-migrator', () => merge(`${pen.core}/secrets/loot`, {}), 200],
    ['add-ons are not installed', 'eks:addon-manager', () => merge(`${pen.core}/configmaps/settings`, {}), 403],
    [
      'a ReplicaSet makes no pod',
      'system:serviceaccount:kube-system:replicaset-controller',
      () => post(`${pen.core}/pods`, POD('x')),
      403,
    ],
    [
      'a CronJob makes no Job',
      'system:serviceaccount:kube-system:cronjob-controller',
      () =>
        post(`${pen.batch}/jobs`, {
          metadata: { name: 'x' },
          spec: { template: { spec: { ...POD('').spec, restartPolicy: 'Never' } } },
        }),
      403,
    ],
    [
      'the scheduler starts no pending pod',
      'system:kube-scheduler',
      () =>
        post(`${pen.core}/pods/pending/binding`, {
          metadata: { name: 'pending' },
          target: { kind: 'Node', name: NODE },
        }),
      403,
    ],
    [
      'a controller of a namesake is nobody',
      'system:serviceaccount:pen:deployment-controller',
      () => merge(`${pen.apps}/deployments/web/status`, {}),
      403,
    ],
    [
      'a load balancer controller elsewhere is nobody',
      'system:serviceaccount:pen:aws-load-balancer-controller',
      () => merge(`${pen.core}/services/web/status`, {}),
      403,
    ],
  ])('%s', async (_, user, request, code) => {
    const answer = await side.as(user, dry(request()));
    expect(answer.code).toBe(code);
    if (code === 403) expect(answer.text).toContain(refusedBy('freeze'));
  });

  describe.each(['eks:network-policy-controller', 'eks:managed'])('%s, on a network policy', (controller) => {
    const MARK = 'networking.k8s.aws/resources';
    const policies = `${pen.network}/networkpolicies`;
    const finalizers = async (name: string) =>
      (await side.read<{ metadata: { finalizers?: string[] } }>(`${policies}/${name}`)).metadata.finalizers ?? [];
    /** As the controller does it: a merge patch with a lock on the resourceVersion. */
    const finalize = async (name: string, kept: string[], more: object = {}) => {
      const { metadata } = await side.read<{ metadata: { resourceVersion: string } }>(`${policies}/${name}`);
      const { resourceVersion } = metadata;
      return side.as(
        controller,
        merge(`${policies}/${name}`, { metadata: { resourceVersion, finalizers: kept.length ? kept : null, ...more } }),
      );
    };
    const name = `deny-${controller.split(':')[1]}`;
    const policy = { metadata: { name, labels: OURS }, spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } };
    beforeAll(async () => {
      expect((await side.ask(side.contain, post(policies, policy))).code).toBe(201);
    });

    test.each<[string, string, string[]]>([
      ['ours', name, []],
      ['one with finalizers of others', 'kept', ['a.example/b', 'c.example/d']],
    ])('puts its finalizer on %s, and takes it off', async (_, policy, others) => {
      for (const all of [[...others, MARK], others]) {
        expect((await finalize(policy, all)).code).toBe(200);
        expect(await finalizers(policy)).toEqual(all);
      }
    });

    test('lets a deleted one go', async () => {
      const path = `${policies}/${name}`;
      await finalize(name, [MARK]);
      // Neither contain nor anybody else deletes it here, but the end of the namespace.
      expect((await side.as('system:serviceaccount:kube-system:namespace-controller', remove(path))).code).toBe(200);
      expect((await finalize(name, [])).code).toBe(200);
      expect((await side.ask(side.cluster.admin, { path })).code).toBe(404);
      expect((await side.ask(side.contain, post(policies, policy))).code).toBe(201);
    });

    test.each<[string, () => Promise<{ code: number; text: string }>]>([
      ['another finalizer', () => finalize(name, ['a.example/b'])],
      ['another finalizer beside it', () => finalize(name, [MARK, 'a.example/b'])],
      ['a finalizer that begins alike', () => finalize(name, [`${MARK}-2`])],
      ['a label', () => finalize(name, [MARK], { labels: { a: 'b' } })],
      ['an annotation', () => finalize(name, [MARK], { annotations: { a: 'b' } })],
      [
        'an owner',
        () => finalize(name, [MARK], { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'x', uid: 'x' }] }),
      ],
      [
        'the spec',
        () =>
          side.as(
            controller,
            merge(`${policies}/${name}`, { metadata: { finalizers: [MARK] }, spec: { ingress: [{}] } }),
          ),
      ],
      [
        'a new policy',
        () => side.as(controller, post(policies, { metadata: { name: 'x' }, spec: { podSelector: {} } })),
      ],
      ['the end of one', () => side.as(controller, remove(`${policies}/${name}`))],
      ['the end of a finalizer of others', () => finalize('kept', [])],
    ])('is refused %s', async (_, attack) => {
      const answer = await attack();
      expect([answer.code, answer.text]).toEqual([403, expect.stringContaining(refusedBy('freeze'))]);
    });
  });

  test('a node reports on its pods, and gets no token for them', async () => {
    const node = (request: KubeRequest) =>
      side.ask(side.cluster.admin, {
        ...request,
        headers: { ...request.headers, 'impersonate-user': `system:node:${NODE}`, 'impersonate-group': 'system:nodes' },
      });
    const { uid } = await side.metadata(`${pen.core}/pods/shell`);
    const bound = { kind: 'Pod', apiVersion: 'v1', name: 'shell', uid };
    const spec = { boundObjectRef: bound, expirationSeconds: 600 };
    expect((await node(merge(`${pen.core}/pods/shell/status`, { status: { message: 'fine' } }))).code).toBe(200);
    const refused = await node(post(AGENT, { ...tokenRequest, spec }));
    expect([refused.code, refused.text]).toEqual([403, expect.stringContaining(refusedBy('freeze'))]);
    const other = await side.metadata('/api/v1/namespaces/free/pods/shell');
    const given = await node(
      post(AGENT.replace('pen', 'free'), {
        ...tokenRequest,
        spec: { ...spec, boundObjectRef: { ...bound, uid: other.uid } },
      }),
    );
    expect(given.code).toBe(201);
  });

  test('a pending pod stays pending when its node comes', async () => {
    const where = async (namespace: string) =>
      (await side.read<{ spec: { nodeName?: string } }>(`/api/v1/namespaces/${namespace}/pods/pending`)).spec.nodeName;
    await side.done(merge(`/api/v1/nodes/${NODE}`, { metadata: { labels: { hall: 'far' } } }));
    await side.cluster.processes.until(async () => (await where('free')) === NODE, {
      what: 'the pod in free is scheduled',
    });
    await sleep(1_000);
    expect(await where('pen')).toBeUndefined();
  });

  test('contain empties a Service, and its slices follow', async () => {
    const addresses = async () => {
      const { items } = await side.read<{ items: { endpoints: unknown[] | null }[] }>(pen.slices);
      return items.flatMap(({ endpoints }) => endpoints ?? []).length;
    };
    expect(await addresses()).toBeGreaterThan(0);
    const muted = merge(`${pen.core}/services/web`, {
      spec: { selector: { [IMPOSSIBLE_KEY]: await side.uid('pen') } },
    });
    expect((await side.ask(side.contain, muted)).code).toBe(200);
    await side.cluster.processes.until(async () => (await addresses()) === 0, { what: 'slices are empty' });
  });

  test('contain deletes pods: they go, and none comes', async () => {
    const pods = async () =>
      (
        (await side.done({ path: `${pen.core}/pods?labelSelector=pod-template-hash` })).json as {
          items: { metadata: { name: string } }[];
        }
      ).items.map(({ metadata }) => metadata.name);
    const before = await pods();
    expect(before).toHaveLength(2);
    for (const name of before)
      expect((await side.ask(side.contain, remove(`${pen.core}/pods/${name}`))).code).toBe(200);
    await side.cluster.processes.until(async () => (await pods()).length === 0, { what: 'pods are gone' });
    await sleep(1_000);
    expect(await pods()).toEqual([]);
  });

  test('contain scales to zero, and the controllers follow', async () => {
    const zero = merge(`${pen.apps}/deployments/web`, { spec: { replicas: 0 } });
    expect((await side.ask(side.contain, zero)).code).toBe(200);
    const status = async () =>
      (await side.done({ path: `${pen.apps}/deployments/web` })).json as {
        metadata: { generation: number };
        status: { observedGeneration: number; replicas?: number };
      };
    await side.cluster.processes.until(
      async () => {
        const { metadata, status: seen } = await status();
        return seen.observedGeneration === metadata.generation && !seen.replicas;
      },
      { what: 'the Deployment is at zero' },
    );
  });

  test('the default ServiceAccount comes back', async () => {
    const path = `${pen.core}/serviceaccounts/default`;
    const { uid } = await side.metadata(path);
    expect((await side.ask(side.contain, remove(path))).code).toBe(200);
    const back = async () => {
      const answer = await side.ask(side.cluster.admin, { path });
      return answer.code === 200 && !answer.text.includes(uid);
    };
    await side.cluster.processes.until(back, { what: 'the default ServiceAccount is there again' });
  });

  test('a deletion that began before ends', async () => {
    await side.make('going');
    const path = `${PATH('going').network}/networkpolicies`;
    const mark = ['networking.k8s.aws/resources'];
    await side.done(post(path, { metadata: { name: 'kept', finalizers: mark }, spec: { podSelector: {} } }));
    await side.done(remove('/api/v1/namespaces/going'));
    expect((await side.label('going')).code).toBe(200);
    const freed = merge(`${path}/kept`, { metadata: { finalizers: null } });
    expect((await side.as('eks:network-policy-controller', freed)).code).toBe(200);
    await side.cluster.processes.until(
      async () => (await side.ask(side.cluster.admin, { path: '/api/v1/namespaces/going' })).code === 404,
      { what: 'the namespace is gone', timeoutMs: 30_000 },
    );
  });
});

test('a label on the platform that was there before the policies does not freeze it', async () => {
  await side.kubectl(['delete', 'validatingadmissionpolicybinding', 'namespace-sentinel-quarantine-label']);
  const labelled = merge('/api/v1/namespaces/kube-public', { metadata: { labels: { [QUARANTINE]: 'x' } } });
  await side.cluster.processes.until(async () => (await side.ask(side.cluster.admin, labelled)).code === 200, {
    what: 'the label policy is out of force',
  });
  const { checks } = await preflight();
  expect(checks.filter(({ status }) => status === 'failed').map(({ check, says }) => `${check}: ${says}`)).toEqual([
    'policies: namespace-sentinel-quarantine-label: its binding is missing, so that it is not in force.',
    expect.stringMatching(/^quarantined: Namespace kube-public carries the quarantine label with a value that is not/),
    expect.stringMatching(/^network-enforcer/),
  ]);
  await side.kubectl(['apply', '-k', 'cluster/']);
  await side.untilRefused(
    side.cluster.admin,
    dry(merge('/api/v1/namespaces/kube-public', { metadata: { labels: { [QUARANTINE]: null } } })),
    'quarantine-label',
  );
  const made = await side.ask(
    side.cluster.admin,
    post('/api/v1/namespaces/kube-public/configmaps', { metadata: { name: 'x' } }),
  );
  expect(made.code).toBe(201);
});

test('the roles alone are a valid installation, without policies', async () => {
  const applied = await side.kubectl(['apply', '-k', 'cluster/roles', '--dry-run=server', '--output=name']);
  const kinds = applied
    .trim()
    .split('\n')
    .map((name) => name.split('.')[0]);
  expect([...new Set(kinds)].sort()).toEqual(['clusterrole', 'clusterrolebinding']);
});

test('applied again, nothing changes', async () => {
  const lines = (await side.kubectl(['apply', '-k', 'cluster/'])).trim().split('\n');
  expect(lines.filter((line) => !line.endsWith(' unchanged'))).toEqual([]);
});
