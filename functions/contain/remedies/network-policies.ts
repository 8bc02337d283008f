import { command } from '../../contract/commands/command.ts';
import type { Proposal } from '../../contract/containment.ts';
import type { ContainmentFacts } from '../framework/containment-facts.ts';
import type { Remedy } from './remedy.ts';

/** How many namespaces get a manifest of their own; the others are counted. */
const MAX_NAMESPACES = 30;

/**
 * A policy that denies what nobody allowed, for each namespace that has none. DNS stays open, or nothing in it would work.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies
 */
export const networkPolicies: Remedy = { name: 'default-deny', aim: 'hardening', propose };

async function propose({ details, context }: ContainmentFacts): Promise<Proposal[]> {
  const open = (details['cluster-weaknesses']?.namespacesWithoutNetworkPolicy ?? []).filter(
    (name) => name !== context.run.target.namespace,
  );
  const more = open.length - MAX_NAMESPACES;
  const proposals: Proposal[] = [];
  for (const namespace of open.slice(0, MAX_NAMESPACES)) {
    const manifest = defaultDeny(namespace);
    const { fetch, path } = await context.folder.manifest(`default-deny-${namespace}`, manifest);
    proposals.push({
      text: `Deny by default in ${namespace}: allow what it needs first. The line with "--dry-run" only says whether it would be accepted.`,
      commands: [
        ...fetch,
        command('kubectl apply -f', [path], { '--dry-run': 'server' }),
        command('kubectl apply -f', [path]),
      ],
      manifest,
    });
  }
  if (more > 0) proposals.push({ text: `${more} other namespaces have no policy either.` });
  return proposals;
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
