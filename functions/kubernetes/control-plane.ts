/** The identities by which Kubernetes itself works: what they do in a namespace is nobody's doing. */

/**
 * The controllers of kube-controller-manager, each by its ServiceAccount in `kube-system` (Kubernetes 1.36.3,
 * plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go and namespace_policy.go).
 */
export const CONTROLLERS: ReadonlySet<string> = new Set([
  'attachdetach-controller',
  'bootstrap-signer',
  'certificate-controller',
  'cloud-provider',
  'clusterrole-aggregation-controller',
  'cronjob-controller',
  'daemon-set-controller',
  'deployment-controller',
  'device-taint-eviction-controller',
  'disruption-controller',
  'endpoint-controller',
  'endpointslice-controller',
  'endpointslicemirroring-controller',
  'ephemeral-volume-controller',
  'expand-controller',
  'generic-garbage-collector',
  'horizontal-pod-autoscaler',
  'job-controller',
  'kube-apiserver-serving-clustertrustbundle-publisher',
  'legacy-service-account-token-cleaner',
  'namespace-controller',
  'node-controller',
  'persistent-volume-binder',
  'pod-garbage-collector',
  'podcertificaterequestcleaner',
  'podgroup-protection-controller',
  'pv-protection-controller',
  'pvc-protection-controller',
  'replicaset-controller',
  'replication-controller',
  'resource-claim-controller',
  'resourcepoolstatusrequest-controller',
  'resourcequota-controller',
  'root-ca-cert-publisher',
  'route-controller',
  'selinux-warning-controller',
  'service-account-controller',
  'service-cidrs-controller',
  'service-controller',
  'statefulset-controller',
  'storage-version-garbage-collector',
  'storage-version-migrator-controller',
  'token-cleaner',
  'ttl-after-finished-controller',
  'ttl-controller',
  'validatingadmissionpolicy-status-controller',
  'volumeattributesclass-protection-controller',
]);

const OTHERS = new Set(['system:apiserver', 'system:kube-controller-manager', 'system:kube-scheduler']);
/** With which the username of each ServiceAccount of kube-system begins. */
export const IN_KUBE_SYSTEM = 'system:serviceaccount:kube-system:';

/** Whether it is a part of the control plane, or a node. */
export const isControlPlane = (username: string): boolean =>
  OTHERS.has(username) ||
  username.startsWith('system:node:') ||
  (username.startsWith(IN_KUBE_SYSTEM) && CONTROLLERS.has(username.slice(IN_KUBE_SYSTEM.length)));
