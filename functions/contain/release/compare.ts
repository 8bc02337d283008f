/** How an object of the snapshot stands today. */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { ReleaseStepKey } from '../../contract/playbook-steps.ts';
import { defined } from '../../kit/defined.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { sameJson } from '../../kit/json.ts';
import { objectPath } from '../../kubernetes/object-path.ts';
import type { StepContext } from '../framework/step.ts';
import type { Snapshot, SnapshotObject } from '../snapshot/snapshot.ts';
import { type Restoration, restorationOf } from './restoration.ts';

/**
 * - `same`: as it was.
 * - `contained`: as containment left it, deleted or changed.
 * - `gone`: deleted by somebody else; containment only changes such objects.
 * - `changed`: by somebody else, since.
 * - `unrecorded`: it is not there, and no record says that containment deleted it.
 */
type Standing = 'same' | 'contained' | 'gone' | 'changed' | 'unrecorded';

/** An object of the snapshot that containment may have touched. */
export interface ReleaseItem extends SnapshotObject {
  restoration: Restoration;
  live: KubernetesObject | undefined;
  standing: Standing;
}

const AT_ONCE = 10;

/**
 * What containment may have touched of the snapshots, the first one before later ones, each object once.
 *
 * @param step the one that brings it back, where only what is its own is asked for
 */
export async function itemsOf(
  snapshots: readonly Snapshot[],
  context: StepContext,
  step?: ReleaseStepKey,
): Promise<ReleaseItem[]> {
  const found = new Map<string, SnapshotObject & { restoration: Restoration }>();
  for (const { objects, bindings } of snapshots)
    for (const each of [...objects, ...bindings]) {
      const restoration = restorationOf(each);
      const path = pathOf(each);
      const isAskedFor = restoration !== undefined && (step === undefined || restoration.step === step);
      if (isAskedFor && !found.has(path)) found.set(path, { ...each, restoration });
    }
  const { kubernetes } = context.cluster;
  const facts = { uid: context.run.target.uid, deleted: await context.folder.deleted() };
  return inParallel([...found], AT_ONCE, async ([path, each]) => {
    const live = await kubernetes.read(path, context.signal);
    return { ...each, live, standing: standingOf(each.object, live, each.restoration, facts) };
  });
}

function pathOf({ resource, object: { apiVersion, metadata } }: SnapshotObject): string {
  const { name = '', namespace } = metadata;
  return objectPath({ apiVersion, resource, name, ...defined({ namespace }) });
}

export function standingOf(
  original: KubernetesObject,
  live: KubernetesObject | undefined,
  { form, manifest }: Restoration,
  { uid, deleted }: { uid: string; deleted: ReadonlySet<string> },
): Standing {
  if (!live) return form ? 'gone' : deleted.has(original.metadata.uid ?? '') ? 'contained' : 'unrecorded';
  if (!form) {
    // On its way out: containment's doing, or it could not be made again anyway.
    if (live.metadata['deletionTimestamp'] !== undefined) return 'contained';
    if (sameJson(manifest(original), manifest(live))) return 'same';
    return isFreshDefault(original, live) ? 'contained' : 'changed';
  }
  if (live.metadata.uid !== original.metadata.uid) return 'changed';
  if (form.restore(original, live) === undefined) return 'same';
  return form.isContained(original, live, uid) ? 'contained' : 'changed';
}

/** The control plane makes the account `default` again as soon as it is deleted, without what somebody had added. */
export const isFreshDefault = (original: KubernetesObject, live: KubernetesObject | undefined): boolean =>
  live?.kind === 'ServiceAccount' &&
  live.metadata.name === 'default' &&
  live.metadata.uid !== original.metadata.uid &&
  Object.keys({ ...live.metadata.labels, ...live.metadata.annotations }).length === 0;
