/** What stands in each namespace of the scene: one of each kind that a playbook writes. */
import { POD } from '../cluster-side.ts';
import { binding, bindings, core, slices, user } from './objects.ts';

const selector = { matchLabels: { app: 'x' } };
const template = { metadata: { labels: { app: 'x' } }, spec: POD('').spec };
const jobSpec = { template: { spec: { ...POD('').spec, restartPolicy: 'Never' } } };

export const CLUSTER_POLICY_KIND = {
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
export const stickyPaths = (namespace: string): [kind: string, path: string][] => [
  ['account', `${core(namespace)}/serviceaccounts/sticky`],
  ['Endpoints object', `${core(namespace)}/endpoints/sticky`],
  ['EndpointSlice', `${slices(namespace)}/sticky`],
  ['scaler', `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers/sticky`],
  ['binding to cluster-admin', `${bindings(namespace)}/sticky`],
];

/** One of each kind that a playbook writes, in a namespace. */
export const staged = (namespace: string) =>
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
