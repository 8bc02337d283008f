import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { POD_SECURITY_PREFIX, QUARANTINE_LABEL, RELEASING_LABEL } from '../../kubernetes/quarantine.ts';
import { namespaceAim } from '../framework/live-target.ts';
import { allNeeds, rights } from '../framework/needs.ts';
import type { StepContext, StepOutcome, TargetStep } from '../framework/step.ts';
import { tally } from '../framework/tally.ts';
import { resourceName } from '../isolation/api-kinds.ts';
import { MARKS } from '../isolation/quarantine-mark.ts';
import { CONFIRM_NEEDS, confirmedSnapshots } from './confirmed-snapshots.ts';
import { LIFTED } from './lifted.ts';
import { QUOTAS, removeOurs } from './made-by-us.ts';

/**
 * The label first: while it is there the freeze policy refuses release like everybody. The same patch sets the label that
 * lets release write here, and gives Pod Security back what it was. Then the quota and the mark go.
 */
export const liftQuarantine: TargetStep = {
  key: 'liftQuarantine',
  needs: allNeeds(CONFIRM_NEEDS, {
    kubernetes: [
      'patch namespaces',
      ...[QUOTAS, MARKS].flatMap((kind) => rights(['list', 'delete'], resourceName(kind))),
    ],
  }),
  target: 'must-live',
  // The label goes first in the step itself.
  liftedBefore: LIFTED,
  run,
};

async function run(context: StepContext, namespace: KubernetesObject): Promise<StepOutcome> {
  const { cluster, run } = context;
  const { namespace: name, uid } = run.target;
  const [first] = await confirmedSnapshots(context);
  const aim = namespaceAim(name, 'no longer in quarantine');
  const labels = labelChanges(first?.namespace, namespace, uid);
  if (Object.keys(labels).length > 0) await cluster.patch(aim, { metadata: { uid, labels } });
  else cluster.already('patch', aim);
  await removeOurs(context, QUOTAS, 'allows objects again');
  await removeOurs(context, MARKS, 'lets nothing elsewhere be deleted any more');
  return tally(cluster, {
    done: `${name} is no longer in quarantine, and its quota is gone.`,
    planned: `${name} would no longer be in quarantine, and its quota would be gone.`,
  });
}

/**
 * The changes to the namespace's labels as a merge patch. A namespace that was in quarantine, or is in the middle of
 * being released, is marked as such.
 */
function labelChanges(
  original: KubernetesObject | undefined,
  live: KubernetesObject,
  uid: string,
): Record<string, string | null> {
  const [was, is] = [original?.metadata.labels ?? {}, live.metadata.labels ?? {}];
  const levels = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((key) =>
    key.startsWith(POD_SECURITY_PREFIX),
  );
  const changes: Record<string, string | null> = {};
  for (const key of levels) if (original && was[key] !== is[key]) changes[key] = was[key] ?? null;
  if (is[QUARANTINE_LABEL] !== undefined) {
    changes[QUARANTINE_LABEL] = null;
    changes[RELEASING_LABEL] = uid;
  }
  return changes;
}
