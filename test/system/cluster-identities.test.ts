/** What a stolen identity of ours can do in a cluster, and what the steps of the playbooks need it for. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { IMPOSSIBLE_KEY } from '../../functions/kubernetes/quarantine.ts';
import type { Credentials, KubeRequest } from '../../tools/twin/kube.ts';
import { compare, EVERYBODY, everyAttempt, type Rule, rightsOf } from './attempts.ts';
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

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const core = (namespace: string) => `/api/v1/namespaces/${namespace}`;
const apps = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}`;
const batch = (namespace: string) => `/apis/batch/v1/namespaces/${namespace}`;
const network = (namespace: string) => `/apis/networking.k8s.io/v1/namespaces/${namespace}`;
const slices = (namespace: string) => `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
const scalers = (namespace: string) => `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`;
const bindings = (namespace: string) => `${RBAC}/namespaces/${namespace}/rolebindings`;
const CLUSTER_POLICIES = '/apis/networking.k8s.aws/v1alpha1/clusternetworkpolicies';

type Subject = { kind: string; name: string; namespace?: string; apiGroup?: string };
const account = (namespace: string, name = 'agent'): Subject => ({ kind: 'ServiceAccount', name, namespace });
const group = (name: string): Subject => ({ kind: 'Group', name, apiGroup: 'rbac.authorization.k8s.io' });
const user = (name: string): Subject => ({ kind: 'User', name, apiGroup: 'rbac.authorization.k8s.io' });
const binding = (name: string, subjects: Subject[], role = 'view', kind = 'ClusterRole') => ({
  metadata: { name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: role },
  subjects,
});

/** As release makes a binding again: guard-release.yaml demands the label. */
const restored = (...args: Parameters<typeof binding>) => {
  const made = binding(...args);
  return { ...made, metadata: { ...made.metadata, labels: { 'namespace-sentinel.io/restored': 'true' } } };
};
/** By which contain marks a namespace as quarantined. */
const MARK = binding('mark', [group('namespace-sentinel:contain')], 'namespace-sentinel:quarantined');

const selector = { matchLabels: { app: 'x' } };
const template = { metadata: { labels: { app: 'x' } }, spec: POD('').spec };
const jobSpec = { template: { spec: { ...POD('').spec, restartPolicy: 'Never' } } };
/** What contain makes of a network policy that allows something. */
const CLOSED = {
  spec: {
    podSelector: { matchLabels: null, matchExpressions: null },
    policyTypes: ['Ingress', 'Egress'],
    ingress: null,
    egress: null,
  },
};
const DENY_ALL = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };
const clusterPolicy = (name: string, more: object = {}, labels: object = OURS) => ({
  apiVersion: 'networking.k8s.aws/v1alpha1',
  kind: 'ClusterNetworkPolicy',
  metadata: { name, labels },
  spec: {
    tier: 'Admin',
    priority: 1,
    subject: { namespaces: { matchLabels: { [QUARANTINE]: 'uid' } } },
    ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }],
    egress: [{ action: 'Deny', to: [{ networks: ['0.0.0.0/0'] }] }],
    ...more,
  },
});
const CLUSTER_POLICY_KIND = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'clusternetworkpolicies.networking.k8s.aws' },
  spec: {
    group: 'networking.k8s.aws',
    scope: 'Cluster',
    names: { kind: 'ClusterNetworkPolicy', plural: 'clusternetworkpolicies', singular: 'clusternetworkpolicy' },
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

/** One of each kind that contain deletes, with a finalizer. */
const STICKY = { metadata: { name: 'sticky', finalizers: ['a.example/b'] } };
const sticky = [
  { apiVersion: 'v1', kind: 'ServiceAccount', ...STICKY },
  { apiVersion: 'v1', kind: 'Endpoints', ...STICKY },
  { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', ...STICKY, addressType: 'IPv4', endpoints: [] },
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    ...STICKY,
    spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' } },
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    ...STICKY,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'agent' }],
  },
];
const stickyPaths = (namespace: string): [kind: string, path: string][] => [
  ['account', `${core(namespace)}/serviceaccounts/sticky`],
  ['Endpoints object', `${core(namespace)}/endpoints/sticky`],
  ['EndpointSlice', `${slices(namespace)}/sticky`],
  ['scaler', `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers/sticky`],
  ['binding to cluster-admin', `${bindings(namespace)}/sticky`],
];

/** One of each kind that a playbook writes, in a namespace. */
const staged = (namespace: string) =>
  [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'loot' }, stringData: { a: 'very-secret' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: 'b' } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'agent' } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'x' }, ports: [{ port: 80 }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'by-hand', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.0.0.9'] }],
    },
    { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'by-hand' } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 1, selector, template } },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'data' },
      spec: { replicas: 1, serviceName: 'data', selector, template },
    },
    { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent' }, spec: { selector, template } },
    { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'once' }, spec: jobSpec },
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'often' },
      spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: jobSpec } },
    },
    {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'old' },
      spec: { replicas: 1, selector: { app: 'x' }, template },
    },
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web' },
      spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      ...POD('shell'),
      metadata: { name: 'shell', labels: { app: 'shell' }, finalizers: ['a.example/b'] },
    },
    { apiVersion: 'v1', kind: 'Pod', ...POD('bare'), metadata: { name: 'bare' } },
    // On no node: the simulated kubelets take finalizers off what is deleted.
    {
      apiVersion: 'v1',
      kind: 'Pod',
      ...POD('kept', { nodeSelector: { hall: 'none' } }),
      metadata: { name: 'kept', finalizers: ['a.example/b'] },
    },
    { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'theirs' }, spec: { hard: { pods: '50' } } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'allow', finalizers: ['a.example/b'] },
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'web' },
      spec: {
        ingressClassName: 'alb',
        defaultBackend: { service: { name: 'web', port: { number: 80 } } },
      },
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'wide' },
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'narrow' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', ...binding('own', [user('mallory')], 'edit') },
    ...sticky.map((object) =>
      object.kind === 'RoleBinding'
        ? { ...object, subjects: [{ kind: 'ServiceAccount', name: 'agent', namespace }] }
        : object,
    ),
  ].map((object) => ({ ...object, metadata: { ...object.metadata, namespace } }));

