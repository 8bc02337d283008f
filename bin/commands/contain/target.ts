import type { EvidenceStore } from '../../../functions/clients/bucket/evidence-store.ts';
import type { Kubernetes } from '../../../functions/clients/kubernetes/kubernetes.ts';
import { Folder, readSnapshot } from '../../../functions/contain/framework/folder.ts';
import { isFirstSnapshot } from '../../../functions/contain/framework/folder-keys.ts';
import type { Snapshot } from '../../../functions/contain/snapshot/snapshot.ts';
import type { Target } from '../../../functions/contract/containment.ts';
import { EVIDENCE } from '../../../functions/contract/evidence-keys.ts';
import type { Cluster } from '../../../functions/contract/finding.ts';
import { inParallel } from '../../../functions/kit/in-parallel.ts';
import { InputError } from '../../input/input.ts';

/** The live namespace's UID; or the given one, whatever is there: the first step of the playbook looks at that. */
export async function uidOf(
  namespace: string,
  given: string | undefined,
  kubernetes: Kubernetes,
  signal: AbortSignal,
): Promise<string> {
  const live = await kubernetes.read(`/api/v1/namespaces/${encodeURIComponent(namespace)}`, signal);
  const uid = given ?? live?.metadata.uid;
  if (uid === undefined) throw new InputError(`there is no namespace ${namespace} in the cluster`);
  return uid;
}

/** The first snapshots in a folder: one for each namespace that was contained with it. */
export async function readSnapshots(store: EvidenceStore): Promise<Snapshot[]> {
  const keys = (await store.list(`${EVIDENCE.snapshots}/`)).filter(isFirstSnapshot);
  const all = await inParallel(keys, 4, async (key) => {
    const first = await readSnapshot(store, key);
    if (!first) return [];
    // After a release, that of the containment since.
    const [last] = await new Folder(store, first.target, 'none').snapshots();
    return [last ?? first];
  });
  return all.flat();
}

/**
 * The target as the folder knows it: by another name of the cluster, what is contained already would be taken for what
 * was there before.
 */
export async function targetIn(store: EvidenceStore, cluster: Cluster, namespace: string, uid: string) {
  const kept = (await readSnapshots(store)).find(({ target }) => target.uid === uid);
  return kept?.target ?? ({ cluster, namespace, uid } satisfies Target);
}
