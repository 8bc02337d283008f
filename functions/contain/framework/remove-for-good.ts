import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { texts } from '../../kit/json.ts';
import type { Actuator, Aim } from './actuator.ts';

/**
 * Deletes an object by its UID, then strips its finalizers: with one, a binding goes on to give rights and an account's
 * tokens go on to be taken for as long as somebody likes. After the deletion nobody can add another.
 */
export async function removeForGood(cluster: Actuator, aim: Aim, { metadata }: KubernetesObject): Promise<void> {
  const { uid } = metadata;
  if (metadata['deletionTimestamp'] === undefined) await cluster.remove(aim, uid ? { uid } : {});
  else cluster.already('delete', aim);
  await stripFinalizers(cluster, aim, metadata);
}

export async function stripFinalizers(
  cluster: Actuator,
  aim: Aim,
  metadata: KubernetesObject['metadata'],
): Promise<void> {
  const finalizers = texts(metadata['finalizers']);
  if (finalizers.length === 0) return;
  const what = `its finalizers are stripped: ${finalizers.join(', ')}`;
  await cluster.patch({ ...aim, what }, { metadata: { uid: metadata.uid, finalizers: null } });
}