let side: ClusterSide;
/** UID of `pen`, whose Services and workloads are contained by it. */
let pen: string;
beforeAll(async () => {
  side = await startClusterSide();
  await side.kubectl(['apply', '-f', '-'], CLUSTER_POLICY_KIND);
  await side.kubectl(['wait', '--for=condition=Established', `crd/${CLUSTER_POLICY_KIND.metadata.name}`]);
  for (const namespace of ['pen', 'pen-2', 'loose', 'free', 'amazon-guardduty']) {
    await side.make(namespace);
    await side.kubectl(['create', '-f', '-'], { apiVersion: 'v1', kind: 'List', items: staged(namespace) });
  }
  for (const [name, rules] of Object.entries({
    'custom-wide': [{ apiGroups: ['example.com'], resources: ['*'], verbs: ['get'] }],
    'custom-grants': [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['escalate'] }],
  }))
    await side.done(post(`${RBAC}/clusterroles`, { metadata: { name }, rules }));
  for (const namespace of ['pen', 'pen-2', 'loose']) await side.quarantine(namespace);
  pen = await side.uid('pen');
}, BRING_UP_MS);
afterAll(() => side?.close());

/**
 * What is asked, and the policy that refuses it; `rbac` where the identity has no such right. Where several refuse, the
 * answer names one of them.
 */
type Case = [what: string, request: () => KubeRequest, ...by: string[]];

const refuses = (who: () => Credentials, cases: Case[]) =>
  test.each(cases.map(([what, request, ...by]) => ({ what, request, by })))('$what', async ({ request, by }) => {
    const { code, text } = await side.ask(who(), request());
    const policy = /ValidatingAdmissionPolicy 'namespace-sentinel-([a-z-]+)'/.exec(text)?.[1];
    expect([code, policy ?? 'rbac', code === 403 ? '' : text]).toEqual([
      403,
      expect.stringMatching(`^(${by.join('|')})$`),
      '',
    ]);
  });

const allows = (who: () => Credentials, cases: [what: string, request: () => KubeRequest][]) =>
  test.each(cases)('%s', async (_, request) => {
    const { code, text } = await side.ask(who(), request());
    expect([code, code < 300 ? '' : text]).toEqual([code < 300 ? code : 200, '']);
  });

const rulesOf = (file: string): Rule[] =>
  parseAllDocuments(readFileSync(`cluster/${file}`, 'utf8'))
    .map((document) => document.toJS())
    .filter(({ kind }) => kind === 'ClusterRole')
    .flatMap(({ rules }) => rules);

