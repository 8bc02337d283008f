import type { Proposal } from '../../contract/containment.ts';
import type { Facts } from '../framework/facts.ts';
import type { Remedy } from './remedy.ts';

/** How many namespaces get a manifest of their own; the others are counted. */
const MAX_NAMESPACES = 30;

/**
 * A policy that denies what nobody allowed, for each namespace that has none. DNS stays open, or nothing in it would work.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies
 */
export const networkPolicies: Remedy = { name: 'default-deny', propose };

function propose({ details, context }: Facts): Proposal[] {
  const open = (details['cluster-weaknesses']?.namespacesWithoutNetworkPolicy ?? []).filter(
    (name) => name !== context.run.target.namespace,
  );
  const more = open.length - MAX_NAMESPACES;
  return open.slice(0, MAX_NAMESPACES).map((namespace, index) => ({
    text:
      `Deny by default in ${namespace}: allow what it needs first, then apply this.` +
      (index === MAX_NAMESPACES - 1 && more > 0 ? ` ${more} further namespaces have no policy either.` : ''),
    manifest: defaultDeny(namespace),
  }));
}

function defaultDeny(namespace: string): Record<string, unknown> {
  const dns = { matchLabels: { 'k8s-app': 'kube-dns' } };
  const system = { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'default-deny', namespace },
    spec: {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      egress: [
        {
          to: [{ namespaceSelector: system, podSelector: dns }],
          ports: [
            { port: 53, protocol: 'UDP' },
            { port: 53, protocol: 'TCP' },
          ],
        },
      ],
    },
  };
}
