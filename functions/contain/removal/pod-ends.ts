/**
 * Whether a pod that is gone has ended. The API server keeps a pod with a node until its kubelet has confirmed that its
 * containers have ended, unless it is deleted with a grace period of 0: then the object goes at once, whatever runs
 * (kubernetes 1.36.3, pkg/registry/core/pod/strategy.go, CheckGracefulDelete). That is so where somebody says 0; where the
 * pod's own period is 0 and whoever deletes it says nothing, as controllers do; and where the pod collector clears up after
 * a node that is gone or out of service (pkg/controller/podgc).
 */
import type { Kubernetes, KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { PodEnd } from '../../contract/pod-ends.ts';
import { defined } from '../../kit/defined.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { number, record, records, text } from '../../kit/json.ts';
import { hasEnded, isStatic } from './workloads.ts';

/** By default, in seconds (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination). */
const DEFAULT_GRACE = 30;
const AT_ONCE = 8;

/** How long a pod is given to end by whoever deletes it without a word of it. */
export const ownGrace = ({ spec }: KubernetesObject): number =>
  number(record(spec)['terminationGracePeriodSeconds']) ?? DEFAULT_GRACE;

/** What of the nodes matters here, by name; undefined where there is none. */
export type NodeStates = ReadonlyMap<string, { bootId?: string; answers: boolean } | undefined>;

export async function nodeStates(
  names: readonly string[],
  kubernetes: Kubernetes,
  signal: AbortSignal,
): Promise<NodeStates> {
  const states = await inParallel([...new Set(names)], AT_ONCE, async (name) => {
    const node = await kubernetes.read(`/api/v1/nodes/${encodeURIComponent(name)}`, signal);
    if (!node) return [name, undefined] as const;
    return [name, { ...defined({ bootId: bootIdOf(node) }), answers: silenceOf(node) === undefined }] as const;
  });
  return new Map(states);
}

export const bootIdOf = ({ status }: KubernetesObject): string | undefined =>
  text(record(record(status)['nodeInfo'])['bootID']);

/** By which somebody, or the node controller, says that a kubelet does not answer. */
const SILENT_TAINTS = ['node.kubernetes.io/unreachable', 'node.kubernetes.io/out-of-service'];

/** Why the word of a node's kubelet cannot be had, as a part of a sentence; undefined where it can. */
export function silenceOf({ spec, status }: KubernetesObject): string | undefined {
  const ready = records(record(status)['conditions']).find(({ type }) => type === 'Ready');
  if (ready?.['status'] !== 'True') return `is not ready (${text(ready?.['reason']) ?? 'no condition says why'})`;
  const taint = records(record(spec)['taints']).find(({ key }) => SILENT_TAINTS.includes(String(key)));
  return taint && `has the taint ${taint['key']}`;
}

/**
 * What is known after one more look.
 *
 * @param before of the looks before
 * @param pods as they are now
 */
export function podEnds(before: readonly PodEnd[], pods: readonly KubernetesObject[], nodes: NodeStates): PodEnd[] {
  const known = new Map(before.map((end) => [end.uid, end]));
  for (const pod of pods) {
    const end = seenNow(pod, known.get(pod.metadata.uid ?? ''), nodes);
    if (end) known.set(end.uid, end);
  }
  const here = new Set(pods.map(({ metadata }) => metadata.uid));
  return [...known.values()].map((end): PodEnd => {
    if (here.has(end.uid) || !['running', 'ending'].includes(end.seen)) return end;
    return { ...end, seen: 'gone', nodeAnswered: nodes.get(end.node)?.answers ?? false };
  });
}

function seenNow(pod: KubernetesObject, before: PodEnd | undefined, nodes: NodeStates): PodEnd | undefined {
  const { name = '', uid = '' } = pod.metadata;
  const node = text(record(pod['spec'])['nodeName']);
  // Nothing runs of what no node was found for.
  if (node === undefined) return undefined;
  const grace = number(pod.metadata['deletionGracePeriodSeconds']);
  const isEnding = pod.metadata['deletionTimestamp'] !== undefined;
  const forced = before?.forced ?? (isStatic(pod) ? FILE : isEnding && grace === 0 ? FORCED : undefined);
  const graceful = before?.graceful === true || (isEnding ? (grace ?? 0) > 0 : ownGrace(pod) > 0);
  return {
    name,
    uid,
    node,
    graceful,
    seen: hasEnded(pod) ? 'ended' : isEnding ? 'ending' : 'running',
    ...defined({ forced, bootId: before?.bootId ?? nodes.get(node)?.bootId }),
  };
}

const FORCED = 'it was deleted by force';
const FILE = 'a file on its node makes it, and its object says nothing about it';

/** Those whose deletion, with time to end, was ours. */
export const withOurs = (ends: readonly PodEnd[], deleted: ReadonlySet<string>): PodEnd[] =>
  ends.map((end) => (deleted.has(end.uid) ? { ...end, graceful: true } : end));

/**
 * Why it is not confirmed that a pod has ended, as a part of a sentence; undefined where its kubelet has.
 *
 * @param silence of its node, as of now
 */
export function unconfirmed(
  { seen, forced, graceful, nodeAnswered, node, bootId }: PodEnd,
  now: { exists: boolean; bootId?: string | undefined; silence?: string | undefined },
): string | undefined {
  if (seen === 'ended') return undefined;
  const hasStartedAgain = bootId !== undefined && now.bootId !== undefined && now.bootId !== bootId;
  if (hasStartedAgain && now.silence === undefined) return undefined;
  if (forced !== undefined) return forced;
  if (seen === 'unseen') return 'it had gone before the removal looked, and nobody saw how';
  if (graceful !== true) return 'its own grace period is 0, so that its object goes without the word of its kubelet';
  if (now.exists) return now.silence && `its node ${node} ${now.silence}`;
  return nodeAnswered === true ? undefined : `its node ${node} is gone, and did not answer when the pod went`;
}
