/** What a thief of the containing identity tries in a quarantined namespace, beyond what its steps write. */
import { merge, OURS, post, QUARANTINE, RELEASING, remove } from '../cluster-side.ts';
import {
  apps,
  batch,
  bindings,
  CLUSTER_POLICIES,
  clusterPolicy,
  core,
  DENY_ALL,
  group,
  MARK,
  network,
} from '../identities/objects.ts';
import { type Attack, all, apply, deletion, json, NO_KUBELET, type Try, type Uids } from './attack.ts';
import { containValues } from './contain-values.ts';

const PEN = 'pen';
const HELD = { finalizers: ['held.example/x'] };

/** An owner that is gone makes the garbage collector delete what it owns. */
const ORPHANED = {
  ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '00000000-0000-4000-8000-000000000000' }],
};
const ours = (more: object = {}) => ({ generateName: 'mine-', labels: OURS, ...more });
const mark = (metadata: object) => ({ ...MARK, metadata });
const service = `${core(PEN)}/services/web`;
const deployment = `${apps(PEN)}/deployments/web`;
const statefulSet = `${apps(PEN)}/statefulsets/data`;
const daemonSet = `${apps(PEN)}/daemonsets/agent`;
const cronJob = `${batch(PEN)}/cronjobs`;
const ingress = `${network(PEN)}/ingresses/web`;
const policy = `${network(PEN)}/networkpolicies/allow`;
const pod = `${core(PEN)}/pods/bare`;

const destroying = (): Try[] => [
  {
    what: 'make a StatefulSet delete its volumes, by a JSON patch',
    request: json(statefulSet, [
      { op: 'replace', path: '/spec/persistentVolumeClaimRetentionPolicy/whenScaled', value: 'Delete' },
    ]),
  },
  {
    what: 'make a StatefulSet delete its volumes, by apply',
    request: apply(statefulSet, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'data' },
      spec: { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Delete' } },
    }),
  },
  ...[deployment, service, ingress, pod, statefulSet, policy].map((path) => ({
    what: `give a gone owner to ${path.split('/').slice(-2).join('/')}`,
    request: merge(path, { metadata: ORPHANED }),
  })),
  { what: 'delete a Deployment and leave its pods', request: deletion(deployment, { propagationPolicy: 'Orphan' }) },
  { what: 'delete a Service in the foreground', request: deletion(service, { propagationPolicy: 'Foreground' }) },
  {
    what: 'delete a network policy by its UID',
    request: deletion(policy, { preconditions: {}, gracePeriodSeconds: 0 }),
  },
  { what: 'delete all pods of a namespace at once', request: remove(`${core(PEN)}/pods`) },
  { what: 'delete all accounts of a namespace at once', request: remove(`${core(PEN)}/serviceaccounts`) },
  { what: 'delete all network policies of a namespace at once', request: remove(`${network(PEN)}/networkpolicies`) },
  {
    what: 'evict a pod',
    request: post(`${pod}/eviction`, {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: 'bare' },
      deleteOptions: { preconditions: {} },
    }),
  },
  {
    what: 'have finished Jobs cleared away',
    request: merge(`${batch(PEN)}/jobs/once`, { spec: { ttlSecondsAfterFinished: 0 } }),
  },
  {
    what: 'have the history of a CronJob cleared away',
    request: merge(`${cronJob}/often`, { spec: { successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 0 } }),
  },
  { what: 'have old ReplicaSets cleared away', request: merge(deployment, { spec: { revisionHistoryLimit: 0 } }) },
  { what: 'end a pod by a deadline', request: merge(pod, { spec: { activeDeadlineSeconds: 1 } }) },
];

