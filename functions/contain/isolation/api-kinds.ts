/** Names of kinds, as RBAC and quotas write them. */

import type { Kubernetes, ServedKind } from '../../clients/kubernetes/kubernetes.ts';
import { messageOf } from '../../kit/words.ts';

/** Empty for the core group. @param apiVersion `apps/v1`, or `v1` */
export const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

/** `deployments.apps`; `pods` of the core group. */
export function resourceName({ apiVersion, resource }: Pick<ServedKind, 'apiVersion' | 'resource'>): string {
  const group = groupOf(apiVersion);
  return group ? `${resource}.${group}` : resource;
}

/** As the API server guesses it for a kind about which nothing else is known (`UnsafeGuessKindToResource` of Kubernetes). */
export function pluralOf(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular.endsWith('endpoints')) return singular;
  if (singular.endsWith('s')) return `${singular}es`;
  return singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}

type Fixed = Pick<ServedKind, 'apiVersion' | 'kind' | 'resource' | 'namespaced'>;

/**
 * What containment changes or deletes, in the versions in which it does. Not taken from discovery: an APIService can put a
 * version of its own before that of Kubernetes, under which nothing would be found.
 */
export const CHANGED_KINDS: readonly Fixed[] = [
  ...kindsOf('v1', 'Service', 'Endpoints', 'ServiceAccount', 'Pod', 'ReplicationController', 'ResourceQuota'),
  ...kindsOf('apps/v1', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'),
  ...kindsOf('batch/v1', 'Job', 'CronJob'),
  ...kindsOf('networking.k8s.io/v1', 'NetworkPolicy', 'Ingress'),
  ...kindsOf('discovery.k8s.io/v1', 'EndpointSlice'),
  ...kindsOf('autoscaling/v2', 'HorizontalPodAutoscaler'),
  ...kindsOf('rbac.authorization.k8s.io/v1', 'RoleBinding', 'ClusterRoleBinding'),
];

/** What everybody's quota should count, if the cluster does not give its kinds. */
const USUAL = [...CHANGED_KINDS, ...kindsOf('v1', 'ConfigMap', 'Secret', 'PersistentVolumeClaim')];

function kindsOf(apiVersion: string, ...kinds: string[]): Fixed[] {
  return kinds.map((kind) => ({
    apiVersion,
    kind,
    resource: pluralOf(kind),
    namespaced: kind !== 'ClusterRoleBinding',
  }));
}

/**
 * The kinds that the cluster serves; the usual ones where it does not say, as somebody's API server may have a part in
 * that answer.
 *
 * @returns `unknown` why it did not say
 */
export async function servedKinds(
  kubernetes: Kubernetes,
  signal: AbortSignal,
): Promise<{ kinds: ServedKind[]; unknown?: string }> {
  try {
    return { kinds: await kubernetes.kinds(signal) };
  } catch (error) {
    signal.throwIfAborted();
    const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update'];
    const unknown = messageOf(error);
    return { kinds: USUAL.map((kind) => ({ ...kind, verbs })), unknown };
  }
}
