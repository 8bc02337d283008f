import { setTimeout } from 'node:timers/promises';
import type { ServedKind } from '../../clients/kubernetes.ts';
import type { Proposal } from '../../containment.ts';
import { listPath } from '../../object-path.ts';
import { denyAbove } from '../admin-policy.ts';
import { groupOf, resourceName } from '../api-kinds.ts';
import { liveTarget } from '../live-target.ts';
import { denyAll, stillAllowed } from '../network-policies.ts';
import { outOfReach } from '../out-of-reach.ts';
import { emptyServices, stillServed } from '../service-cut.ts';
import type { Context, Step, StepOutcome } from '../step.ts';

/** Nothing of the namespace talks to anybody, and nobody reaches it; as far as the network plugin enforces that. */
export const isolateNetwork: Step = { key: 'isolateNetwork', run };

async function run(context: Context): Promise<StepOutcome> {
  const { cluster, signal } = context;
  const { namespace, gone } = await liveTarget(context);
  if (!namespace) return { status: 'failed', summary: `Nothing was changed. ${gone}`, open: [gone] };
  const kinds = await cluster.kubernetes.kinds(signal);
  await denyAll(context);
  const above = await denyAbove(context, kinds);
  const limits = await emptyServices(context);
  const sleep = async (ms: number): Promise<void> => void (await setTimeout(ms, undefined, { signal }));
  const left = cluster.dryRun ? [] : [...(await stillAllowed(context)), ...(await stillServed(context, sleep))];
  const { open, proposals } = await otherPolicies(context, kinds);
  const unreached = await unreachedPods(context);
  return {
    status: 'done',
    summary: summaryOf(cluster.dryRun, left.length),
    open: [...left, ...unreached, ...open],
    proposals: [...proposals, ...limits.map((text) => ({ text }))],
    details: { adminPolicy: above },
  };
}

function summaryOf(dryRun: boolean, left: number): string {
  if (dryRun) return 'All traffic would be denied, and every Service would lead to nobody.';
  const done = 'All traffic is denied, and every Service leads to nobody';
  return left > 0 ? `${done}, but for ${left} that still do.` : `${done}, as far as the API server can tell.`;
}

/** Pods that no policy reaches. What ends their traffic is their end. */
async function unreachedPods({ run: { target }, cluster, signal }: Context): Promise<string[]> {
  const path = listPath({ apiVersion: 'v1', resource: 'pods', namespace: target.namespace });
  const { items } = await cluster.kubernetes.list(path, signal);
  return items.flatMap((pod) => {
    const why = outOfReach(pod);
    return why ? [`The pod ${pod.metadata.name} ${why}: no network policy reaches it.`] : [];
  });
}

/** Policies of other kinds may allow traffic beside ours, as those of Cilium, Calico and EKS (by DNS name) do. */
async function otherPolicies(
  { run: { target }, cluster, signal }: Context,
  kinds: readonly ServedKind[],
): Promise<{ open: string[]; proposals: Proposal[] }> {
  const open: string[] = [];
  const proposals: Proposal[] = [];
  const { namespace } = target;
  for (const kind of kinds.filter(isOtherPolicy)) {
    try {
      const { items } = await cluster.kubernetes.list(listPath({ ...kind, namespace }), signal);
      for (const name of items.flatMap(({ metadata }) => metadata.name ?? [])) {
        const text = `The ${kind.kind} ${name} of ${groupOf(kind.apiVersion)} may allow traffic in spite of ours.`;
        open.push(text);
        proposals.push({ text, commands: [['kubectl', 'delete', resourceName(kind), name, '--namespace', namespace]] });
      }
    } catch (error) {
      signal.throwIfAborted();
      const why = error instanceof Error ? error.message : String(error);
      open.push(`Whether a ${kind.kind} of ${groupOf(kind.apiVersion)} allows traffic is not known: ${why}`);
    }
  }
  return { open, proposals };
}

const isOtherPolicy = ({ apiVersion, resource, namespaced, verbs }: ServedKind): boolean =>
  namespaced &&
  verbs.includes('list') &&
  resource.endsWith('networkpolicies') &&
  groupOf(apiVersion) !== 'networking.k8s.io';
