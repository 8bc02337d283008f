import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { type PodEnd, podEndsSchema } from '../../contract/pod-ends.ts';
import { read } from '../../contract/read.ts';
import { record, text } from '../../kit/json.ts';
import { counted } from '../../kit/words.ts';
import { allNeeds, RECORD_NEEDS } from '../framework/needs.ts';
import { bootIdOf, silenceOf, unconfirmed } from '../removal/pod-ends.ts';
import { hasEnded } from '../removal/workloads.ts';
import type { ClusterReader } from './cluster-reader.ts';
import { fewNames, notProven, objectName, proven, type Verification } from './proof.ts';

/** Longer than a controller takes to replace a pod. */
const BETWEEN_MS = 2_000;
/** A kubelet renews its lease every 10 seconds; the node counts as ready for some 50 after that. In milliseconds. */
const LEASE_MS = 40_000;

/**
 * Decisive: it is what removal is about. An object that is gone is not a process that has ended: that is the kubelet's word,
 * which a forced deletion does not wait for, and which a node that does not answer cannot have given.
 */
export const noPods: Verification = {
  id: 'no-pods',
  claim: 'Nothing of it runs.',
  decisive: true,
  shows: 'effect',
  needs: allNeeds(RECORD_NEEDS, { kubernetes: ['list pods', 'list nodes', 'get leases.coordination.k8s.io'] }),
  async prove(look) {
    const path = `/api/v1/namespaces/${look.target.namespace}/pods`;
    for (const pause of [0, BETWEEN_MS]) {
      await sleep(pause, undefined, { signal: look.signal });
      const running = (await look.whole(path)).filter((pod) => !hasEnded(pod));
      if (running.length > 0)
        return notProven(`Listed: ${counted(running.length, 'pod')}: ${fewNames(running.map(objectName))}.`);
    }
    const removal = await look.record('removeWorkloads');
    if (!removal) return notProven('Listed: no pod; but no run has written down how those that there were ended.');
    const ends = read(podEndsSchema, removal.details?.['pods'], 'list of pods');
    const why = await doubts(ends, look);
    const how = `Listed twice, ${BETWEEN_MS / 1000} seconds apart: no pod but such as have ended`;
    if (why.length > 0)
      return notProven(
        `${how}; but of ${counted(why.length, 'pod')} no kubelet has confirmed it, so that its containers may run: ${fewNames(why)}. ` +
          'Look there (crictl ps), or stop the instance: once the node has started again, a new run confirms it.',
      );
    return proven(`${how}; of ${counted(ends.length, 'pod')} that there were, each kubelet has confirmed its end.`);
  },
};

/** Each pod that may not have ended, and why that is not known. */
async function doubts(ends: readonly PodEnd[], look: ClusterReader): Promise<string[]> {
  if (ends.every(({ seen }) => seen === 'ended')) return [];
  const nodes = await look.list('v1', 'nodes', 'everywhere');
  const states = new Map<string, Parameters<typeof unconfirmed>[1]>();
  for (const name of new Set(ends.map(({ node }) => node))) {
    const node = nodes.find(({ metadata }) => metadata.name === name);
    const silence = node && (silenceOf(node) ?? (await staleness(name, look)));
    states.set(name, node ? { exists: true, bootId: bootIdOf(node), silence } : { exists: false });
  }
  return ends.flatMap((end) => {
    const why = unconfirmed(end, states.get(end.node) ?? { exists: false });
    return why === undefined ? [] : [`${end.name} (${why})`];
  });
}

/** A node that has just fallen silent is still ready by its conditions. */
async function staleness(node: string, look: ClusterReader): Promise<string | undefined> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${encodeURIComponent(node)}`;
  const lease: KubernetesObject | undefined = await look.kubernetes.read(path, look.signal);
  const renewed = text(record(lease?.['spec'])['renewTime']);
  if (renewed === undefined) return undefined;
  const isStale = look.context.now() - Date.parse(renewed) > LEASE_MS;
  return isStale ? `has not renewed its lease since ${renewed}` : undefined;
}
