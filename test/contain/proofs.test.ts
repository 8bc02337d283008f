import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import type { ContainClients } from '../../functions/contain/framework/step.ts';
import { verify } from '../../functions/contain/framework/verify.ts';
import { ISOLATION as ISOLATED } from '../../functions/contain/proofs/index.ts';
import { verifyIsolation } from '../../functions/contain/steps/verify-isolation.ts';
import { verifyRemoval } from '../../functions/contain/steps/verify-removal.ts';
import type { Proof, ProofVerdict } from '../../functions/contract/containment.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';
import { IMPOSSIBLE_KEY, OWNED_LABELS, QUARANTINE_LABEL } from '../../functions/kubernetes/quarantine.ts';
import { MemoryCluster } from './memory-cluster.ts';
import { inside, NOW, namespace, quarantined, Stage, UID } from './stage.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const ADMISSION = 'admissionregistration.k8s.io/v1';
const NODE = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } };
const READY = { conditions: [{ type: 'Ready', status: 'True' }] };

/** As the API server words it: seen on a real one. */
const forbidden = (text: string) => new KubernetesError(403, 'Forbidden', `pods "x" is forbidden: ${text}`);
const refusedBy = (policy: string) =>
  forbidden(`ValidatingAdmissionPolicy '${policy}' with binding '${policy}' denied request: no`);
const FREEZE = refusedBy('namespace-sentinel-freeze');
const ACCOUNT = forbidden('error looking up service account evil/default: serviceaccount "default" not found');
const RIGHTS = forbidden('User "probe" cannot create resource "pods" in API group ""');

interface ShippedPolicy {
  spec: { failurePolicy?: string; variables?: { name: string; expression: string }[] };
}

/** The objects of one of the manifests that users apply. */
const shipped = (file: string): object[] =>
  parseAllDocuments(readFileSync(`cluster/policies/${file}.yaml`, 'utf8')).flatMap((document) => document.toJS() ?? []);

/** Everything as isolation and removal leave it. */
class Contained extends Stage {
  /** What answers a pod, a pod without an account, and a command; undefined lets the pod be made. */
  answers: { pod?: Error | undefined; mirror?: Error | undefined; exec: Error } = { pod: FREEZE, exec: FREEZE };

  constructor(more: Partial<ContainClients> = {}, extra: ConstructorParameters<typeof MemoryCluster>[1] = []) {
    super(new MemoryCluster([], extra), more);
    if (!more.podIdentity) delete this.clients.podIdentity;
    const { create } = this.cluster;
    this.cluster.create = async (path, object, signal, options) => {
      const isMirror = JSON.stringify(object).includes('config.mirror');
      if (path.includes('/exec?') && !options?.dryRun) throw this.answers.exec;
      const error = isMirror ? this.answers.mirror : this.answers.pod;
      if (error) throw error;
      return create.call(this.cluster, path, object, signal, options);
    };
    this.add(
      quarantined(),
      NODE,
      inside('v1', 'ResourceQuota', 'zero', {
        spec: { hard: { pods: '0', secrets: '0' } },
        status: { hard: { pods: '0', secrets: '0' } },
      }),
      inside(
        'networking.k8s.io/v1',
        'NetworkPolicy',
        'deny',
        { spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } },
        { labels: OWNED_LABELS },
      ),
      inside('v1', 'Service', 'web', { spec: { selector: { app: 'web', [IMPOSSIBLE_KEY]: UID } } }),
      inside('discovery.k8s.io/v1', 'EndpointSlice', 'web-1', { endpoints: [] }),
      inside('v1', 'ServiceAccount', 'default', {}, { uid: 'new-default' }),
      inside(
        'v1',
        'Pod',
        'running',
        { spec: { nodeName: 'node-1' } },
        { ownerReferences: [{ kind: 'ReplicaSet', name: 'r', uid: 'r', apiVersion: 'apps/v1', controller: true }] },
      ),
      inside('apps/v1', 'Deployment', 'web', { spec: { replicas: 0 } }),
      inside('v1', 'PersistentVolumeClaim', 'data'),
      agent(),
      ...shipped('freeze'),
      ...shipped('quarantine-label'),
      {
        apiVersion: RBAC,
        kind: 'ClusterRole',
        metadata: { name: 'reader' },
        rules: [{ verbs: ['get'], apiGroups: [''], resources: ['configmaps'] }],
      },
    );
  }

  /** Changes the policy that freezes, as whoever may write policies can. */
  change(resource: string, change: (policy: ShippedPolicy) => void): void {
    const policy = this.cluster.at(`/apis/${ADMISSION}/${resource}/namespace-sentinel-freeze`);
    change(policy as unknown as ShippedPolicy);
    this.add(policy ?? {});
  }

  add(...objects: object[]): void {
    for (const object of objects) this.cluster.add(object);
  }

  /** Takes the object at the end of the path away, whoever keeps it. */
  async drop(path: string): Promise<void> {
    await this.cluster.remove(path, new AbortController().signal);
  }

  async prepared(): Promise<this> {
    await this.snapshot(
      [
        inside('v1', 'ServiceAccount', 'default'),
        inside('v1', 'ServiceAccount', 'miner'),
        inside('v1', 'PersistentVolumeClaim', 'data'),
      ],
      [binding('was', [{ kind: 'ServiceAccount', name: 'default', namespace: 'evil' }])],
    );
    await this.finished('cutIdentity', NOW - 2 * 3_600_000);
    return this;
  }
}

