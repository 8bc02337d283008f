/** What a thief of the releasing identity tries in a namespace that is being released, and in those that are not. */
import { dry, merge, OURS, POD, post, QUARANTINE, RELEASING, remove } from '../cluster-side.ts';
import {
  account,
  apps,
  bindings,
  CLUSTER_POLICIES,
  core,
  network,
  restored,
  scalers,
  slices,
  user,
} from '../identities/objects.ts';
import { type Attack, all, apply, json, NO_KUBELET, type Try, type Uids } from './attack.ts';
import { releaseValues } from './release-values.ts';

const LOOSE = 'loose';
const deployment = `${apps(LOOSE)}/deployments/web`;
const service = `${core(LOOSE)}/services/web`;
const pods = `${core(LOOSE)}/pods`;

const elsewhere = ({ pen }: Uids): Try[] => [
  {
    what: 'delete our policy above a namespace that is still quarantined',
    request: remove(`${CLUSTER_POLICIES}/namespace-sentinel-${pen}`),
  },
  {
    what: 'delete our deny-all of a quarantined namespace',
    request: remove(`${network('pen')}/networkpolicies/deny-1`),
  },
  { what: 'delete our quota of a quarantined namespace', request: remove(`${core('pen')}/resourcequotas/q-1`) },
  { what: 'take the mark from a quarantined namespace', request: remove(`${bindings('pen')}/mark`) },
  {
    what: 'open a policy of a quarantined namespace',
    request: merge(`${network('pen')}/networkpolicies/allow`, { spec: { egress: [{}] } }),
  },
  { what: 'start a pod in a quarantined namespace, by a dry run', request: dry(post(`${core('pen')}/pods`, POD('x'))) },
  {
    what: 'let traffic to a Service of an ordinary namespace',
    request: post(slices('free'), {
      metadata: { generateName: 'mine-', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.9.9.9'] }],
    }),
  },
  {
    what: 'scale what is in an ordinary namespace, by an autoscaler',
    request: post(scalers('free'), {
      metadata: { name: 'mine' },
      spec: { maxReplicas: 99, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'data' } },
    }),
  },
  {
    what: 'scale a protected namespace down',
    request: merge(`${apps('amazon-guardduty')}/daemonsets/agent`, {
      spec: { template: { spec: { nodeSelector: { a: 'b' } } } },
    }),
  },
  {
    what: 'call an ordinary namespace one that is being released',
    request: merge(core('free'), { metadata: { labels: { [RELEASING]: 'x', [QUARANTINE]: null } } }),
  },
  {
    what: 'loosen Pod Security of an ordinary namespace',
    request: merge(core('free'), { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } }),
  },
  { what: 'quarantine again', request: merge(core(LOOSE), { metadata: { labels: { [QUARANTINE]: 'x' } } }) },
];

const granting = (): Try[] => [
  ...['reaches-all', 'scales-all', 'groups-all', 'escalates'].map((role) => ({
    what: `bind the ClusterRole ${role}`,
    request: post(bindings(LOOSE), restored('mine', [account(LOOSE)], role)),
  })),
  {
    what: 'bind under a generated name, for a person',
    request: post(bindings(LOOSE), {
      ...restored('', [user('mallory')]),
      metadata: { generateName: 'mine-', labels: { 'namespace-sentinel.io/restored': '' } },
    }),
  },
  {
    what: 'apply a binding that is there, by force',
    request: apply(`${bindings(LOOSE)}/own`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      ...restored('own', [account(LOOSE)], 'edit'),
    }),
  },
  {
    what: 'write an account into a binding',
    request: json(`${bindings(LOOSE)}/own`, [{ op: 'replace', path: '/subjects/0/name', value: 'stolen-release' }]),
  },
  {
    what: 'bind by the mark of a quarantine',
    request: post(bindings(LOOSE), restored('mine', [account(LOOSE)], 'namespace-sentinel:quarantined')),
  },
  {
    what: 'delete a binding of others by calling it ours',
    request: merge(`${bindings(LOOSE)}/own`, { metadata: { labels: OURS } }),
  },
  {
    what: 'change an account',
    request: merge(`${core(LOOSE)}/serviceaccounts/agent`, {
      metadata: { annotations: { 'eks.amazonaws.com/role-arn': 'x' } },
    }),
  },
  {
    what: 'get a token',
    request: post(`${core(LOOSE)}/serviceaccounts/agent/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { audiences: ['sts.amazonaws.com'] },
    }),
  },
];

const open = ({ loose }: Uids): Try[] => [
  {
    what: 'lift any quarantine, whatever the snapshot says',
    request: merge(core('pen-2'), { metadata: { labels: { [QUARANTINE]: null } } }),
  },
  {
    what: 'start a pod of its own that Pod Security allows at baseline, with any account of the namespace and its Secrets',
    request: post(
      pods,
      POD('mine-6', {
        serviceAccountName: 'agent',
        containers: [{ name: 'x', image: 'evil', envFrom: [{ secretRef: { name: 'loot' } }] }],
      }),
    ),
  },
  {
    what: 'choose the node of that pod by a label, as far as the scheduler lets it',
    request: post(pods, POD('mine-7', { nodeSelector: { 'kubernetes.io/hostname': 'none' } })),
  },
  {
    what: 'give accounts of the namespace a role without wildcards, `admin` among them',
    request: post(bindings(LOOSE), restored('mine', [account(LOOSE)], 'admin')),
  },
  {
    what: 'make an account with the annotation of an IAM role that trusts that account',
    request: post(`${core(LOOSE)}/serviceaccounts`, {
      metadata: { name: 'mine', annotations: { 'eks.amazonaws.com/role-arn': 'x' } },
    }),
  },
  {
    what: 'lead a Service of the namespace elsewhere',
    request: merge(service, { spec: { selector: { app: 'other' } } }),
  },
  {
    what: 'send a Service of the namespace to addresses elsewhere',
    request: post(slices(LOOSE), {
      metadata: { generateName: 'mine-', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.9.9.9'] }],
    }),
  },
  {
    what: 'let traffic into the namespace and out of it',
    request: merge(`${network(LOOSE)}/networkpolicies/allow`, { spec: { egress: [{}] } }),
  },
  {
    what: 'give an Ingress to another controller',
    request: merge(`${network(LOOSE)}/ingresses/web`, { spec: { ingressClassName: 'nginx' } }),
  },
  { what: 'scale what is in the namespace', request: merge(deployment, { spec: { replicas: 9 } }) },
  {
    what: 'let an autoscaler scale it',
    request: post(scalers(LOOSE), {
      metadata: { name: 'mine' },
      spec: { maxReplicas: 99, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'data' } },
    }),
  },
  {
    what: 'set the Pod Security level of the namespace',
    request: merge(core(LOOSE), {
      metadata: { labels: { [RELEASING]: loose, 'pod-security.kubernetes.io/enforce': 'privileged' } },
    }),
  },
  {
    what: 'make something with a finalizer, which somebody then has to take off',
    request: post(`${core(LOOSE)}/serviceaccounts`, { metadata: { name: 'held', finalizers: ['a.example/b'] } }),
  },
  {
    what: 'read what containers of any namespace write',
    request: { path: `${core('free')}/pods/shell/log` },
    answer: NO_KUBELET,
  },
];

/** @param uids of the namespaces in which they are made */
export const releaseAttacks = (uids: Uids): Attack[] => [
  ...all([...releaseValues(), ...elsewhere(uids), ...granting()], 'refused'),
  ...all(open(uids), 'open'),
];