describe.each([
  {
    name: 'contain',
    files: ['roles/snapshot.yaml', 'roles/contain.yaml'],
    more: ['view', 'namespace-sentinel:contain-mark'],
  },
  { name: 'probe', files: ['roles/probe.yaml'], more: ['namespace-sentinel:probe-attempts'] },
  {
    name: 'release',
    files: ['roles/snapshot.yaml', 'roles/release.yaml'],
    more: ['view', 'namespace-sentinel:release-grants'],
  },
] as const)('$name', ({ name, files, more }) => {
  test('has the rights that are written down, and no others: tried, one by one', async () => {
    const live = async (role: string) =>
      (await side.done({ path: `${RBAC}/clusterroles/${role}` })).json?.rules as Rule[];
    const rules = [...files.flatMap(rulesOf), ...(await Promise.all(more.map(live))).flat()];
    const granted = new Set([...rightsOf(rules), ...EVERYBODY]);
    const attempts = await everyAttempt((request) => side.ask(side.cluster.admin, request), 'free');
    expect(attempts.length).toBeGreaterThan(700);
    const { wrong } = await compare(attempts, granted, (request) => side.ask(side[name], request));
    expect(wrong).toEqual([]);
  });

  test.each<[string, KubeRequest]>([
    ['get a Secret', { path: `${core('pen')}/secrets/loot` }],
    ['list Secrets', { path: `${core('pen')}/secrets` }],
    ['list Secrets of all namespaces', { path: '/api/v1/secrets' }],
    ['watch Secrets', { path: '/api/v1/secrets?watch=1&timeoutSeconds=1' }],
    [
      'list the metadata of Secrets',
      {
        path: '/api/v1/secrets',
        headers: { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' },
      },
    ],
    ['reach kubelets', { path: '/api/v1/nodes/ip-10-0-1-11.ec2.internal/proxy/pods' }],
    [
      'impersonate',
      { path: '/api/v1/secrets', headers: { 'impersonate-user': 'admin', 'impersonate-group': 'system:masters' } },
    ],
    [
      'get a token',
      dry(
        post(`${core('pen')}/serviceaccounts/agent/token`, {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: {},
        }),
      ),
    ],
    ['run commands', { method: 'POST', path: `${core('free')}/pods/shell/exec?command=id&stdout=1` }],
    ['delete a namespace', remove(core('pen'))],
    [
      'delete a policy',
      remove('/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/namespace-sentinel-freeze'),
    ],
    [
      'take a policy out of force',
      remove('/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/namespace-sentinel-freeze'),
    ],
    [
      'bind cluster-wide',
      post(`${RBAC}/clusterrolebindings`, binding('mine', [group('namespace-sentinel:contain')], 'view')),
    ],
    ['change a role', merge(`${RBAC}/clusterroles/namespace-sentinel:contain`, { rules: [] })],
  ])('may not %s', async (_, request) => {
    const { code, text } = await side.ask(side[name], request);
    expect([code, text.includes('very-secret')]).toEqual([403, false]);
  });
});

describe('a stolen contain cannot', () => {
  const label = (namespace: string, value: string) =>
    merge(core(namespace), { metadata: { labels: { [QUARANTINE]: value } } });
  let free: string;
  beforeAll(async () => {
    free = await side.uid('free');
    expect((await side.ask(side.contain, post(bindings('pen'), MARK))).code).toBe(201);
    // Contain may do everything there: that is not a mark.
    await side.make('anarchy');
    await side.done(post(bindings('anarchy'), binding('all', [group('namespace-sentinel:contain')], 'cluster-admin')));
    for (const [name, subjects] of Object.entries({
      innocent: [account('free')],
      mixed: [account('pen'), account('free')],
      'mixed-groups': [group('system:serviceaccounts:pen'), group('system:serviceaccounts:free')],
      'two-pens': [account('pen'), account('pen-2')],
      'with-user': [account('pen'), user('alice')],
      everybody: [group('system:serviceaccounts')],
      empty: [],
      platform: [account('kube-system', 'default')],
      guarded: [account('amazon-guardduty')],
      nowhere: [account('nowhere')],
      unmarked: [account('pen-2')],
      lookalike: [user('system:serviceaccounts:pen')],
      'first-of-it': [group('system:serviceaccounts:pen'), group('developers')],
      anarchy: [account('anarchy')],
    })) {
      await side.done(post(`${RBAC}/clusterrolebindings`, binding(name, subjects)));
      await side.done(post(bindings('free'), binding(name, subjects)));
    }
    await side.done(post(bindings('kube-system'), binding('of-pen', [account('pen')])));
    await side.done(post(CLUSTER_POLICIES, clusterPolicy('theirs', {}, {})));
  });

  refuses(
    () => side.contain,
    [
      ['label the platform', () => label('kube-system', 'x'), 'guard-contain', 'quarantine-label'],
      ['label a protected namespace', () => label('amazon-guardduty', 'x'), 'guard-contain', 'quarantine-label'],
      ['label with another value', () => label('free', 'x'), 'guard-contain', 'quarantine-label'],
      [
        'lift the label',
        () => merge(core('pen'), { metadata: { labels: { [QUARANTINE]: null } } }),
        'guard-contain',
        'quarantine-label',
      ],
      ['change the label', () => label('pen', 'x'), 'guard-contain', 'quarantine-label'],
      [
        'open Pod Security',
        () => merge(core('pen'), { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } }),
        'guard-contain',
      ],
      [
        'change Pod Security of a namespace without the label',
        () => merge(core('free'), { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } }),
        'guard-contain',
      ],
      [
        'add another label beside ours',
        () => merge(core('free'), { metadata: { labels: { [QUARANTINE]: free, team: 'x' } } }),
        'guard-contain',
      ],
      ['annotate otherwise', () => merge(core('pen'), { metadata: { annotations: { a: 'b' } } }), 'guard-contain'],
      ['add a finalizer', () => merge(core('pen'), { metadata: { finalizers: ['a.example/b'] } }), 'guard-contain'],
      [
        'say that a namespace is being released',
        () => merge(core('pen'), { metadata: { labels: { [RELEASING]: 'x' } } }),
        'quarantine-label',
      ],
      ['delete a pod elsewhere', () => remove(`${core('free')}/pods/bare`), 'guard-contain'],
      ['delete an account elsewhere', () => remove(`${core('free')}/serviceaccounts/agent`), 'guard-contain'],
      [
        'delete an account of the platform',
        () => remove(`${core('kube-system')}/serviceaccounts/default`),
        'guard-contain',
      ],
      ['try that', () => dry(remove(`${core('kube-system')}/serviceaccounts/default`)), 'guard-contain'],
      [
        'cut off another namespace',
        () => post(`${network('free')}/networkpolicies`, { metadata: { name: 'x', labels: OURS }, spec: DENY_ALL }),
        'guard-contain',
      ],
      ['scale elsewhere', () => merge(`${apps('free')}/deployments/web`, { spec: { replicas: 0 } }), 'guard-contain'],
      ['unbind the platform', () => remove(`${bindings('kube-system')}/of-pen`), 'guard-contain'],
      ...[
        'innocent',
        'mixed',
        'mixed-groups',
        'two-pens',
        'with-user',
        'everybody',
        'empty',
        'platform',
        'guarded',
        'nowhere',
        'unmarked',
        'lookalike',
        'first-of-it',
        'anarchy',
      ].flatMap((name): Case[] => [
        [
          `delete the ClusterRoleBinding "${name}"`,
          () => remove(`${RBAC}/clusterrolebindings/${name}`),
          'guard-contain',
        ],
        [`delete the RoleBinding "${name}" elsewhere`, () => remove(`${bindings('free')}/${name}`), 'guard-contain'],
      ]),
      ['delete cluster-admin', () => remove(`${RBAC}/clusterrolebindings/cluster-admin`), 'guard-contain'],
      ['mark another namespace', () => post(bindings('free'), MARK), 'guard-contain'],
      ['mark the cluster', () => post(`${RBAC}/clusterrolebindings`, MARK), 'rbac'],
      [
        'mark it for release',
        () => post(bindings('pen'), { ...MARK, subjects: [group('namespace-sentinel:release')] }),
        'guard-contain',
      ],
      [
        'open the network',
        () =>
          post(`${network('pen')}/networkpolicies`, {
            metadata: { name: 'x' },
            spec: { podSelector: {}, ingress: [{}] },
          }),
        'guard-edits',
      ],
      [
        'open half of it',
        () =>
          post(`${network('pen')}/networkpolicies`, {
            metadata: { name: 'x' },
            spec: { podSelector: {}, policyTypes: ['Ingress'] },
          }),
        'guard-edits',
      ],
      [
        'let more through',
        () => merge(`${network('pen')}/networkpolicies/allow`, { spec: { egress: [{}] } }),
        'guard-edits',
      ],
      ['take away their quota', () => remove(`${core('pen')}/resourcequotas/theirs`), 'guard-contain', 'guard-edits'],
      ['take away a network policy', () => remove(`${network('pen')}/networkpolicies/allow`), 'guard-contain'],
      ['try that', () => dry(remove(`${network('pen')}/networkpolicies/allow`)), 'guard-contain'],
      [
        'scale by the subresource',
        () => merge(`${apps('pen')}/deployments/web/scale`, { spec: { replicas: 0 } }),
        'rbac',
      ],
      [
        'let a living pod go',
        () => merge(`${core('pen')}/pods/shell`, { metadata: { finalizers: null } }),
        'guard-edits',
      ],
      ['deny under a name of its own', () => post(CLUSTER_POLICIES, clusterPolicy('x')), 'guard-contain'],
      [
        'run another image',
        () => ({
          ...merge(`${core('pen')}/pods/bare`, { spec: { containers: [{ name: 'main', image: 'evil' }] } }),
          headers: { 'content-type': 'application/strategic-merge-patch+json' },
        }),
        'guard-edits',
      ],
      ...stickyPaths('pen').flatMap(([kind, path]): Case[] => [
        [
          `hold a ${kind}`,
          () => merge(path, { metadata: { finalizers: ['a.example/b', 'a.example/c'] } }),
          'guard-edits',
        ],
        // Of a binding, RBAC refuses it before: its role is wider than contain's own rights.
        [`label a ${kind}`, () => merge(path, { metadata: { labels: { a: 'b' } } }), 'guard-edits', 'rbac'],
      ]),
      ...stickyPaths('free').map(
        ([kind, path]): Case => [
          `take the finalizer from a ${kind} elsewhere`,
          () => merge(path, { metadata: { finalizers: null } }),
          'guard-contain',
          'guard-edits',
        ],
      ),
      [
        'serve from elsewhere',
        () => merge(`${slices('pen')}/sticky`, { endpoints: [{ addresses: ['10.0.0.9'] }] }),
        'guard-edits',
      ],
      [
        'give an account an IAM role',
        () =>
          merge(`${core('pen')}/serviceaccounts/sticky`, {
            metadata: { annotations: { 'eks.amazonaws.com/role-arn': 'x' } },
          }),
        'guard-edits',
      ],
      ['hide a pod', () => merge(`${core('pen')}/pods/bare`, { metadata: { labels: { app: 'y' } } }), 'guard-edits'],
      [
        'keep a pod',
        () => merge(`${core('pen')}/pods/bare`, { metadata: { finalizers: ['a.example/b'] } }),
        'guard-edits',
      ],
      [
        'wait in a Deployment',
        () =>
          merge(`${apps('pen')}/deployments/web`, {
            spec: { template: { spec: { containers: [{ name: 'main', image: 'evil' }] } } },
          }),
        'guard-edits',
      ],
      [
        'wait in a DaemonSet',
        () => merge(`${apps('pen')}/daemonsets/agent`, { spec: { template: { spec: { hostPID: true } } } }),
        'guard-edits',
      ],
      [
        'wait in a CronJob',
        () => merge(`${batch('pen')}/cronjobs/often`, { spec: { schedule: '* * * * *' } }),
        'guard-edits',
      ],
      [
        'take over an address',
        () => merge(`${core('pen')}/services/web`, { spec: { externalIPs: ['10.0.0.1'] } }),
        'guard-edits',
      ],
      [
        'make a load balancer',
        () =>
          merge(`${core('pen')}/services/web`, { metadata: { annotations: { 'service.beta.kubernetes.io/x': 'y' } } }),
        'guard-edits',
      ],
      [
        'take over a host',
        () => merge(`${network('pen')}/ingresses/web`, { spec: { rules: [{ host: 'bank.example' }] } }),
        'guard-edits',
      ],
      [
        'cut off the cluster',
        () => post(CLUSTER_POLICIES, clusterPolicy('x', { subject: { namespaces: {} } })),
        'guard-contain',
      ],
      [
        'cut off a namespace by name',
        () =>
          post(
            CLUSTER_POLICIES,
            clusterPolicy('x', { subject: { namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'free' } } } }),
          ),
        'guard-contain',
      ],
      [
        'cut off pods elsewhere',
        () =>
          post(CLUSTER_POLICIES, clusterPolicy('x', { subject: { pods: { namespaceSelector: {}, podSelector: {} } } })),
        'guard-contain',
      ],
      [
        'open the cluster',
        () => post(CLUSTER_POLICIES, clusterPolicy('x', { egress: [{ action: 'Accept' }] })),
        'guard-contain',
      ],
      ['delete the policy of others', () => remove(`${CLUSTER_POLICIES}/theirs`), 'guard-contain'],
      ['create a pod', () => dry(post(`${core('pen')}/pods`, POD('x'))), 'rbac'],
      [
        'bind a role',
        () => dry(post(bindings('pen'), binding('x', [group('namespace-sentinel:contain')], 'cluster-admin'))),
        'guard-contain',
        'rbac',
      ],
    ],
  );
});