const holding = (): Try[] => [
  ...[deployment, service, ingress, policy, `${batch(PEN)}/jobs/once`, daemonSet].map((path) => ({
    what: `hold ${path.split('/').slice(-2).join('/')} by a finalizer`,
    request: merge(path, { metadata: HELD }),
  })),
  {
    what: 'make a deny-all policy that nobody can delete',
    request: post(`${network(PEN)}/networkpolicies`, { metadata: ours(HELD), spec: DENY_ALL }),
  },
  {
    what: 'make a quota that nobody can delete',
    request: post(`${core(PEN)}/resourcequotas`, { metadata: ours(HELD), spec: { hard: { pods: '0' } } }),
  },
  { what: 'make a mark of the quarantine that nobody can delete', request: post(bindings(PEN), mark(ours(HELD))) },
  {
    what: 'make a mark of the quarantine that release leaves',
    request: post(bindings(PEN), mark({ generateName: 'mine-' })),
  },
  {
    what: 'make a policy above the namespaces that nobody can delete',
    request: post(CLUSTER_POLICIES, {
      ...clusterPolicy('namespace-sentinel-uid'),
      metadata: { name: 'namespace-sentinel-uid', labels: OURS, ...HELD },
    }),
  },
  {
    what: 'make a policy that goes with a gone owner',
    request: post(`${network(PEN)}/networkpolicies`, { metadata: ours(ORPHANED), spec: DENY_ALL }),
  },
  {
    what: 'make a policy without our label',
    request: post(`${network(PEN)}/networkpolicies`, { metadata: { generateName: 'mine-' }, spec: DENY_ALL }),
  },
  {
    what: 'let traffic through under a generated name',
    request: post(`${network(PEN)}/networkpolicies`, {
      metadata: { generateName: 'namespace-sentinel-', labels: OURS },
      spec: { podSelector: {}, ingress: [{}] },
    }),
  },
  {
    what: 'deny pods of others, too, above the namespaces',
    request: post(
      CLUSTER_POLICIES,
      clusterPolicy('namespace-sentinel-uid', {
        subject: {
          namespaces: { matchLabels: { [QUARANTINE]: 'uid' } },
          pods: { namespaceSelector: {}, podSelector: {} },
        },
      }),
    ),
  },
  {
    what: 'mark for somebody else beside itself',
    request: post(bindings(PEN), { ...mark(ours()), subjects: [group('namespace-sentinel:contain'), group('x')] }),
  },
  {
    what: 'write itself into a binding',
    request: json(`${bindings(PEN)}/own`, [{ op: 'replace', path: '/subjects/0/name', value: 'stolen-contain' }]),
  },
  {
    what: 'bind what it may do itself, for anybody',
    request: post(bindings(PEN), { ...MARK, metadata: { name: 'mine' }, roleRef: { ...MARK.roleRef, name: 'view' } }),
  },
];

const faking = (): Try[] => [
  ...['deployments/web/status', 'statefulsets/data/status'].map((path) => ({
    what: `write ${path}`,
    request: merge(`${apps(PEN)}/${path}`, { status: { replicas: 0 } }),
  })),
  { what: 'write the status of a pod', request: merge(`${pod}/status`, { status: { phase: 'Succeeded' } }) },
  {
    what: 'write the status of the quota of others',
    request: merge(`${core(PEN)}/resourcequotas/theirs/status`, { status: { hard: { pods: '0' } } }),
  },
  {
    what: 'write the status of the namespace',
    request: merge(`${core(PEN)}/status`, { status: { phase: 'Terminating' } }),
  },
  {
    what: 'finalize the namespace',
    request: {
      method: 'PUT',
      path: `${core(PEN)}/finalize`,
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: PEN } },
    },
  },
  {
    what: 'say with the label that it is released',
    request: merge(core(PEN), { metadata: { labels: { [RELEASING]: 'x', [QUARANTINE]: null } } }),
  },
  {
    what: 'choose the nodes of a namespace by an annotation',
    request: merge(core(PEN), { metadata: { annotations: { 'scheduler.alpha.kubernetes.io/node-selector': 'a=b' } } }),
  },
  {
    what: 'set an old version of Pod Security',
    request: merge(core(PEN), { metadata: { labels: { 'pod-security.kubernetes.io/enforce-version': 'v1.0' } } }),
  },
  {
    what: 'select fewer pods with a policy',
    request: merge(`${network(PEN)}/networkpolicies/deny-1`, {
      spec: { podSelector: { matchLabels: { app: 'none' } } },
    }),
  },
  {
    what: 'close a policy for one direction only',
    request: merge(`${network(PEN)}/networkpolicies/deny-1`, { spec: { policyTypes: ['Ingress'] } }),
  },
];

const open = (uids: Uids): Try[] => [
  {
    what: 'quarantine any namespace that is not protected',
    request: merge(core('free-2'), { metadata: { labels: { [QUARANTINE]: uids['free-2'] } } }),
  },
  {
    what: 'delete a pod of a quarantined namespace at once, without its grace period',
    request: deletion(`${core(PEN)}/pods/quick`, { gracePeriodSeconds: 0 }),
  },
  {
    what: 'take from an object who wrote it last (`managedFields`); the audit log keeps it',
    request: merge(deployment, { metadata: { managedFields: [{}] } }),
  },
  {
    what: 'read what containers of any namespace write',
    request: { path: `${core('free')}/pods/shell/log` },
    answer: NO_KUBELET,
  },
  { what: 'watch what it may read', request: { path: '/api/v1/configmaps?watch=1&timeoutSeconds=1' } },
  {
    what: 'ask what anybody may do',
    request: post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user: 'alice', resourceAttributes: { verb: 'get', resource: 'pods' } },
    }),
  },
];

/** @param uids of the namespaces in which they are made */
export const containAttacks = (uids: Uids): Attack[] => [
  ...all([...containValues(), ...destroying(), ...holding(), ...faking()], 'refused'),
  ...all(open(uids), 'open'),
];
