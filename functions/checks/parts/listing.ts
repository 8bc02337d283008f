import type { Kubernetes, KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { defined } from '../../kit/defined.ts';
import { record } from '../../kit/json.ts';
import { answerPart } from './part.ts';

export interface Listing {
  /** As a person calls them: `CronJobs`. */
  label: string;
  path: string;
}

/** How long one kind may take, in milliseconds, and how many objects are read. */
export interface ListingLimits {
  ms: number;
  max: number;
}

/**
 * Lists a kind, as one part of an answer. Whatever else an object lacks, its metadata is there.
 *
 * @returns what could be listed, and what not
 */
export async function listPart(
  cluster: Kubernetes,
  { label, path }: Listing,
  { ms, max }: ListingLimits,
  signal: AbortSignal,
): Promise<{ items: KubernetesObject[]; missing?: string }> {
  const { value, missing } = await answerPart(label, ms, signal, async (limit) => {
    const { items, complete } = await cluster.list(path, limit, { max });
    if (!Array.isArray(items)) throw new TypeError('the answer is not a list');
    return { items: items.map((item) => ({ ...item, metadata: record(Object(item).metadata) })), complete };
  });
  if (!value) return { items: [], missing };
  const { items, complete } = value;
  return { items, ...defined({ missing: complete ? undefined : `${label} beyond the first ${items.length}` }) };
}
