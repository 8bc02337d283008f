/** Denies all traffic of a namespace, and closes what would allow some: NetworkPolicies add up. */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { listPath } from '../../kubernetes/object-path.ts';
import { OWNED_LABELS } from '../../kubernetes/quarantine.ts';
import { networkPolicy } from '../forms/network-policy.ts';
import type { Aim } from '../framework/actuator.ts';
import { createInside } from '../framework/create-inside.ts';
import { assertTarget } from '../framework/live-target.ts';
import { type Needs, rights } from '../framework/needs.ts';
import type { StepContext } from '../framework/step.ts';
import { writeEach } from '../framework/write-each.ts';
import { allowsTraffic, DENY_ALL, deniesAll, hasOurLabels } from './own-objects.ts';

const KIND = { apiVersion: 'networking.k8s.io/v1', resource: 'networkpolicies', kind: 'NetworkPolicy' } as const;

/** What {@link denyAll} and {@link remainingTraffic} ask and write. */
export const DENY_ALL_NEEDS: Needs = {
  // What has come into another namespace is taken away again.
  kubernetes: rights(['list', 'create', 'patch', 'delete'], 'networkpolicies.networking.k8s.io'),
};

/**
 * Ours comes first, so that nothing is open in between. It gets a name that nobody can know before, as one that exists
 * already would keep its rules. The others then allow nothing any more, by name and UID, whatever their labels say;
 * each of them denies all traffic by itself.
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
    await createInside(context, aim, { apiVersion, kind, metadata, spec: DENY_ALL });
  }
  const others = items.filter((policy) => !isDenyAll(policy));
  await writeEach(others, (policy) => close(policy, context));
}

const isDenyAll = (policy: KubernetesObject): boolean =>
  hasOurLabels(policy) && deniesAll(policy) && policy.metadata['deletionTimestamp'] === undefined;

async function close(policy: KubernetesObject, { run, cluster }: StepContext): Promise<void> {
  const { name = '', uid } = policy.metadata;
  const aim: Aim = { ...KIND, namespace: run.target.namespace, name, what: networkPolicy.what };
  const change = networkPolicy.contain(policy, run.target.uid);
  if (change) await cluster.patch(aim, { metadata: { uid }, ...change });
  else cluster.already('patch', aim);
}

/** What allows traffic, or does not deny it, after all. */
export async function remainingTraffic({ run: { target }, cluster, signal }: StepContext): Promise<string[]> {
  const { items } = await cluster.kubernetes.list(listPath({ ...KIND, namespace: target.namespace }), signal);
  return [
    ...(items.some(isDenyAll) ? [] : ['No NetworkPolicy denies all traffic.']),
    ...items.filter(allowsTraffic).map(({ metadata }) => `The NetworkPolicy ${metadata.name} still allows traffic.`),
  ];
}