describe('a stolen probe cannot', () => {
  refuses(
    () => side.probe,
    [
      ['create a pod', () => post(`${core('free')}/pods`, POD('x')), 'guard-probe'],
      ['create a pod in quarantine', () => post(`${core('pen')}/pods`, POD('x')), 'freeze', 'guard-probe'],
      ['create a pod on the platform', () => post(`${core('kube-system')}/pods`, POD('x')), 'guard-probe'],
      ['try a pod elsewhere', () => dry(post(`${core('free')}/pods`, POD('x'))), 'guard-probe'],
      ['run commands', () => ({ method: 'POST', path: `${core('free')}/pods/shell/exec?command=id` }), 'guard-probe'],
      [
        'run commands where a probe would be',
        () => ({ method: 'POST', path: `${core('free')}/pods/namespace-sentinel-probe-1/exec?command=id` }),
        'guard-probe',
      ],
      ['delete a pod', () => remove(`${core('pen')}/pods/bare`), 'rbac'],
      ['label a namespace', () => merge(core('free'), { metadata: { labels: { a: 'b' } } }), 'rbac'],
      ['read a ConfigMap', () => ({ path: `${core('pen')}/configmaps/settings` }), 'rbac'],
    ],
  );
});

describe('the probe is refused by the freeze itself', () => {
  refuses(
    () => side.probe,
    [
      ['a pod as a dry run', () => dry(post(`${core('pen')}/pods`, POD('x'))), 'freeze'],
      [
        'a command',
        () => ({ method: 'POST', path: `${core('pen')}/pods/namespace-sentinel-probe-1/exec?command=id` }),
        'freeze',
      ],
    ],
  );

  test('and not where the freeze is missing', async () => {
    const names = 'validatingadmissionpolicybinding/namespace-sentinel-freeze';
    await side.kubectl(['delete', names]);
    const tried = dry(post(`${core('pen')}/pods`, POD('x')));
    // The quota would refuse too: here there is none of ours yet.
    await side.cluster.processes.until(async () => (await side.ask(side.probe, tried)).code === 201, {
      what: 'the freeze is out of force',
    });
    const command = (name: string): KubeRequest => ({
      method: 'POST',
      path: `${core('pen')}/pods/${name}/exec?command=id`,
    });
    expect((await side.ask(side.probe, command('namespace-sentinel-probe-1'))).code).toBe(404);
    expect((await side.ask(side.probe, command('bare'))).text).toContain(refusedBy('guard-probe'));
    expect((await side.ask(side.probe, post(`${core('pen')}/pods`, POD('x')))).text).toContain(
      refusedBy('guard-probe'),
    );
    await side.kubectl(['apply', '-k', 'cluster/']);
    await side.untilRefused(side.probe, tried, 'freeze');
  });
});

