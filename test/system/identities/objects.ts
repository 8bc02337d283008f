/** Paths and bodies that the tests of our identities send. */
import { OURS, QUARANTINE } from '../cluster-side.ts';

export const RBAC = '/apis/rbac.authorization.k8s.io/v1';
export const core = (namespace: string) => `/api/v1/namespaces/${namespace}`;
export const apps = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}`;
export const batch = (namespace: string) => `/apis/batch/v1/namespaces/${namespace}`;
export const network = (namespace: string) => `/apis/networking.k8s.io/v1/namespaces/${namespace}`;
export const slices = (namespace: string) => `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
export const scalers = (namespace: string) => `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`;
export const bindings = (namespace: string) => `${RBAC}/namespaces/${namespace}/rolebindings`;
export const CLUSTER_POLICIES = '/apis/networking.k8s.aws/v1alpha1/clusternetworkpolicies';

export type Subject = { kind: string; name: string; namespace?: string; apiGroup?: string };
export const account = (namespace: string, name = 'agent'): Subject => ({ kind: 'ServiceAccount', name, namespace });
export const group = (name: string): Subject => ({ kind: 'Group', name, apiGroup: 'rbac.authorization.k8s.io' });
export const user = (name: string): Subject => ({ kind: 'User', name, apiGroup: 'rbac.authorization.k8s.io' });
export const binding = (name: string, subjects: Subject[], role = 'view', kind = 'ClusterRole') => ({
  metadata: { name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: role },
  subjects,
});

/** As release makes a binding again: guard-release.yaml demands the label. */
export const restored = (...args: Parameters<typeof binding>) => {
  const made = binding(...args);
  return { ...made, metadata: { ...made.metadata, labels: { 'namespace-sentinel.io/restored': 'true' } } };
};
/** By which contain marks a namespace as quarantined. */
export const MARK = {
  ...binding('mark', [group('namespace-sentinel:contain')], 'namespace-sentinel:quarantined'),
  metadata: { name: 'mark', labels: OURS },
};

/** What contain makes of a network policy that allows something. */
export const CLOSED = {
  spec: {
    podSelector: { matchLabels: null, matchExpressions: null },
    policyTypes: ['Ingress', 'Egress'],
    ingress: null,
    egress: null,
  },
};
export const DENY_ALL = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };
export const clusterPolicy = (name: string, more: object = {}, labels: object = OURS) => ({
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
