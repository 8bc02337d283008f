import { record, sameJson } from '../../kit/json.ts';
import { allowsTraffic, deniesAll } from '../isolation/own-objects.ts';
import type { ContainmentForm } from './form.ts';

/** As a merge patch: selects every pod, and allows nothing. */
const CLOSED = {
  podSelector: { matchLabels: null, matchExpressions: null },
  policyTypes: ['Ingress', 'Egress'],
  ingress: null,
  egress: null,
};

/**
 * NetworkPolicies add up, so each that allows something is made to allow nothing. It is changed and not deleted: a
 * finalizer cannot keep its rules alive, and the admission policies can hold a stolen identity to it, as what only closes
 * opens nothing. A policy that allows nothing stays as it is.
 */
export const networkPolicy: ContainmentForm = {
  apiGroup: 'networking.k8s.io',
  kind: 'NetworkPolicy',
  what: 'allows nothing any more',
  contain: (live) => (allowsTraffic(live) ? { spec: CLOSED } : undefined),
  restore(original, live) {
    const [was, is] = [record(original['spec']), record(live['spec'])];
    if (sameJson(was, is)) return undefined;
    const [selected, selects] = [record(was['podSelector']), record(is['podSelector'])];
    const matchLabels = { ...nothingOf(selects['matchLabels']), ...record(selected['matchLabels']) };
    return {
      spec: {
        podSelector: {
          matchLabels: selected['matchLabels'] ? matchLabels : null,
          matchExpressions: selected['matchExpressions'] ?? null,
        },
        policyTypes: was['policyTypes'] ?? null,
        ingress: was['ingress'] ?? null,
        egress: was['egress'] ?? null,
      },
    };
  },
  isContained: (original, live) => (allowsTraffic(original) ? deniesAll(live) : !allowsTraffic(live)),
};

/** As a merge patch: takes away each field that there is. */
const nothingOf = (fields: unknown): Record<string, null> =>
  Object.fromEntries(Object.keys(record(fields)).map((key) => [key, null]));