describe('contain can', () => {
  beforeAll(async () => {
    const ours = {
      'wholly-pen': [account('pen'), group('system:serviceaccounts:pen')],
    };
    for (const [name, subjects] of Object.entries(ours)) {
      await side.done(post(`${RBAC}/clusterrolebindings`, binding(name, subjects)));
      await side.done(post(bindings('free'), binding(name, subjects)));
    }
    await side.done(post(`${RBAC}/clusterrolebindings`, binding('pen-admin', [account('pen')], 'cluster-admin')));
  });
  test('plan all steps as dry runs, before there is a label', async () => {
    const uid = await side.uid('free');
    for (const request of [
      merge(core('free'), { metadata: { uid, labels: { [QUARANTINE]: uid } } }),
      post(`${core('free')}/resourcequotas`, { metadata: { name: 'x', labels: OURS }, spec: { hard: { pods: '0' } } }),
      post(`${network('free')}/networkpolicies`, { metadata: { name: 'x', labels: OURS }, spec: DENY_ALL }),
      merge(`${network('free')}/networkpolicies/allow`, CLOSED),
      remove(`${core('free')}/serviceaccounts/agent`),
      remove(`${bindings('free')}/own`),
      remove(`${RBAC}/clusterrolebindings/innocent`),
      merge(`${core('free')}/services/web`, { spec: { selector: { [IMPOSSIBLE_KEY]: uid } } }),
      merge(`${apps('free')}/deployments/web`, { spec: { replicas: 0 } }),
      remove(`${core('free')}/pods/bare`),
      post(CLUSTER_POLICIES, clusterPolicy('x')),
    ]) {
      const { code, text } = await side.ask(side.contain, dry(request));
      expect([request.path, code < 300 || text]).toEqual([request.path, true]);
    }
  });

  allows(
    () => side.contain,
    [
      [
        'mark the namespace, and tighten Pod Security',
        () =>
          merge(core('pen'), {
            metadata: {
              labels: {
                'pod-security.kubernetes.io/enforce': 'restricted',
                'pod-security.kubernetes.io/enforce-version': 'latest',
              },
            },
          }),
      ],
      [
        'set a quota of zero',
        () =>
          post(`${core('pen')}/resourcequotas`, {
            metadata: { name: 'q-1', labels: OURS },
            spec: { hard: { 'count/secrets': '0' } },
          }),
      ],
      [
        'put it in force',
        () =>
          merge(`${core('pen')}/resourcequotas/q-1/status`, {
            status: { hard: { 'count/secrets': '0' }, used: { 'count/secrets': '1' } },
          }),
      ],
      [
        'deny all',
        () => post(`${network('pen')}/networkpolicies`, { metadata: { name: 'deny-1', labels: OURS }, spec: DENY_ALL }),
      ],
      ['close a policy', () => merge(`${network('pen')}/networkpolicies/allow`, CLOSED)],
      ['deny above the policies', () => post(CLUSTER_POLICIES, clusterPolicy('namespace-sentinel-uid'))],
      [
        'mute a Service',
        () =>
          merge(`${core('pen')}/services/web`, {
            spec: { selector: { [IMPOSSIBLE_KEY]: pen } },
          }),
      ],
      ['delete addresses that somebody wrote', () => remove(`${slices('pen')}/by-hand`)],
      ['in the old form too', () => remove(`${core('pen')}/endpoints/by-hand`)],
      [
        'take away an Ingress',
        () =>
          merge(`${network('pen')}/ingresses/web`, {
            spec: { ingressClassName: `quarantined-${pen}` },
          }),
      ],
      ['unbind inside', () => remove(`${bindings('pen')}/own`)],
      ['delete an account', () => remove(`${core('pen')}/serviceaccounts/agent`)],
      ['unbind cluster-admin', () => remove(`${RBAC}/clusterrolebindings/pen-admin`)],
      ['unbind what is wholly its own', () => remove(`${RBAC}/clusterrolebindings/wholly-pen`)],
      ['in other namespaces too', () => remove(`${bindings('free')}/wholly-pen`)],
      ['read what is there', () => ({ path: `${core('pen')}/configmaps` })],
      ['list events', () => ({ path: `${core('pen')}/events` })],
      [
        'ask what an account may do',
        () =>
          post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
            apiVersion: 'authorization.k8s.io/v1',
            kind: 'SubjectAccessReview',
            spec: { user: 'system:serviceaccount:pen:agent', resourceAttributes: { verb: 'get', resource: 'pods' } },
          }),
      ],
      ['delete what scales', () => remove(`${scalers('pen')}/web`)],
      ['scale a Deployment', () => merge(`${apps('pen')}/deployments/web`, { spec: { replicas: 0 } })],
      [
        'keep volumes as it scales',
        () =>
          merge(`${apps('pen')}/statefulsets/data`, {
            spec: {
              replicas: 0,
              persistentVolumeClaimRetentionPolicy: { whenScaled: 'Retain', whenDeleted: 'Retain' },
            },
          }),
      ],
      [
        'send a DaemonSet nowhere',
        () =>
          merge(`${apps('pen')}/daemonsets/agent`, {
            spec: { template: { spec: { nodeSelector: { [IMPOSSIBLE_KEY]: pen } } } },
          }),
      ],
      ['suspend a Job', () => merge(`${batch('pen')}/jobs/once`, { spec: { suspend: true } })],
      ['suspend a CronJob', () => merge(`${batch('pen')}/cronjobs/often`, { spec: { suspend: true } })],
      [
        'scale a ReplicationController',
        () => merge(`${core('pen')}/replicationcontrollers/old`, { spec: { replicas: 0 } }),
      ],
      ...stickyPaths('pen').flatMap(([kind, path]): [string, () => KubeRequest][] => [
        [`delete a ${kind} with a finalizer`, () => remove(path)],
        [`take the finalizer from a ${kind}`, () => merge(path, { metadata: { finalizers: null } })],
      ]),
      ['delete a pod with a finalizer', () => remove(`${core('pen')}/pods/kept`)],
      ['take the finalizer from a pod', () => merge(`${core('pen')}/pods/kept`, { metadata: { finalizers: null } })],
      ['delete a pod', () => remove(`${core('pen')}/pods/bare`)],
    ],
  );

  test('read logs', async () => {
    // No kubelet answers here; RBAC and the policies let it through.
    const { code, text } = await side.ask(side.contain, { path: `${core('pen')}/pods/shell/log` });
    expect([code === 403, text.includes('ValidatingAdmissionPolicy')]).toEqual([false, false]);
  });
});

