import type { Kubernetes, ServedKind } from '../../clients/kubernetes/kubernetes.ts';
import type { NamespaceDetails } from '../../contract/evidence.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { part } from './part.ts';

const AT_ONCE = 10;
/** For one kind, in milliseconds: behind a kind may be somebody's API server that does not answer. */
const KIND_MS = 2_000;

/** Secrets are nobody's business here, and events no objects that anybody made. */
const LEFT_OUT = new Set(['secrets', 'events', 'events.events.k8s.io']);
/** Made up at each request, by what measures. */
const NO_OBJECTS = /(^|\.)metrics\.k8s\.io$/;

/**
 * Counts the objects of every kind that the cluster serves in namespaces, without reading them: of each kind the
 * metadata of one object is asked for, and how many remain.
 */
export async function inventoryOf(
  cluster: Kubernetes,
  name: string,
  signal: AbortSignal,
): Promise<Required<Pick<NamespaceDetails, 'inventory' | 'notListed'>>> {
  const kinds = (await cluster.kinds(signal)).filter(isListed);
  const counts = await inParallel(kinds, AT_ONCE, async (kind) => {
    const path = pathOf(kind, name);
    const { value } = await part(nameOf(kind), KIND_MS, signal, async (limit) =>
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
