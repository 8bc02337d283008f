/** A namespace with an object of each kind that the playbooks know, and what leads into it: so that no call is left out. */
import { IMPOSSIBLE_KEY } from '../../functions/kubernetes/quarantine.ts';
import { inside, NAMESPACE, namespace, UID } from './stage.ts';

type Kind = [apiVersion: string, kind: string, resource: string, namespaced?: boolean];
const plural = (kind: string): string => {
  const singular = kind.toLowerCase();
  return singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
};
const of = (apiVersion: string, ...kinds: string[]): Kind[] =>
  kinds.map((kind) => [apiVersion, kind, plural(kind), !/^(Cluster|Global|Admin|Mutating|Cilium\w*wide)/.test(kind)]);

/** Kinds beside the usual ones: of Kubernetes, and of what is installed in clusters of EKS. */
export const KINDS_BESIDE: readonly Kind[] = [
  ...of('v1', 'LimitRange', 'PodTemplate'),
  ...of('apps/v1', 'ControllerRevision'),
  ...of('coordination.k8s.io/v1', 'Lease'),
  ...of('events.k8s.io/v1', 'Event'),
  ...of('resource.k8s.io/v1', 'ResourceClaim', 'ResourceClaimTemplate'),
  ['storage.k8s.io/v1', 'CSIStorageCapacity', 'csistoragecapacities'],
  ['gateway.networking.k8s.io/v1', 'Gateway', 'gateways'],
  ...of('gateway.networking.k8s.io/v1', 'GRPCRoute', 'HTTPRoute', 'ReferenceGrant'),
  ...of('gateway.networking.k8s.io/v1alpha2', 'TCPRoute', 'TLSRoute', 'UDPRoute'),
  ...of('networking.k8s.aws/v1alpha1', 'ApplicationNetworkPolicy', 'ClusterNetworkPolicy'),
  ...of('networking.k8s.aws/v1alpha1', 'PolicyEndpoint', 'ClusterPolicyEndpoint'),
  ...of('elbv2.k8s.aws/v1beta1', 'TargetGroupBinding'),
  ...of('vpcresources.k8s.aws/v1beta1', 'SecurityGroupPolicy'),
  ...of('cilium.io/v2', 'CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy', 'CiliumEndpoint'),
  ...of('crd.projectcalico.org/v1', 'NetworkPolicy', 'GlobalNetworkPolicy'),
  ...of('projectcalico.org/v3', 'NetworkPolicy', 'GlobalNetworkPolicy'),
  ...of('admissionregistration.k8s.io/v1', 'MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding'),
  ...of('policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy'),
  ...of('policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy'),
  ...of('argoproj.io/v1alpha1', 'Application'),
  ...of('kustomize.toolkit.fluxcd.io/v1', 'Kustomization'),
  ...of('helm.toolkit.fluxcd.io/v2', 'HelmRelease'),
];

const RBAC = 'rbac.authorization.k8s.io';
const STUCK = { finalizers: ['evil.example.com/never'] };
/** Of nobody: whether a pod or a Service has it is looked up. */
const ADDRESS = { url: 'https://10.1.2.3/' };
const template = { spec: { containers: [{ name: 'main', image: 'x' }] } };
const account = { kind: 'ServiceAccount', name: 'bot', namespace: NAMESPACE };

const binding = (kind: string, name: string, role: object, metadata: object = {}) => ({
  apiVersion: `${RBAC}/v1`,
  kind,
  metadata: { name, uid: `uid-of-${name}`, ...metadata },
  roleRef: { apiGroup: RBAC, ...role },
  subjects: [account],
});
const role = (kind: string, name: string, metadata: object = {}) => ({
  apiVersion: `${RBAC}/v1`,
  kind,
  metadata: { name, ...metadata },
  rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
});
const VIEW = { kind: 'ClusterRole', name: 'view' };

/** Another namespace under the target's name. */
export const otherNamespace = () => {
  const { metadata, ...rest } = namespace();
  return { ...rest, metadata: { ...metadata, uid: '99999999-2222-4333-8444-555555555555' } };
};

