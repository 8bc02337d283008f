/** A namespace as isolation and removal leave it, and what changes it there. */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { type Kind, MemoryCluster } from '../../../functions/clients/local/memory-cluster.ts';
import type { ContainClients } from '../../../functions/contain/framework/step.ts';
import type { ProofVerdict } from '../../../functions/contract/containment.ts';
import { KubernetesError } from '../../../functions/contract/errors.ts';
import { IMPOSSIBLE_KEY, OWNED_LABELS } from '../../../functions/kubernetes/quarantine.ts';
import { inside, NOW, quarantined, Stage, UID } from '../stage.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
export const ADMISSION = 'admissionregistration.k8s.io/v1';
/** A network plugin with rules of its own. */
export const CILIUM: Kind = ['cilium.io/v2', 'CiliumNetworkPolicy', 'ciliumnetworkpolicies'];
export const NODE = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } };
const READY = { conditions: [{ type: 'Ready', status: 'True' }] };

/** As the API server words it: seen on a real one. */
export const forbidden = (text: string) => new KubernetesError(403, 'Forbidden', `pods "x" is forbidden: ${text}`);
export const refusedBy = (policy: string) =>
  forbidden(`ValidatingAdmissionPolicy '${policy}' with binding '${policy}' denied request: no`);
export const FREEZE = refusedBy('namespace-sentinel-freeze');
export const ACCOUNT = forbidden('error looking up service account evil/default: serviceaccount "default" not found');
export const RIGHTS = forbidden('User "probe" cannot create resource "pods" in API group ""');

interface ShippedPolicy {
  spec: { failurePolicy?: string; variables?: { name: string; expression: string }[] };
}

/** The objects of one of the manifests that users apply. */
const shipped = (file: string): object[] =>
  parseAllDocuments(readFileSync(`cluster/policies/${file}.yaml`, 'utf8')).flatMap((document) => document.toJS() ?? []);

/** Everything as isolation and removal leave it. */
export class Contained extends Stage {
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
    await this.finished('disableNamespace', NOW - 2 * 3_600_000);
    this.auditLines = [later(-1)];
    return this;
  }
}

export const agent = (args: string[] = ['--enable-network-policy=true'], where = 'kube-system') => ({
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

/** An event of the audit log, so many seconds after {@link NOW}. */
export const later = (seconds: number, event: object = {}, logStream = 'kube-apiserver-audit-a') => ({
  at: NOW + seconds * 1_000,
  logStream,
  message: JSON.stringify({ kind: 'Event', auditID: 'later', stage: 'ResponseComplete', verb: 'get', ...event }),
});

/** How the audit log tells that somebody went into a pod of the target: the beginning alone. */
export const session = (seconds: number, more: object = {}) =>
  later(seconds, {
    auditID: 'in-a-pod',
    stage: 'ResponseStarted',
    requestURI: '/api/v1/namespaces/evil/pods/running/exec?command=sh',
    verb: 'create',
    user: { username: 'mallory' },
    objectRef: { resource: 'pods', namespace: 'evil', name: 'running', subresource: 'exec' },
    responseStatus: { code: 101 },
    requestReceivedTimestamp: new Date(NOW + seconds * 1_000).toISOString(),
    ...more,
  });

export const binding = (name: string, subjects: object[], role = 'reader') => ({
  apiVersion: RBAC,
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { kind: 'ClusterRole', name: role },
  subjects,
});
export const MIXED = [
  { kind: 'ServiceAccount', name: 'miner', namespace: 'evil' },
  { kind: 'User', name: 'alice' },
];
export const pods = '/api/v1/namespaces/evil/pods';
export const withPod =
  (spec: object, metadata: object = {}) =>
  (on: Contained) =>
    on.add(inside('v1', 'Pod', 'other', { spec: { nodeName: 'node-1', ...spec } }, metadata));

/** A case: what is changed, and what the proof then says. */
export type Row = [id: string, when: string, change: (on: Contained) => unknown, verdict: ProofVerdict, how: RegExp];

/** Gives somebody a right everywhere. */
export function admin(
  verb: string,
  group: string,
  resource: string,
  subjects: object[] = [{ kind: 'User', name: 'alice' }],
) {
  const rules = [{ verbs: [verb], apiGroups: [group], resources: [resource] }];
  return [
    { apiVersion: RBAC, kind: 'ClusterRole', metadata: { name: 'strong' }, rules },
    binding('strong', subjects, 'strong'),
  ];
}