const agent = (args: string[] = ['--enable-network-policy=true'], where = 'kube-system') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'aws-node-1',
    namespace: where,
    labels: { 'k8s-app': 'aws-node' },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'aws-node', uid: 'd', controller: true }],
  },
  spec: { nodeName: 'node-1', containers: [{ name: 'aws-eks-nodeagent', args }] },
  status: READY,
});

const binding = (name: string, subjects: object[], role = 'reader') => ({
  apiVersion: RBAC,
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { kind: 'ClusterRole', name: role },
  subjects,
});
const MIXED = [
  { kind: 'ServiceAccount', name: 'miner', namespace: 'evil' },
  { kind: 'User', name: 'alice' },
];
const pods = '/api/v1/namespaces/evil/pods';
const withPod =
  (spec: object, metadata: object = {}) =>
  (on: Contained) =>
    on.add(inside('v1', 'Pod', 'other', { spec: { nodeName: 'node-1', ...spec } }, metadata));

type Row = [id: string, when: string, change: (on: Contained) => unknown, verdict: ProofVerdict, how: RegExp];

const ISOLATION: Row[] = [
  ['target-unchanged', 'isolated', () => 0, 'proven', /the label has it/],
  ['target-unchanged', 'the label is gone', (on) => on.add(namespace({})), 'not-proven', /label is missing/],
  [
    'target-unchanged',
    'the label is another',
    (on) => on.add(namespace({ [QUARANTINE_LABEL]: 'x' })),
    'not-proven',
    /not the UID/,
  ],
  [
    'target-unchanged',
    'it was made again',
    (on) => on.add({ ...namespace(), metadata: { name: 'evil', uid: 'x' } }),
    'not-proven',
    /another namespace/,
  ],
  ['target-unchanged', 'it is gone', (on) => on.drop('/api/v1/namespaces/evil'), 'not-proven', /is gone/],

  ['pods-refused', 'frozen', () => 0, 'proven', /freeze policy refused it: 403/],
  [
    'pods-refused',
    'the quota refuses',
    (on) => (on.answers.pod = forbidden('exceeded quota: zero, requested: pods=1')),
    'proven',
    /quota refused/,
  ],
  [
    'pods-refused',
    'the account is gone',
    (on) => (on.answers = { pod: ACCOUNT, mirror: FREEZE, exec: FREEZE }),
    'proven',
    /without an account/,
  ],
  [
    'pods-refused',
    'only the account stops it',
    (on) => (on.answers = { pod: ACCOUNT, exec: FREEZE }),
    'not-proven',
    /would have been created/,
  ],
  ['pods-refused', 'nothing refuses', (on) => (on.answers.pod = undefined), 'not-proven', /would have been created/],
  [
    'pods-refused',
    'Pod Security refuses',
    (on) => (on.answers.pod = forbidden('violates PodSecurity "restricted:latest"')),
    'not-proven',
    /not by what freezes/,
  ],
  ['pods-refused', 'the probe has no rights', (on) => (on.answers.pod = RIGHTS), 'not-proven', /itself may not/],
  [
    'pods-refused',
    'the guard refuses',
    (on) => (on.answers.pod = refusedBy('namespace-sentinel-guard-probe')),
    'not-proven',
    /itself may not/,
  ],
  [
    'pods-refused',
    'a policy of an attacker refuses',
    (on) => (on.answers.pod = refusedBy('no-namespace-sentinel-freeze')),
    'not-proven',
    /not by what freezes/,
  ],
  [
    'pods-refused',
    'a policy of an attacker says that it is ours',
    (on) =>
      (on.answers.pod = forbidden(`ValidatingAdmissionPolicy 'x' with binding 'x' denied request: ${FREEZE.message}`)),
    'not-proven',
    /not by what freezes/,
  ],
  [
    'pods-refused',
    'a webhook of an attacker says that it is the freeze',
    (on) =>
      (on.answers.pod = new KubernetesError(
        403,
        'Forbidden',
        `admission webhook "x" denied the request: ${FREEZE.message}`,
      )),
    'not-proven',
    /not by what freezes/,
  ],
  [
    'pods-refused',
    'a webhook fails',
    (on) => (on.answers.pod = new KubernetesError(500, 'InternalError', 'webhook')),
    'not-proven',
    /500 webhook/,
  ],

  ['exec-refused', 'frozen', () => 0, 'proven', /before the pod was looked for/],
  [
    'exec-refused',
    'the pod is looked for',
    (on) => (on.answers.exec = new KubernetesError(404, 'NotFound', 'pods "x" not found')),
    'not-proven',
    /404/,
  ],
  ['exec-refused', 'the probe has no rights', (on) => (on.answers.exec = RIGHTS), 'not-proven', /itself may not/],

  ['freeze-policy-in-force', 'as shipped', () => 0, 'proven', /namespace-sentinel-freeze/],
  [
    'freeze-policy-in-force',
    'changed',
    (on) => on.change('validatingadmissionpolicies', ({ spec }) => (spec.failurePolicy = 'Ignore')),
    'not-proven',
    /namespace-sentinel-freeze: the policy differs/,
  ],
  [
    'freeze-policy-in-force',
    'the policy is gone',
    (on) => on.drop(`/apis/${ADMISSION}/validatingadmissionpolicies/namespace-sentinel-freeze`),
    'not-proven',
    /namespace-sentinel-freeze: the policy is missing/,
  ],
  [
    'freeze-policy-in-force',
    'the binding is gone',
    (on) => on.drop(`/apis/${ADMISSION}/validatingadmissionpolicybindings/namespace-sentinel-freeze`),
    'not-proven',
    /namespace-sentinel-freeze: its binding is missing/,
  ],
  [
    'freeze-policy-in-force',
    'an exemption of this cluster, which is told',
    (on) =>
      on.change('validatingadmissionpolicies', ({ spec }) => {
        for (const variable of spec.variables ?? [])
          if (variable.name === 'exempt')
            variable.expression = "[{'who': 'system:serviceaccount:a:b', 'group': '', 'resource': 'pods'}]";
      }),
    'proven',
    /exempt is .*system:serviceaccount:a:b/,
  ],

  [
    'freeze-policy-in-force',
    'an exemption was added since the namespace was quarantined',
    (on) =>
      on.finished('disableNamespace', NOW, { settings: { 'namespace-sentinel-freeze': { exempt: "[{'who': 'x'}]" } } }),
    'not-proven',
    /its list "exempt" was changed since/,
  ],

  ['quota-in-force', 'in force', () => 0, 'proven', /2 kinds at zero/],
  [
    'quota-in-force',
    'deleted',
    (on) => on.drop('/api/v1/namespaces/evil/resourcequotas/zero'),
    'not-proven',
    /none of 0/,
  ],
  [
    'quota-in-force',
    'without a status',
    (on) => on.add(inside('v1', 'ResourceQuota', 'zero', { spec: { hard: { pods: '0' } } })),
    'not-proven',
    /not in its status/,
  ],
  [
    'quota-in-force',
    'raised',
    (on) =>
      on.add(inside('v1', 'ResourceQuota', 'zero', { spec: { hard: { pods: '9' } }, status: { hard: { pods: '9' } } })),
    'not-proven',
    /none of 1/,
  ],
  [
    'quota-in-force',
    'not of pods',
    (on) =>
      on.add(
        inside('v1', 'ResourceQuota', 'zero', { spec: { hard: { secrets: '0' } }, status: { hard: { secrets: '0' } } }),
      ),
    'not-proven',
    /none of 1/,
  ],
  [
    'quota-in-force',
    'of some pods only',
    (on) =>
      on.add(
        inside('v1', 'ResourceQuota', 'zero', {
          spec: { hard: { pods: '0' }, scopes: ['BestEffort'] },
          status: { hard: { pods: '0' } },
        }),
      ),
    'not-proven',
    /none of 1/,
  ],

  ['deny-all-in-force', 'in force', () => 0, 'proven', /deny \(UID uid-of-NetworkPolicy-deny\)/],
  [
    'deny-all-in-force',
    'deleted',
    (on) => on.drop('/apis/networking.k8s.io/v1/namespaces/evil/networkpolicies/deny'),
    'not-proven',
    /none of 0/,
  ],
  [
    'deny-all-in-force',
    'another allows',
    (on) =>
      on.add(inside('networking.k8s.io/v1', 'NetworkPolicy', 'allow', { spec: { podSelector: {}, ingress: [{}] } })),
    'not-proven',
    /allowed by allow/,
  ],
  [
    'deny-all-in-force',
    'one way only',
    (on) =>
      on.add(
        inside(
          'networking.k8s.io/v1',
          'NetworkPolicy',
          'deny',
          { spec: { podSelector: {}, policyTypes: ['Ingress'] } },
          { labels: OWNED_LABELS },
        ),
      ),
    'not-proven',
    /none of 1/,
  ],

  ['no-other-network-rules', 'no such kind', () => 0, 'not-applicable', /serves no kind/],

  ['policy-enforcer-present', 'the agent enforces', () => 0, 'proven', /no packet was sent.*VPC CNI/],
  ['policy-enforcer-present', 'the agent is off', (on) => on.add(agent([])), 'not-proven', /not enabled/],
  [
    'policy-enforcer-present',
    'the agent is somebody else',
    async (on) => {
      await on.drop('/api/v1/namespaces/kube-system/pods/aws-node-1');
      on.add(agent(undefined, 'attacker'));
    },
    'not-proven',
    /no agent/,
  ],
  [
    'policy-enforcer-present',
    'the agent is not ready',
    (on) => on.add({ ...agent(), status: {} }),
    'not-proven',
    /no agent/,
  ],
  [
    'policy-enforcer-present',
    'a pod in the host network',
    withPod({ hostNetwork: true }),
    'not-proven',
    /network of its node/,
  ],
  ['policy-enforcer-present', 'a pod without an owner', withPod({}), 'not-proven', /no owner/],
  [
    'policy-enforcer-present',
    'Fargate',
    (on) => on.add({ ...NODE, metadata: { name: 'node-1', labels: { 'eks.amazonaws.com/compute-type': 'fargate' } } }),
    'not-proven',
    /Fargate/,
  ],
  [
    'policy-enforcer-present',
    'Windows',
    (on) => on.add({ ...NODE, metadata: { name: 'node-1', labels: { 'kubernetes.io/os': 'windows' } } }),
    'not-proven',
    /Windows/,
  ],
  [
    'policy-enforcer-present',
    'Auto Mode',
    (on) => on.add({ ...NODE, metadata: { name: 'node-1', labels: { 'eks.amazonaws.com/compute-type': 'auto' } } }),
    'not-proven',
    /Auto Mode/,
  ],
  ['policy-enforcer-present', 'nothing runs', (on) => on.drop(`${pods}/running`), 'not-applicable', /on a node/],

  ['services-empty', 'emptied', () => 0, 'proven', /1 Services, 1 EndpointSlices/],
  [
    'services-empty',
    'a slice by hand',
    (on) =>
      on.add(inside('discovery.k8s.io/v1', 'EndpointSlice', 'by-hand', { endpoints: [{ addresses: ['10.0.0.1'] }] })),
    'not-proven',
    /EndpointSlice by-hand/,
  ],
  [
    'services-empty',
    'an alias, which has no addresses',
    (on) => on.add(inside('v1', 'Service', 'alias', { spec: { type: 'ExternalName', externalName: 'c2.example' } })),
    'not-proven',
    /not led away: Service alias/,
  ],
  [
    'services-empty',
    'Endpoints by hand',
    (on) => on.add(inside('v1', 'Endpoints', 'old', { subsets: [{ addresses: [{ ip: '10.0.0.1' }] }] })),
    'not-proven',
    /Endpoints old/,
  ],

  ['bindings-cut', 'cut', () => 0, 'proven', /none names/],
  [
    'bindings-cut',
    'one names an account that is there',
    (on) => on.add(binding('left', [{ kind: 'ServiceAccount', name: 'default', namespace: 'evil' }])),
    'not-proven',
    /left/,
  ],
  [
    'bindings-cut',
    'one names the group',
    (on) => on.add(binding('left', [{ kind: 'Group', name: 'system:serviceaccounts:evil' }])),
    'not-proven',
    /left/,
  ],
  [
    'bindings-cut',
    'a mixed one names an account that is gone',
    (on) => on.add(binding('mixed', MIXED)),
    'proven',
    /mixed name only accounts that do not exist/,
  ],
  [
    'bindings-cut',
    'a mixed one, and its account is back',
    (on) => on.add(binding('mixed', MIXED), inside('v1', 'ServiceAccount', 'miner')),
    'not-proven',
    /mixed/,
  ],
  [
    'bindings-cut',
    'others have bindings',
    (on) => on.add(binding('fine', [{ kind: 'ServiceAccount', name: 'default', namespace: 'shop' }])),
    'proven',
    /none names/,
  ],

  ['accounts-powerless', 'cut', () => 0, 'proven', /31 times/],
  [
    'accounts-powerless',
    'everybody was given what it had',
    (on) => on.add(binding('all', [{ kind: 'Group', name: 'system:authenticated' }])),
    'not-proven',
    /default may get configmaps \(.*"all"/,
  ],
  [
    'accounts-powerless',
    'an authorizer fails',
    (on) => (on.cluster.may = async () => ({ allowed: false, evaluationError: 'webhook' })),
    'not-proven',
    /webhook/,
  ],
  [
    'accounts-powerless',
    'no account',
    (on) => on.drop('/api/v1/namespaces/evil/serviceaccounts/default'),
    'not-applicable',
    /no account/,
  ],

  ['tokens-refused', 'cut', () => 0, 'proven', /2 accounts are gone/],
  [
    'tokens-refused',
    'one is still there',
    (on) => on.add(inside('v1', 'ServiceAccount', 'miner')),
    'not-proven',
    /as they were: miner/,
  ],
  [
    'tokens-refused',
    'a new one',
    (on) => on.add(inside('v1', 'ServiceAccount', 'late', {}, { uid: 'late' })),
    'not-proven',
    /after the snapshot.*late/,
  ],
  ['tokens-refused', 'cut just now', (on) => on.finished('cutIdentity', NOW - 4_000), 'not-proven', /for 4000 ms/],

  ['pod-identity-gone', 'not EKS', () => 0, 'not-applicable', /no EKS/],
  [
    'pod-identity-gone',
    'EKS, but no way to ask',
    (on) => {
      const { read } = on.cluster;
      on.cluster.read = async (path, signal) =>
        path === '/version' ? { metadata: {}, gitVersion: 'v1.33.5-eks-abc' } : read.call(on.cluster, path, signal);
    },
    'not-proven',
    /cannot be asked/,
  ],
  [
    'pod-identity-gone',
    'none',
    (on) => (on.clients.podIdentity = { associations: async () => [], dissociate: async () => true }),
    'proven',
    /there is none/,
  ],
  [
    'pod-identity-gone',
    'one',
    (on) =>
      (on.clients.podIdentity = {
        associations: async () => [{ associationId: 'a-1', serviceAccount: 'miner' }],
        dissociate: async () => true,
      }),
    'not-proven',
    /miner has a-1/,
  ],

  ['irsa-roles', 'none', () => 0, 'not-applicable', /none of its accounts/],
  [
    'irsa-roles',
    'one',
    (on) => {
      on.store.files.clear();
      return on.snapshot([
        inside(
          'v1',
          'ServiceAccount',
          'a',
          {},
          { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/x' } },
        ),
      ]);
    },
    'not-proven',
    /role\/x/,
  ],

  ['nobody-overrides', 'nobody', () => 0, 'proven', /nobody else/],
  [
    'nobody-overrides',
    'somebody impersonates',
    (on) => on.add(...admin('impersonate', '', 'groups')),
    'not-proven',
    /User alice/,
  ],
  [
    'nobody-overrides',
    'somebody deletes policies',
    (on) => on.add(...admin('delete', 'admissionregistration.k8s.io', 'validatingadmissionpolicies')),
    'not-proven',
    /User alice/,
  ],
  [
    'nobody-overrides',
    'the control plane',
    (on) =>
      on.add(
        ...admin('*', '*', '*', [
          { kind: 'Group', name: 'system:masters' },
          { kind: 'ServiceAccount', namespace: 'kube-system', name: 'x' },
        ]),
      ),
    'proven',
    /nobody else/,
  ],

  ['open-watches', 'an hour later', () => 0, 'proven', /an hour has passed/],
  [
    'open-watches',
    'a pod holds a token',
    withPod({ volumes: [{ projected: { sources: [{ serviceAccountToken: {} }] } }] }),
    'not-proven',
    /other hold a token/,
  ],
  ['open-watches', 'cut just now', (on) => on.finished('cutIdentity', NOW - 60_000), 'not-proven', /an hour/],
];

function admin(verb: string, group: string, resource: string, subjects: object[] = [{ kind: 'User', name: 'alice' }]) {
  const rules = [{ verbs: [verb], apiGroups: [group], resources: [resource] }];
  return [
    { apiVersion: RBAC, kind: 'ClusterRole', metadata: { name: 'strong' }, rules },
    binding('strong', subjects, 'strong'),
  ];
}

const REMOVAL: Row[] = [
  ['no-pods', 'something runs', () => 0, 'not-proven', /Pod evil\/running/],
  [
    'no-pods',
    'what ran has ended',
    (on) => on.add(inside('v1', 'Pod', 'running', { status: { phase: 'Failed' } })),
    'proven',
    /Listed twice/,
  ],
  [
    'no-pods',
    'not all could be listed',
    (on) => (on.cluster.list = async () => ({ items: [], complete: false })),
    'not-proven',
    /not all pods could be listed/,
  ],
  ['nothing-can-start', 'stopped', () => 0, 'proven', /1 objects/],
  [
    'nothing-can-start',
    'scaled up',
    (on) => on.add(inside('apps/v1', 'Deployment', 'web', { spec: { replicas: 1 } })),
    'not-proven',
    /Deployment evil\/web/,
  ],
  [
    'nothing-can-start',
    'an autoscaler',
    (on) => on.add(inside('autoscaling/v2', 'HorizontalPodAutoscaler', 'hpa')),
    'not-proven',
    /hpa/,
  ],
  [
    'nothing-can-start',
    'a node fits',
    (on) => on.add({ ...NODE, metadata: { name: 'node-1', labels: { [IMPOSSIBLE_KEY]: UID } } }),
    'not-proven',
    /Node node-1/,
  ],
  ['volumes-kept', 'kept', () => 0, 'proven', /all 1/],
  [
    'volumes-kept',
    'deleted',
    (on) => on.drop('/api/v1/namespaces/evil/persistentvolumeclaims/data'),
    'not-proven',
    /data/,
  ],
  [
    'volumes-kept',
    'there were none',
    (on) => {
      on.store.files.clear();
      return on.snapshot([]);
    },
    'not-applicable',
    /no volume claim/,
  ],
  ['pods-refused', 'still frozen', () => 0, 'proven', /freeze/],
];

test.each([
  ...ISOLATION.map((row) => [...row, verifyIsolation] as const),
  ...REMOVAL.map((row) => [...row, verifyRemoval] as const),
])('%s: %s', async (id, _, change, verdict, how, step) => {
  const on = await new Contained().prepared();
  await change(on);
  await on.run(step);
  const proof = on.record(step.key).proofs.find((each) => each.id === id);
  expect(proof).toMatchObject({ verdict, how: expect.stringMatching(how) });
  expect(on.cluster.writes.filter((write) => write.startsWith('create'))).toEqual([]);
});

test.each([
  ['a rule of Cilium that is there', true, 'not-proven'],
  ['none', false, 'proven'],
])('no-other-network-rules: %s', async (_, present, verdict) => {
  const on = await new Contained({}, [['cilium.io/v2', 'CiliumNetworkPolicy', 'ciliumnetworkpolicies']]).prepared();
  if (present) on.add(inside('cilium.io/v2', 'CiliumNetworkPolicy', 'open', { spec: {} }));
  await on.run(verifyIsolation);
  const proofs: Proof[] = on.record('verifyIsolation').proofs;
  expect(proofs.find(({ id }) => id === 'no-other-network-rules')?.verdict).toBe(verdict);
});

test('only what is decisive is left open, and all of it is told', async () => {
  const on = await new Contained().prepared();
  const whole = await on.run(verifyIsolation);
  expect(whole).toMatchObject({ status: 'done', open: [], actions: 0 });
  expect(whole.proofs).toHaveLength(16);
  on.add(...admin('impersonate', '', 'groups'));
  expect(await on.run(verifyIsolation)).toMatchObject({ status: 'done', open: [] });
  on.answers.pod = undefined;
  const { status, open } = await on.run(verifyIsolation);
  expect({ status, open }).toEqual({ status: 'partly', open: [expect.stringContaining('No pod can be created.')] });
});

test('what cannot be tested is not proven, and says why', async () => {
  const on = new Contained();
  on.cluster.list = async () => {
    throw new KubernetesError(403, 'Forbidden', 'may not list');
  };
  const { proofs = [] } = await on.run(verifyIsolation);
  expect(proofs.filter(({ verdict }) => verdict === 'proven').map(({ id }) => id)).toEqual([
    'target-unchanged',
    'pods-refused',
    'exec-refused',
  ]);
  const told = on.record('verifyIsolation').proofs.map(({ how }) => how);
  expect(told.filter((how) => how.includes('could not be tested: may not list'))).not.toEqual([]);
});

test('a proof that somebody keeps waiting is not proven, and the others are', async () => {
  const on = await new Contained({}, [['cilium.io/v2', 'CiliumNetworkPolicy', 'ciliumnetworkpolicies']]).prepared();
  const list = on.cluster.list.bind(on.cluster);
  on.cluster.list = (path, ...rest) => (path.includes('cilium') ? new Promise(() => undefined) : list(path, ...rest));
  const context = on.context();
  const { proofs = [] } = await verify(ISOLATED, { ...context, settings: { ...context.settings, budgetMs: 400 } });
  expect(proofs.filter(({ decisive, verdict }) => decisive && verdict === 'not-proven').map(({ id }) => id)).toEqual([
    'no-other-network-rules',
  ]);
});
