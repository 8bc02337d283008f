import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { defined } from '../../kit/defined.ts';
import { listPath } from '../../kubernetes/object-path.ts';
import type { Aim } from '../framework/actuator.ts';
import { assertTarget } from '../framework/live-target.ts';
import type { StepContext } from '../framework/step.ts';
import { isOurs } from '../isolation/own-objects.ts';

type Kind = Pick<Aim, 'apiVersion' | 'resource' | 'kind'>;

/** The kinds of object that containment creates in the namespace. */
export const QUOTAS: Kind = { apiVersion: 'v1', resource: 'resourcequotas', kind: 'ResourceQuota' };
export const POLICIES: Kind = {
  apiVersion: 'networking.k8s.io/v1',
  resource: 'networkpolicies',
  kind: 'NetworkPolicy',
};

/** What containment has made of a kind, by what it does and not by its label alone. */
export async function madeByUs({ cluster, run, signal }: StepContext, kind: Kind): Promise<KubernetesObject[]> {
  const { items } = await cluster.kubernetes.list(listPath({ ...kind, namespace: run.target.namespace }), signal);
  return items.filter((item) => isOurs({ ...item, kind: kind.kind }));
}

/** Deletes the object. */
export async function removeOurs(context: StepContext, kind: Kind, what: string): Promise<void> {
  const { cluster, run } = context;
  const { namespace } = run.target;
  const ours = await madeByUs(context, kind);
  await assertTarget(context);
  for (const { metadata } of ours)
    await cluster.remove(
      { ...kind, namespace, name: metadata.name ?? '', what },
      defined({ uid: metadata.uid || undefined }),
    );
}
