import { setTimeout } from 'node:timers/promises';
import type { ServedKind } from '../../clients/kubernetes/kubernetes.ts';
import { command } from '../../contract/commands/command.ts';
import type { Proposal } from '../../contract/containment.ts';
import { messageOf } from '../../kit/words.ts';
import { listPath } from '../../kubernetes/object-path.ts';
import { GROUPS } from '../../kubernetes/quarantine.ts';
import { allNeeds, FREEZE_NEEDS, rights } from '../framework/needs.ts';
import type { PlaybookStep, StepContext, StepOutcome } from '../framework/step.ts';
import { tally } from '../framework/tally.ts';
import { groupOf, resourceName, servedKinds } from '../isolation/api-kinds.ts';
import { exemption } from '../isolation/freeze.ts';
import { DENY_ALL_NEEDS, denyAll, remainingTraffic } from '../isolation/network-policies.ts';
import { outOfReach } from '../isolation/out-of-reach.ts';
import { emptyServices, remainingAddresses, SERVICE_CUT_NEEDS } from '../isolation/service-cut.ts';

/** Policies of a namespace that network plugins of EKS know beside those of Kubernetes; others are looked at as well. */
const OTHER_POLICIES = [
  'ciliumnetworkpolicies.cilium.io',
  'networkpolicies.crd.projectcalico.org',
  'networkpolicies.projectcalico.org',
  'applicationnetworkpolicies.networking.k8s.aws',
];
/** How long rules of network plugins are looked for, in milliseconds. */
const OTHERS_MS = 20_000;

/** Nothing of the namespace talks to anybody, and nobody reaches it; as far as the network plugin enforces that. */
export const isolateNetwork: PlaybookStep = {
  key: 'isolateNetwork',
  target: 'must-live',
  needs: allNeeds(FREEZE_NEEDS, DENY_ALL_NEEDS, SERVICE_CUT_NEEDS, {
    kubernetes: rights(['list'], ...OTHER_POLICIES),
    optional: ['list *'],
  }),
  run,
};

async function run(context: StepContext): Promise<StepOutcome> {
  const { cluster, signal } = context;
  await denyAll(context);
  // After the first write: somebody's API server may have a part in this answer.
  const { kinds, unknown } = await servedKinds(cluster.kubernetes, signal);
  const limits = await emptyServices(context);
  const sleep = async (ms: number): Promise<void> => void (await setTimeout(ms, undefined, { signal }));
  const left = cluster.dryRun
    ? []
    : [...(await remainingTraffic(context)), ...(await remainingAddresses(context, sleep))];
  const { open, proposals } = await otherPolicies(context, kinds);
  const unreached = await unreachedPods(context);
  const { status, summary } = tally(cluster, {
    done: 'All traffic is denied, and no Service routes traffic any longer, as far as the API server can tell.',
    planned: 'All traffic would be denied, and no Service would route traffic any longer.',
  });
  return {
    status,
    summary:
      left.length > 0 ? `${left.length} of the objects that let traffic through are still there. ${summary}` : summary,
    open: [
      ...left,
      ...open,
      ...(unknown === undefined ? [] : [`Whether rules of network plugins allow traffic is not known: ${unknown}`]),
    ],
    // Whether that matters, policy-enforcer-present decides: not once they have ended.
    proposals: [...proposals, ...[...unreached, ...limits].map((text) => ({ text }))],
  };
}

/** Pods that no policy reaches. What ends their traffic is their end. */
async function unreachedPods({ run: { target }, cluster, signal }: StepContext): Promise<string[]> {
  const path = listPath({ apiVersion: 'v1', resource: 'pods', namespace: target.namespace });
  const { items, complete } = await cluster.kubernetes.list(path, signal);
  const unreached = items.flatMap((pod) => {
    const why = outOfReach(pod);
    return why
      ? [
          `The pod ${pod.metadata.name} ${why}: no network policy applies to it. Only ending it cuts it off: mode "remove", scope "pods".`,
        ]
      : [];
  });
  return complete
    ? unreached
    : [...unreached, 'Not every pod could be listed, so there may be more to which no policy applies.'];
}

/** Policies of other kinds may allow traffic beside ours, as those of Cilium, Calico and EKS (by DNS name) do. */
async function otherPolicies(
  { run: { target }, cluster, signal }: StepContext,
  kinds: readonly ServedKind[],
): Promise<{ open: string[]; proposals: Proposal[] }> {
  const open: string[] = [];
  const proposals: Proposal[] = [];
  const { namespace } = target;
  const others = kinds.filter(isOtherPolicy);
  // All of them together: behind each may be somebody's API server that does not answer.
  const limit = AbortSignal.any([signal, AbortSignal.timeout(OTHERS_MS)]);
  const exempt = others.length > 0 ? await exemption(cluster.kubernetes, GROUPS.breakGlass, signal) : {};
  for (const kind of others) {
    try {
      const { items, complete } = await cluster.kubernetes.list(listPath({ ...kind, namespace }), limit);
      if (!complete) open.push(`Not every ${kind.kind} of ${groupOf(kind.apiVersion)} could be listed.`);
      for (const name of items.flatMap(({ metadata }) => metadata.name ?? [])) {
        const text = `The ${kind.kind} ${name} of ${groupOf(kind.apiVersion)} may allow traffic despite our policy.`;
        open.push(text);
        const argv = command('kubectl delete', [resourceName(kind), name], {
          '--namespace': namespace,
          '--wait=false': true,
          ...exempt,
        });
        proposals.push(BREAKABLE.has(groupOf(kind.apiVersion)) ? { text, commands: [argv] } : { text });
      }
    } catch (error) {
      signal.throwIfAborted();
      const why = messageOf(error);
      open.push(`Whether a ${kind.kind} of ${groupOf(kind.apiVersion)} allows traffic is not known: ${why}`);
    }
  }
  return { open, proposals };
}

/** Groups in which the break-glass group may delete policies: the quarantine refuses that to everybody else. */
const BREAKABLE = new Set(['cilium.io', 'crd.projectcalico.org', 'projectcalico.org', 'networking.k8s.aws']);

const isOtherPolicy = ({ apiVersion, resource, namespaced, verbs }: ServedKind): boolean =>
  namespaced &&
  verbs.includes('list') &&
  resource.endsWith('networkpolicies') &&
  groupOf(apiVersion) !== 'networking.k8s.io';
