/** The kinds of the VPC CNI, and what its controller may do. */

/** As which the controller acts on EKS. */
export const USER = 'eks:network-policy-controller';
export const GROUP = 'networking.k8s.aws';
const RBAC = 'rbac.authorization.k8s.io';

const KINDS = [
  ['PolicyEndpoint', 'policyendpoints', 'Namespaced'],
  ['ClusterNetworkPolicy', 'clusternetworkpolicies', 'Cluster'],
  ['ClusterPolicyEndpoint', 'clusterpolicyendpoints', 'Cluster'],
] as const;

/** Own and loose: EKS installs its own. */
const kinds = KINDS.map(([kind, plural, scope]) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${GROUP}` },
  spec: {
    group: GROUP,
    scope,
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}));

/** The rights that it publishes (config/rbac/role.yaml of aws/amazon-network-policy-controller-k8s, ecc7e6a). */
const READ = ['get', 'list', 'watch'];
const rights = [
  { apiGroups: [''], resources: ['namespaces', 'pods', 'services'], verbs: READ },
  { apiGroups: [GROUP], resources: ['clusternetworkpolicies'], verbs: [...READ, 'patch', 'update'] },
  {
    apiGroups: [GROUP],
    resources: ['clusterpolicyendpoints', 'policyendpoints'],
    verbs: [...READ, 'create', 'delete', 'patch', 'update'],
  },
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: [...READ, 'patch', 'update'] },
];

/** Objects to install, with the path that each is made at. */
export const INSTALLED: readonly { path: string; object: object }[] = [
  ...kinds.map((object) => ({ path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', object })),
  {
    path: `/apis/${RBAC}/v1/clusterroles`,
    object: { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name: USER }, rules: rights },
  },
  {
    path: `/apis/${RBAC}/v1/clusterrolebindings`,
    object: {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: USER },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: USER },
      subjects: [{ apiGroup: RBAC, kind: 'User', name: USER }],
    },
  },
];

/** Paths of the lists that the controller watches. */
export const PATHS = {
  pods: '/api/v1/pods',
  namespaces: '/api/v1/namespaces',
  services: '/api/v1/services',
  policies: '/apis/networking.k8s.io/v1/networkpolicies',
  endpoints: `/apis/${GROUP}/v1alpha1/policyendpoints`,
  clusterPolicies: `/apis/${GROUP}/v1alpha1/clusternetworkpolicies`,
  clusterEndpoints: `/apis/${GROUP}/v1alpha1/clusterpolicyendpoints`,
} as const;
