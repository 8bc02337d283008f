/** What stands in the cluster before the first case: rights, admission policies, a custom resource. */

import type { Twin } from '../twin/twin.ts';
import { kubectl } from './kubectl.ts';

const RBAC = 'rbac.authorization.k8s.io';

const role = (name: string, ...rules: object[]) => ({
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRole',
  metadata: { name },
  rules,
});

const binding = (name: string, to: string, ...subjects: object[]) => ({
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: to },
  subjects,
});

/** Refuses namespaces whose name begins with `refused-<reason>-`, with the code that belongs to the reason. */
const policy = (reason: 'Forbidden' | 'Invalid' | 'RequestEntityTooLarge') => {
  const name = `refused-${reason.toLowerCase()}`;
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['namespaces'] },
          ],
        },
        matchConditions: [{ name: 'name', expression: `object.metadata.name.startsWith('${name}-')` }],
        validations: [
          { expression: `'owner' in object.metadata.?labels.orValue({})`, message: 'label owner is missing', reason },
        ],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ];
};

/** A resource of another API group with the plural of namespaces. */
const customNamespaces = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'namespaces.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Cluster',
    names: { plural: 'namespaces', singular: 'namespace', kind: 'Namespace', listKind: 'NamespaceList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

export const platform = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'platform' } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'tenant-operator', namespace: 'platform' } },
  role('tenant-operator', {
    apiGroups: [''],
    resources: ['namespaces'],
    verbs: ['get', 'list', 'watch', 'create', 'patch'],
  }),
  binding('tenant-operator', 'tenant-operator', {
    kind: 'ServiceAccount',
    namespace: 'platform',
    name: 'tenant-operator',
  }),
  role('labeler', { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'patch'] }),
  binding('labelers', 'labeler', { apiGroup: RBAC, kind: 'Group', name: 'labelers' }),
  role('example-namespaces', { apiGroups: ['example.com'], resources: ['*'], verbs: ['*'] }),
  binding('example-namespaces', 'example-namespaces', { apiGroup: RBAC, kind: 'Group', name: 'developers' }),
  customNamespaces,
  ...(['Forbidden', 'Invalid', 'RequestEntityTooLarge'] as const).flatMap(policy),
];

/**
 * Applies objects as the cluster's administrator.
 *
 * @throws when kubectl fails
 */
export async function applyAsAdmin(twin: Twin, objects: unknown[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  const { processes, binaries, adminKubeconfig } = twin;
  const run = await kubectl(binaries.kubectl, adminKubeconfig, processes.folder, ['apply', '-f', '-'], input);
  if (run.code !== 0) throw new Error(`kubectl apply: ${run.stderr}`);
}
