import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { objectPath } from '../../kubernetes/object-path.ts';
import type { Aim } from './actuator.ts';
import type { StepContext } from './step.ts';

/** The namespace as a thing to write to. */
export const namespaceAim = (name: string, what: string): Aim => ({
  apiVersion: 'v1',
  resource: 'namespaces',
  kind: 'Namespace',
  name,
  what,
});

/**
 * The namespace, if it is still the one that was meant. Each step asks again: nothing holds the name while the
 * quarantine label is not there.
 *
 * @returns the namespace; or why there is none, as a sentence
 */
export async function liveTarget({
  run: { target },
  cluster,
  signal,
}: Pick<StepContext, 'run' | 'cluster' | 'signal'>): Promise<
  { namespace: KubernetesObject; gone?: undefined } | { namespace?: undefined; gone: string }
> {
  const { namespace: name, uid } = target;
  const namespace = await cluster.kubernetes.read(objectPath(namespaceAim(name, '')), signal);
  if (!namespace) return { gone: `The namespace ${name} is gone.` };
  if (namespace.metadata.uid === uid) return { namespace };
  const { uid: other = 'unknown', creationTimestamp = 'a time that is not known' } = namespace.metadata;
  return {
    gone: `${name} is another namespace by now: its UID is ${other}, made at ${creationTimestamp}, not ${uid}.`,
  };
}

/** The namespace was deleted, or another one has its name by now: the step ends here. */
class TargetGone extends Error {
  override name = 'TargetGone';
}

/**
 * To be asked *after* a list and before its objects are written to, each by its UID: then what was listed was in the
 * namespace that was meant.
 *
 * @throws {TargetGone}
 */
export async function assertTarget(context: Parameters<typeof liveTarget>[0]): Promise<void> {
  const { gone } = await liveTarget(context);
  if (gone !== undefined) throw new TargetGone(gone);
}
