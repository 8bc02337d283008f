import type { Kubernetes, ServedKind } from '../../clients/kubernetes/kubernetes.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import type { KubernetesRight } from '../../kubernetes/rbac.ts';
import { answerPart } from './part.ts';

const AT_ONCE = 10;
/** For one kind, in milliseconds: behind a kind may be somebody's API server that does not answer. */
const KIND_MS = 2_000;

/** Secrets are nobody's business here, and events no objects that anybody made. */
const LEFT_OUT = new Set(['secrets', 'events', 'events.events.k8s.io']);
/** Made up at each request, by what measures. */
const NO_OBJECTS = /(^|\.)metrics\.k8s\.io$/;

/** The kinds of an ordinary namespace, which the observer may list so that they are counted. */
export const COUNTED_KINDS = [
  'list controllerrevisions.apps',
  'list cronjobs.batch',
  'list csistoragecapacities.storage.k8s.io',
  'list daemonsets.apps',
  'list deployments.apps',
  'list endpoints',
  'list endpointslices.discovery.k8s.io',
  'list horizontalpodautoscalers.autoscaling',
  'list ingresses.networking.k8s.io',
  'list jobs.batch',
  'list leases.coordination.k8s.io',
  'list limitranges',
  'list networkpolicies.networking.k8s.io',
  'list persistentvolumeclaims',
  'list poddisruptionbudgets.policy',
  'list pods',
  'list podtemplates',
  'list replicasets.apps',
  'list replicationcontrollers',
  'list resourceclaims.resource.k8s.io',
  'list resourceclaimtemplates.resource.k8s.io',
  'list resourcequotas',
  'list rolebindings.rbac.authorization.k8s.io',
  'list roles.rbac.authorization.k8s.io',
  'list serviceaccounts',
  'list services',
  'list statefulsets.apps',
] as const satisfies readonly KubernetesRight[];

export interface Inventory {
  /** By kind (`Deployment.apps`), the largest first; a lower bound where it is not complete. */
  inventory: { kind: string; count: number; complete: boolean }[];
  /** Kinds that could not be listed. */
  notListed: string[];
}

/**
 * Counts the objects of every kind that the cluster serves in namespaces, without reading them: of each kind the
 * metadata of one object is asked for, and how many remain.
 */
export async function inventoryOf(cluster: Kubernetes, name: string, signal: AbortSignal): Promise<Inventory> {
  const kinds = (await cluster.kinds(signal)).filter(isListed);
  const counts = await inParallel(kinds, AT_ONCE, async (kind) => {
    const path = pathOf(kind, name);
    const { value } = await answerPart(nameOf(kind), KIND_MS, signal, async (limit) =>
      countOf(await cluster.listMetadata(path, limit, { max: 1 })),
    );
    return { kind: nameOf(kind), ...value };
  });
  return {
    inventory: counts
      .flatMap(({ kind, count, complete = false }) => (count ? [{ kind, count, complete }] : []))
      .sort((a, b) => b.count - a.count || a.kind.localeCompare(b.kind)),
    notListed: counts.flatMap(({ kind, count }) => (count === undefined ? [kind] : [])).sort(),
  };
}

const groupOf = ({ apiVersion }: ServedKind): string =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
const withGroup = (name: string, group: string): string => (group ? `${name}.${group}` : name);

const nameOf = (kind: ServedKind): string => withGroup(kind.kind, groupOf(kind));

const isListed = (kind: ServedKind): boolean =>
  kind.namespaced &&
  kind.verbs.includes('list') &&
  !NO_OBJECTS.test(groupOf(kind)) &&
  !LEFT_OUT.has(withGroup(kind.resource, groupOf(kind)));

function pathOf({ apiVersion, resource }: ServedKind, name: string): string {
  return `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}/namespaces/${name}/${resource}`;
}

/** Without a total it is known only that there is more. */
const countOf = ({ items, complete, total }: Awaited<ReturnType<Kubernetes['list']>>) => ({
  count: total ?? items.length,
  complete: complete || total !== undefined,
});