describe('release', () => {
  const lift = (namespace: string, uid: string) =>
    merge(core(namespace), { metadata: { uid, labels: { [QUARANTINE]: null, [RELEASING]: uid } } });
  const deny = { metadata: { name: 'deny-1', labels: OURS }, spec: DENY_ALL };

  beforeAll(async () => {
    await side.ask(side.contain, post(`${network('loose')}/networkpolicies`, deny));
    await side.ask(
      side.contain,
      post(`${core('loose')}/resourcequotas`, {
        metadata: { name: 'q-1', labels: OURS },
        spec: { hard: { 'count/leases.coordination.k8s.io': '0' } },
      }),
    );
    await side.done(post(CLUSTER_POLICIES, clusterPolicy('loose-1')));
    const mark = { ...MARK, metadata: { ...MARK.metadata, labels: OURS } };
    expect((await side.ask(side.contain, post(bindings('loose'), mark))).code).toBe(201);
  });

  describe('when stolen, cannot, before it lifts the label', () => {
    refuses(
      () => side.release,
      [
        [
          'restore',
          () => post(`${core('loose')}/serviceaccounts`, { metadata: { name: 'x' } }),
          'freeze',
          'guard-release',
        ],
        [
          'say that any namespace is being released',
          () => merge(core('free'), { metadata: { labels: { [RELEASING]: 'x' } } }),
          'guard-release',
          'quarantine-label',
        ],
        [
          'set the label',
          () => merge(core('free'), { metadata: { labels: { [QUARANTINE]: 'x' } } }),
          'guard-release',
          'quarantine-label',
        ],
        [
          'change the label',
          () => merge(core('loose'), { metadata: { labels: { [QUARANTINE]: 'x' } } }),
          'quarantine-label',
        ],
        [
          'mark the release and keep the label',
          () => merge(core('loose'), { metadata: { labels: { [RELEASING]: 'x' } } }),
          'quarantine-label',
        ],
        [
          'lift the label and mark another UID',
          () => merge(core('loose'), { metadata: { labels: { [QUARANTINE]: null, [RELEASING]: 'x' } } }),
          'quarantine-label',
        ],
        [
          'lift the label and change others',
          () => merge(core('loose'), { metadata: { labels: { [QUARANTINE]: null, a: 'b' } } }),
          'guard-release',
        ],
      ],
    );
  });

  test('lifts the label, and is then let in', async () => {
    const answer = await side.ask(side.release, lift('loose', await side.uid('loose')));
    expect(answer.code).toBe(200);
    const tried = dry(post(`${core('loose')}/serviceaccounts`, { metadata: { name: 'x' } }));
    // The API server's own view of the namespace follows within milliseconds.
    await side.cluster.processes.until(async () => (await side.ask(side.release, tried)).code === 201, {
      what: 'release is let in',
    });
  });

  describe('when stolen, cannot', () => {
    refuses(
      () => side.release,
      [
        [
          'write elsewhere',
          () => post(`${core('free')}/serviceaccounts`, { metadata: { name: 'x' } }),
          'guard-release',
        ],
        [
          'write on the platform',
          () => post(`${core('kube-system')}/serviceaccounts`, { metadata: { name: 'x' } }),
          'guard-release',
        ],
        ['try that', () => dry(post(`${core('kube-system')}/pods`, POD('x'))), 'guard-release'],
        [
          'write in another quarantined namespace',
          () => post(`${core('pen')}/serviceaccounts`, { metadata: { name: 'x' } }),
          'freeze',
          'guard-release',
        ],
        [
          'patch another namespace',
          () => merge(core('free'), { metadata: { annotations: { 'namespace-sentinel.io/a': 'b' } } }),
          'guard-release',
        ],
        ['add a finalizer', () => merge(core('loose'), { metadata: { finalizers: ['a.example/b'] } }), 'guard-release'],
        ['scale elsewhere', () => merge(`${apps('free')}/deployments/web`, { spec: { replicas: 9 } }), 'guard-release'],
        ['delete their quota', () => remove(`${core('loose')}/resourcequotas/theirs`), 'guard-release', 'guard-edits'],
        ['delete their policy', () => remove(`${network('loose')}/networkpolicies/allow`), 'guard-release'],
        ['delete the policy of the cluster', () => remove(`${CLUSTER_POLICIES}/theirs`), 'guard-release'],
        [
          'start a privileged pod',
          () =>
            post(
              `${core('loose')}/pods`,
              POD('x', { containers: [{ name: 'x', image: 'x', securityContext: { privileged: true } }] }),
            ),
          'guard-release',
        ],
        [
          'start one by its first container',
          () =>
            post(
              `${core('loose')}/pods`,
              POD('x', {
                initContainers: [{ name: 'y', image: 'x', securityContext: { capabilities: { add: ['SYS_ADMIN'] } } }],
              }),
            ),
          'guard-release',
        ],
        [
          'start one with the disk of its node',
          () => post(`${core('loose')}/pods`, POD('x', { volumes: [{ name: 'x', hostPath: { path: '/' } }] })),
          'guard-release',
        ],
        [
          'start one in the network of its node',
          () => post(`${core('loose')}/pods`, POD('x', { hostNetwork: true })),
          'guard-release',
        ],
        [
          'wait in a Deployment',
          () => merge(`${apps('loose')}/deployments/web`, { spec: { template: { spec: { hostPID: true } } } }),
          'guard-edits',
        ],
        [
          'bind cluster-admin',
          () => post(bindings('loose'), restored('x', [account('loose')], 'cluster-admin')),
          'guard-release',
          'guard-clusterroles',
        ],
        [
          'bind a role of the system',
          () => post(bindings('loose'), restored('x', [account('loose')], 'system:node')),
          'guard-release',
        ],
        [
          'bind one of ours',
          () => post(bindings('loose'), restored('x', [account('loose')], 'namespace-sentinel:contain')),
          'guard-release',
        ],
        [
          'bind a wildcard',
          () => post(bindings('loose'), restored('x', [account('loose')], 'custom-wide')),
          'guard-clusterroles',
        ],
        [
          'bind what grants',
          () => post(bindings('loose'), restored('x', [account('loose')], 'custom-grants')),
          'guard-clusterroles',
        ],
        [
          'bind a wildcard of the namespace',
          () => post(bindings('loose'), restored('x', [account('loose')], 'wide', 'Role')),
          'guard-roles',
        ],
        ['bind for itself', () => post(bindings('loose'), restored('x', [user('stolen-release')])), 'guard-release'],
        [
          'bind for its group',
          () => post(bindings('loose'), restored('x', [group('namespace-sentinel:release')])),
          'guard-release',
        ],
        [
          'bind for another of ours',
          () => post(bindings('loose'), restored('x', [group('namespace-sentinel:probe')])),
          'guard-release',
        ],
        [
          'bind for everybody',
          () => post(bindings('loose'), restored('x', [group('system:authenticated')])),
          'guard-release',
        ],
        [
          'bind for nobody in particular',
          () => post(bindings('loose'), restored('x', [group('system:unauthenticated')])),
          'guard-release',
        ],
        ['bind for nodes', () => post(bindings('loose'), restored('x', [user('system:node:a')])), 'guard-release'],
        ['bind elsewhere for others', () => post(bindings('free'), restored('x', [account('free')])), 'guard-release'],
        [
          'bind elsewhere for both',
          () => post(bindings('free'), restored('x', [account('loose'), account('free')])),
          'guard-release',
        ],
        ['bind elsewhere for people', () => post(bindings('free'), restored('x', [user('a')])), 'guard-release'],
        [
          'bind elsewhere for a quarantined namespace',
          () => post(bindings('free'), restored('x', [account('pen')])),
          'guard-release',
        ],
        [
          'bind elsewhere for the platform',
          () => post(bindings('free'), restored('x', [account('kube-system')])),
          'guard-release',
        ],
        [
          'bind elsewhere for what it releases',
          () => post(bindings('free'), restored('x', [account('loose')])),
          'guard-release',
        ],
        [
          'bind without the mark of what it restores',
          () => post(bindings('loose'), binding('x', [account('loose')])),
          'guard-release',
        ],
        ['take away a binding of others', () => remove(`${bindings('loose')}/own`), 'guard-release'],
        [
          'bind edit elsewhere',
          () => post(bindings('free'), restored('x', [account('loose')], 'edit')),
          'guard-release',
        ],
        [
          'bind on the platform',
          () => post(bindings('kube-system'), restored('x', [account('loose')])),
          'guard-release',
        ],
        ['bind cluster-wide', () => post(`${RBAC}/clusterrolebindings`, restored('x', [account('loose')])), 'rbac'],
        ['create a Secret', () => dry(post(`${core('loose')}/secrets`, { metadata: { name: 'x' } })), 'rbac'],
      ],
    );
  });

  describe('can', () => {
    allows(
      () => side.release,
      [
        ['restore an account', () => post(`${core('loose')}/serviceaccounts`, { metadata: { name: 'restored' } })],
        [
          'restore a network policy',
          () => merge(`${network('loose')}/networkpolicies/allow`, { spec: { egress: [{}] } }),
        ],
        [
          'restore a binding',
          () => post(bindings('loose'), restored('restored', [account('loose'), account('loose', 'other')], 'edit')),
        ],
        [
          'restore a binding to a role of the namespace',
          () => post(bindings('loose'), restored('restored-2', [account('loose')], 'narrow', 'Role')),
        ],
        ['restore a selector', () => merge(`${core('loose')}/services/web`, { spec: { selector: { app: 'x' } } })],
        [
          'restore addresses',
          () =>
            post(slices('loose'), {
              metadata: { name: 'restored' },
              addressType: 'IPv4',
              endpoints: [{ addresses: ['10.0.0.9'] }],
            }),
        ],
        [
          'restore an Ingress',
          () => merge(`${network('loose')}/ingresses/web`, { spec: { ingressClassName: 'nginx' } }),
        ],
        ['restore replicas', () => merge(`${apps('loose')}/deployments/web`, { spec: { replicas: 2 } })],
        [
          'restore a node selector',
          () =>
            merge(`${apps('loose')}/daemonsets/agent`, { spec: { template: { spec: { nodeSelector: { a: 'b' } } } } }),
        ],
        ['resume a CronJob', () => merge(`${batch('loose')}/cronjobs/often`, { spec: { suspend: false } })],
        [
          'restore what scales',
          () =>
            post(scalers('loose'), {
              metadata: { name: 'restored' },
              spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'other' } },
            }),
        ],
        ['restore a pod', () => post(`${core('loose')}/pods`, POD('restored'))],
        ['remove the mark of the quarantine', () => remove(`${bindings('loose')}/mark`)],
        ['remove our quota', () => remove(`${core('loose')}/resourcequotas/q-1`)],
        ['remove our policy', () => remove(`${network('loose')}/networkpolicies/deny-1`)],
        ['remove our policy of the cluster', () => remove(`${CLUSTER_POLICIES}/loose-1`)],
        [
          'restore Pod Security and remove its marks',
          () =>
            merge(core('loose'), {
              metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'baseline', [RELEASING]: null } },
            }),
        ],
      ],
    );

    test('nothing more, when the mark is gone', async () => {
      const tried = dry(post(`${core('loose')}/configmaps`, { metadata: { name: 'x' } }));
      expect((await side.ask(side.release, tried)).code).toBe(403);
      await side.untilRefused(
        side.release,
        post(`${core('loose')}/serviceaccounts`, { metadata: { name: 'x' } }),
        'guard-release',
      );
    });
  });
});

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
