/** Stops one thing of the plan. */
import { number, record } from '../../kit/json.ts';
import type { Actuator } from '../framework/actuator.ts';
import { removeForGood, stripFinalizers } from '../framework/remove-for-good.ts';
import { isTerminating, type Stop } from './plan.ts';

/** How long a pod may take to end: its own wish counts only below that, as it may be a year. In seconds. */
const GRACE_SECONDS = 30;
/** With 0 the API server would forget the pod at once, whatever the kubelet has to say about its containers. */
const MIN_GRACE_SECONDS = 1;

/** Changes an owner, or deletes what is deleted. Eviction is not used: a PodDisruptionBudget could forbid it. */
export async function carryOut(stop: Stop, cluster: Actuator): Promise<void> {
  const { uid, change, live, kind } = stop;
  if (change) await cluster.patch(stop, { ...change, metadata: { uid } });
  else if (kind !== 'Pod') await removeForGood(cluster, stop, live);
  else await endPod(stop, cluster, live);
}

async function endPod(stop: Stop, cluster: Actuator, { metadata, spec }: Stop['live']): Promise<void> {
  const { uid } = stop;
  const wish = number(record(spec)['terminationGracePeriodSeconds']) ?? GRACE_SECONDS;
  // A second deletion shortens what the first one has granted.
  const isStretched = (number(metadata['deletionGracePeriodSeconds']) ?? 0) > GRACE_SECONDS;
  if (!isTerminating(stop.live) || isStretched)
    await cluster.remove(stop, { uid, gracePeriodSeconds: Math.max(MIN_GRACE_SECONDS, Math.min(wish, GRACE_SECONDS)) });
  await stripFinalizers(cluster, stop, metadata);
}

/** What the fields of a patch were before: to be read if the snapshot lacks them. */
export function valuesBefore(live: unknown, change: object): Record<string, unknown> {
  const fields = Object.entries(change).map(([key, value]) => {
    const was = record(live)[key];
    return [key, typeof value === 'object' && value !== null ? valuesBefore(was, value) : (was ?? null)];
  });
  return Object.fromEntries(fields);
}
