/** Denies all traffic of a namespace, and takes away what would allow some: NetworkPolicies add up. */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { texts } from '../../kit/json.ts';
import { listPath } from '../../kubernetes/object-path.ts';
import { OWNED_LABELS } from '../../kubernetes/quarantine.ts';
import type { Aim } from '../framework/actuator.ts';
import { createInside } from '../framework/create-inside.ts';
import { assertTarget } from '../framework/live-target.ts';
import type { StepContext } from '../framework/step.ts';
import { allowsTraffic, DENY_ALL, deniesAll, hasOurLabels } from './own-objects.ts';

const KIND = { apiVersion: 'networking.k8s.io/v1', resource: 'networkpolicies', kind: 'NetworkPolicy' } as const;

/** Finalizers whose controller has to clean up after a policy: EKS takes its own off once nodes enforce the policy no more. */
const CLEANS_UP = new Set(['networking.k8s.aws/resources', 'foregroundDeletion']);

/**
 * Ours first, so that nothing is open in between. It gets a name that nobody can know before, as one that exists already
 * would keep its rules. The others are deleted by name and UID, whatever their labels say. One with a finalizer outlives
 * its deletion: it gets our spec first, and loses the finalizers that nobody is known to need.
 */
export async function denyAll(context: StepContext): Promise<void> {
  const { run, cluster, signal } = context;
  const { namespace } = run.target;
  const { items } = await cluster.kubernetes.list(listPath({ ...KIND, namespace }), signal);
  await assertTarget(context);
  const ours = items.find(isDenyAll);
  const aim: Aim = { ...KIND, namespace, name: '', shown: 'namespace-sentinel-*', what: 'denies all traffic' };
  if (ours) cluster.already('create', aim);
  else {
    const metadata = { generateName: 'namespace-sentinel-', labels: OWNED_LABELS };
    const { apiVersion, kind } = KIND;
    const written = await createInside(context, aim, { apiVersion, kind, metadata, spec: DENY_ALL });
    // Without one that denies, taking away the others would open what they close.
    if ('code' in written || !deniesAll(written.object)) return;
  }
  for (const policy of items) if (!isDenyAll(policy)) await takeAway(cluster, policy, namespace);
}

const isDenyAll = (policy: KubernetesObject): boolean =>
  hasOurLabels(policy) && deniesAll(policy) && policy.metadata['deletionTimestamp'] === undefined;

async function takeAway(cluster: StepContext['cluster'], policy: KubernetesObject, namespace: string): Promise<void> {
  const { metadata } = policy;
  const { name = '', uid, deletionTimestamp } = metadata;
  const aim: Aim = { ...KIND, namespace, name, what: 'allows nothing any more' };
  const finalizers = texts(metadata['finalizers']);
  const needed = finalizers.filter((finalizer) => CLEANS_UP.has(finalizer));
  if (finalizers.length > 0 && !(deniesAll(policy) && needed.length === finalizers.length)) {
    // Without the version: it wins over whoever writes at the same time.
    const { managedFields, resourceVersion, ...rest } = metadata;
    await cluster.replace(aim, { ...policy, metadata: { ...rest, finalizers: needed }, spec: DENY_ALL });
  }
  if (deletionTimestamp !== undefined) cluster.already('delete', aim);
  else await cluster.remove(aim, uid ? { uid } : {});
}

/** What allows traffic, or does not deny it, after all. */
export async function remainingTraffic({ run: { target }, cluster, signal }: StepContext): Promise<string[]> {
  const { items } = await cluster.kubernetes.list(listPath({ ...KIND, namespace: target.namespace }), signal);
  return [
    ...(items.some(isDenyAll) ? [] : ['No NetworkPolicy denies all traffic.']),
    ...items.filter(allowsTraffic).map(({ metadata }) => `The NetworkPolicy ${metadata.name} still allows traffic.`),
  ];
}
