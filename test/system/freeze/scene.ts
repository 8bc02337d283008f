/** One control plane for the tests of what is frozen: `pen` is quarantined, `free` is not, and both hold the same. */
import { type ClusterSide, POD, startClusterSide } from '../cluster-side.ts';

export const NODE = 'ip-10-0-1-11.ec2.internal';
export const PATH = (namespace: string) => ({
  core: `/api/v1/namespaces/${namespace}`,
  apps: `/apis/apps/v1/namespaces/${namespace}`,
  batch: `/apis/batch/v1/namespaces/${namespace}`,
  network: `/apis/networking.k8s.io/v1/namespaces/${namespace}`,
  rbac: `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`,
  slices: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
  aws: `/apis/networking.k8s.aws/v1alpha1/namespaces/${namespace}/policyendpoints`,
});
export const pen = PATH('pen');

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

/** There once `bringUp` is done. */
export let side: ClusterSide;

/** For `beforeAll` of the file that runs the tests. */
export async function bringUp(): Promise<void> {
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
}
