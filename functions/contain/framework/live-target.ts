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

/** Made with the cluster, and never again: Kubernetes refuses to delete it. */
const FIRST_NAMESPACE = 'kube-system';

/**
 * Why the namespace that was meant is not there, as a sentence more where the cluster itself is another one: one that was
 * deleted and made again under its name has none of the namespaces of before, and whoever is told that a namespace is gone
 * would look for who deleted it.
 *
 * @param gone as {@link liveTarget} tells it
 * @param since when the namespace was seen, as RFC 3339; undefined where that is not known
 */
export async function whyGone(
  { run: { target }, cluster, signal }: Pick<StepContext, 'run' | 'cluster' | 'signal'>,
  gone: string,
  since: string | undefined,
): Promise<string> {
  const seen = Date.parse(since ?? '');
  if (Number.isNaN(seen)) return gone;
  const first = await cluster.kubernetes
    .read(objectPath(namespaceAim(FIRST_NAMESPACE, '')), signal)
    // What cannot be read adds nothing to what is known: the namespace is gone.
    .catch(() => undefined);
  const made = Date.parse(first?.metadata.creationTimestamp ?? '');
  if (!(made > seen)) return gone;
  const [at, before] = [made, seen].map((time) => new Date(time).toISOString());
  return `The cluster ${target.cluster.name ?? ''} is another one: it was made at ${at}, and the namespace was seen at ${before}, in the former cluster of that name. ${gone}`;
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
