import type { KubernetesObject } from '../../clients/kubernetes.ts';
import { listPath } from '../../object-path.ts';
import { POD_SECURITY_PREFIX, QUARANTINE_LABEL, RELEASING_LABEL } from '../../quarantine.ts';
import { assertTarget, liveTarget, namespaceAim } from '../live-target.ts';
import { isOurs } from '../ours.ts';
import type { Context, Step, StepOutcome } from '../step.ts';

/**
 * The label first: while it is there the freeze policy refuses release like everybody. The same patch sets the label that
 * lets release write here, and gives Pod Security back what it was. Then the quota goes.
 */
export const liftQuarantine: Step = { key: 'liftQuarantine', run };

async function run(context: Context): Promise<StepOutcome> {
  const { cluster, folder, run } = context;
  const { namespace: name, uid } = run.target;
  const found = await liveTarget(context);
  if (found.gone !== undefined) return { status: 'failed', summary: found.gone };
  const [first] = await folder.snapshots();
  const aim = namespaceAim(name, 'no longer in quarantine');
  const labels = labelChanges(first?.namespace, found.namespace, uid);
  if (Object.keys(labels).length > 0) await cluster.patch(aim, { metadata: { uid, labels } });
  else cluster.already('patch', aim);
  await removeOurs(
    context,
    { apiVersion: 'v1', resource: 'resourcequotas', kind: 'ResourceQuota' },
    'allows objects again',
  );
  return { status: 'done', summary: `${name} is no longer in quarantine, and its quota is gone.` };
}

/** As a merge patch. One that was in quarantine, or is in the middle of being released, is marked as such. */
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

/** Deletes what containment has made of a kind, by what it does and not by its label alone. */
export async function removeOurs(
  context: Context,
  kind: { apiVersion: string; resource: string; kind: string },
  what: string,
): Promise<void> {
  const { cluster, run, signal } = context;
  const { namespace } = run.target;
  const { items } = await cluster.kubernetes.list(listPath({ ...kind, namespace }), signal);
  await assertTarget(context);
  for (const { metadata } of items.filter((item) => isOurs({ ...item, kind: kind.kind })))
    await cluster.remove(
      { ...kind, namespace, name: metadata.name ?? '', what },
      { ...(metadata.uid && { uid: metadata.uid }) },
    );
}