/** The namespace first. */
export const everything = (): object[] => [
  namespace(),
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } },
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node', labels: { 'eks.amazonaws.com/compute-type': 'auto' } } },
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'of-cilium' } },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'cilium-1',
      namespace: 'kube-system',
      labels: { 'k8s-app': 'cilium' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'cilium', uid: 'c', controller: true }],
    },
    spec: { nodeName: 'of-cilium' },
  },
  role('ClusterRole', 'view'),
  role('ClusterRole', 'namespace-sentinel:quarantined'),
  role('Role', 'reader', { namespace: NAMESPACE }),
  // Rights of its accounts, here and elsewhere.
  inside(
    'v1',
    'ServiceAccount',
    'bot',
    {},
    { ...STUCK, annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/r' } },
  ),
  inside('v1', 'ServiceAccount', 'plain'),
  binding('RoleBinding', 'held', VIEW, { namespace: NAMESPACE, ...STUCK }),
  binding('RoleBinding', 'by-role', { kind: 'Role', name: 'reader' }, { namespace: NAMESPACE }),
  binding('RoleBinding', 'elsewhere', VIEW, { namespace: 'shop' }),
  binding('ClusterRoleBinding', 'everywhere', VIEW),
  // Its network.
  inside('networking.k8s.io/v1', 'NetworkPolicy', 'held', { spec: { podSelector: {}, ingress: [{}] } }, STUCK),
  inside('v1', 'Service', 'web', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }),
  inside('v1', 'Service', 'by-hand', { spec: { ports: [{ port: 80 }] } }),
  inside('v1', 'Endpoints', 'by-hand', { subsets: [{ addresses: [{ ip: '192.0.2.1' }] }] }, STUCK),
  inside(
    'discovery.k8s.io/v1',
    'EndpointSlice',
    'by-hand-2',
    { addressType: 'IPv4', endpoints: [{ addresses: ['192.0.2.2'] }] },
    STUCK,
  ),
  inside('networking.k8s.io/v1', 'Ingress', 'web', {
    spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  }),
  {
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: `namespace-sentinel-${UID}` },
    spec: { tier: 'Admin', ingress: [{ action: 'Accept' }] },
  },
  inside('cilium.io/v2', 'CiliumNetworkPolicy', 'open'),
  // What runs in it.
  ...['Deployment', 'StatefulSet', 'ReplicaSet'].map((kind) =>
    inside('apps/v1', kind, 'web', { spec: { replicas: 2, template } }),
  ),
  inside('apps/v1', 'DaemonSet', 'web', { spec: { template } }),
  inside('v1', 'ReplicationController', 'web', { spec: { replicas: 1, template } }),
  inside('batch/v1', 'Job', 'web', { spec: { template } }),
  inside('batch/v1', 'CronJob', 'web', { spec: { schedule: '* * * * *', jobTemplate: { spec: { template } } } }),
  inside('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', { spec: { maxReplicas: 3 } }, STUCK),
  ...Object.entries({ stuck: 'node', bare: 'of-cilium' }).map(([name, nodeName]) =>
    inside(
      'v1',
      'Pod',
      name,
      {
        spec: { nodeName, containers: [{ name: 'main' }] },
        status: { podIP: '10.0.0.1', containerStatuses: [{ name: 'main', state: { running: {} } }] },
      },
      { ...STUCK, labels: { [IMPOSSIBLE_KEY]: UID } },
    ),
  ),
  // Ordered for both of them: the denial above them comes then.
  inside('networking.k8s.aws/v1alpha1', 'PolicyEndpoint', 'denial', {
    spec: {
      podIsolation: ['Ingress', 'Egress'],
      podSelectorEndpoints: ['stuck', 'bare'].map((name) => ({ name, namespace: NAMESPACE, podIP: '10.0.0.1' })),
    },
  }),
  inside('v1', 'PersistentVolumeClaim', 'data', { spec: { volumeName: 'pv' } }),
  { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv' }, spec: {} },
  // What leads into it.
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'hook' },
    webhooks: [{ name: 'dead.example.com', failurePolicy: 'Ignore', clientConfig: ADDRESS }],
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'mine' },
    webhooks: [
      {
        name: 'mine.example.com',
        failurePolicy: 'Ignore',
        clientConfig: { service: { namespace: NAMESPACE, name: 'web' } },
      },
    ],
  },
  {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: { conversion: { webhook: { clientConfig: ADDRESS } } },
  },
];
