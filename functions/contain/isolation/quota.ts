/** A ResourceQuota under which nothing can be created: what holds where the admission policy is not installed. */
import type { KubernetesObject, ServedKind } from '../../clients/kubernetes/kubernetes.ts';
import { record } from '../../kit/json.ts';
import { QUALIFIED_PART } from '../../kubernetes/names/kubernetes.ts';
import { OWNED_LABELS } from '../../kubernetes/quarantine.ts';
import { groupOf, resourceName } from './api-kinds.ts';
import { allowsNothing, hasOurLabels } from './own-objects.ts';

/** Limits of the API server's own, beside the counts: changing a Service into one of these is refused as well. */
const BUILT_IN = ['pods', 'services.loadbalancers', 'services.nodeports'];

/** What we or release create ourselves, and events, which are evidence. */
const LEFT_OUT = new Set([
  'networkpolicies.networking.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'resourcequotas',
  'events',
  'events.events.k8s.io',
]);

/** Objects by which network plugins enforce policies, ours among them. */
const ENFORCING_GROUPS = new Set(['networking.k8s.aws', 'cilium.io', 'crd.projectcalico.org']);

/** More would make the quota larger than the API server stores; those of Kubernetes come first. */
const MAX_COUNTED = 4_000;

export interface QuotaLimits {
  /** `spec.hard`: everything at zero. */
  hard: Record<string, '0'>;
  /** Kinds that cannot be counted, by their names or their number. */
  uncounted: string[];
}

/** @param kinds all that the cluster serves */
export function limitsFor(kinds: readonly ServedKind[]): QuotaLimits {
  const names = kinds
    .filter(({ namespaced, verbs, apiVersion }) => {
      return (
        namespaced && verbs.includes('create') && verbs.includes('list') && !ENFORCING_GROUPS.has(groupOf(apiVersion))
      );
    })
    .map(resourceName)
    .filter((name) => !LEFT_OUT.has(name))
    .sort((a, b) => Number(isForeign(a)) - Number(isForeign(b)) || (a < b ? -1 : 1));
  // A quota cannot hold any other name (`IsQualifiedName` of Kubernetes): one of them would have the whole quota refused.
  const fitting = new Set(names.filter((name) => QUALIFIED_PART.test(name)).slice(0, MAX_COUNTED));
  const counted = [...fitting];
  return {
    hard: Object.fromEntries([...BUILT_IN, ...counted.map((name) => `count/${name}`)].map((key) => [key, '0'])),
    uncounted: names.filter((name) => !fitting.has(name)),
  };
}

/** Whether anybody can have brought the kind: groups of Kubernetes have no dot, or end like this. */
const isForeign = (name: string): boolean => name.includes('.', name.indexOf('.') + 1) && !name.endsWith('.k8s.io');

export const quotaOf = (hard: QuotaLimits['hard']): object => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { generateName: 'namespace-sentinel-', labels: OWNED_LABELS },
  spec: { hard },
});

/** Whether it holds all this at zero, without exception; who made it does not matter then. */
export function quotaCovers(quota: KubernetesObject, hard: QuotaLimits['hard']): boolean {
  const given = record(record(quota['spec'])['hard']);
  const going = quota.metadata['deletionTimestamp'] !== undefined;
  return (
    !going && hasOurLabels(quota) && allowsNothing(quota) && Object.keys(hard).every((key) => Object.hasOwn(given, key))
  );
}

/** Whether it is in force: the API server goes by the status, which its controller may not have written. */
export function isInForce(quota: KubernetesObject, hard: QuotaLimits['hard']): boolean {
  const { hard: inForce, used } = record(quota['status']);
  return Object.keys(hard).every((key) => isZero(record(inForce)[key]) && Object.hasOwn(record(used), key));
}

/** What puts it in force at once, whatever its controller does. No more can be used than nothing, so zero will do. */
export const statusOf = (hard: QuotaLimits['hard']): object => ({ status: { hard, used: hard } });

const isZero = (value: unknown): boolean => value === '0' || value === 0;
