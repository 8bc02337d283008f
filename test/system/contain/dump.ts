/** All objects of a cluster, to compare one moment with another. */
import type { KubernetesObject } from '../../../functions/clients/kubernetes/kubernetes.ts';
import type { WritableKubernetes } from '../../../functions/clients/kubernetes/kubernetes-writer.ts';
import { inParallel } from '../../../functions/kit/in-parallel.ts';
import { listPath, objectPath } from '../../../functions/kubernetes/object-path.ts';

/** Made and changed by the control plane without anybody's doing. */
const RESTLESS = new Set(['Event', 'Lease', 'ComponentStatus', 'IPAddress']);

/** What it changes about nodes that are late with a sign of life, as on a busy machine: taints, and what runs on them for it. */
const OF_NODES = /^\/api\/v1\/nodes\/|\/namespaces\/kube-system\/(?:pods|daemonsets)\//;

export interface Dumped {
  kind: string;
  namespace?: string;
  name: string;
  uid: string;
  resourceVersion: string;
  /** What somebody asked for: without status and what the API server keeps about it. */
  content: Record<string, unknown>;
}

/** By path, in order. */
export async function dump(api: WritableKubernetes): Promise<Map<string, Dumped>> {
  const signal = AbortSignal.timeout(60_000);
  const kinds = (await api.kinds(signal)).filter(({ verbs, kind }) => verbs.includes('list') && !RESTLESS.has(kind));
  const lists = await inParallel(kinds, 10, async ({ apiVersion, kind, resource }) => {
    const { items } = await api.list(listPath({ apiVersion, resource }), signal).catch(() => ({ items: [] }));
    return items.map((item): [string, Dumped] => {
      const { name = '', namespace, uid = '' } = item.metadata;
      const place = { ...(namespace !== undefined && { namespace }), name };
      const resourceVersion = String(item.metadata['resourceVersion']);
      return [
        objectPath({ apiVersion, resource, ...place }),
        { kind, ...place, uid, resourceVersion, content: contentOf(item) },
      ];
    });
  });
  const objects = lists.flat().filter(([path]) => !OF_NODES.test(path));
  return new Map(objects.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function contentOf({ status, ...object }: KubernetesObject): Record<string, unknown> {
  const { managedFields, resourceVersion, generation, creationTimestamp, uid, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** What differs between two moments, by path: `gone`, `new`, `changed`. */
export function differences(
  before: ReadonlyMap<string, Dumped>,
  after: ReadonlyMap<string, Dumped>,
  same: (a: Dumped, b: Dumped) => boolean,
): Record<string, 'gone' | 'new' | 'changed'> {
  const found: Record<string, 'gone' | 'new' | 'changed'> = {};
  for (const [path, was] of before) {
    const is = after.get(path);
    if (!is) found[path] = 'gone';
    else if (!same(was, is)) found[path] = 'changed';
  }
  for (const path of after.keys()) if (!before.has(path)) found[path] = 'new';
  return found;
}
