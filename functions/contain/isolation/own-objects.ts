/**
 * What in a namespace is ours. The label alone proves nothing, as anybody can set it: what carries it must also do what
 * ours does, and then it does no harm whoever made it.
 */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { list, record, records } from '../../kit/json.ts';
import { OWNED_LABELS } from '../../kubernetes/quarantine.ts';
import { isMark } from './quarantine-mark.ts';

/** The spec of the NetworkPolicy that lets nothing through, in no direction, for all pods. */
export const DENY_ALL = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } as const;

export const hasOurLabels = ({ metadata }: KubernetesObject): boolean =>
  Object.entries(OWNED_LABELS).every(([key, value]) => metadata.labels?.[key] === value);

/** Whether a NetworkPolicy selects every pod and allows nothing. */
export function deniesAll({ spec }: KubernetesObject): boolean {
  const { podSelector, policyTypes, ingress, egress } = record(spec);
  const types = list(policyTypes);
  return (
    isEmptySelector(podSelector) &&
    types.includes('Ingress') &&
    types.includes('Egress') &&
    list(ingress).length === 0 &&
    list(egress).length === 0
  );
}

/** Whether a NetworkPolicy allows anything to anybody. One that only selects denies. */
export function allowsTraffic({ spec }: KubernetesObject): boolean {
  const { ingress, egress } = record(spec);
  return list(ingress).length > 0 || list(egress).length > 0;
}

/** Whether a ResourceQuota holds everything that it counts at zero, without exception. */
export function allowsNothing({ spec }: KubernetesObject): boolean {
  const { hard, scopes, scopeSelector } = record(spec);
  const limits = Object.values(record(hard));
  return (
    list(scopes).length === 0 &&
    records(record(scopeSelector)['matchExpressions']).length === 0 &&
    limits.length > 0 &&
    limits.every((limit) => limit === '0' || limit === 0)
  );
}

/** Whether containment made it: it is not what release restores. */
export function isOurs(object: KubernetesObject): boolean {
  if (!hasOurLabels(object)) return false;
  if (object.kind === 'NetworkPolicy') return deniesAll(object);
  if (object.kind === 'RoleBinding') return isMark(object);
  return object.kind === 'ResourceQuota' && allowsNothing(object);
}

function isEmptySelector(selector: unknown): boolean {
  const { matchLabels, matchExpressions } = record(selector);
  return Object.keys(record(matchLabels)).length === 0 && list(matchExpressions).length === 0;
}
