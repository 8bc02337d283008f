import { command } from '../../contract/commands/command.ts';
import type { Proposal } from '../../contract/containment.ts';
import { POD_SECURITY_PREFIX } from '../../kubernetes/quarantine.ts';
import type { ContainmentFacts } from '../framework/containment-facts.ts';
import type { Remedy } from './remedy.ts';

const MAX_NAMESPACES = 30;

/** A Pod Security level for each namespace that has none: first asked what it would refuse, then set. */
export const podSecurity: Remedy = { name: 'pod-security', aim: 'hardening', propose };

function propose({ details, context }: ContainmentFacts): Proposal[] {
  const unprotected = (details['cluster-weaknesses']?.namespacesWithoutPodSecurity ?? [])
    .filter((name) => name !== context.run.target.namespace)
    .slice(0, MAX_NAMESPACES);
  return unprotected.map((namespace) => {
    const words = ['namespace', namespace, `${POD_SECURITY_PREFIX}enforce=baseline`];
    return {
      text: `Enforce the Pod Security level "baseline" in ${namespace}. The first line only warns of pods that violate it.`,
      commands: [command('kubectl label', words, { '--dry-run': 'server' }), command('kubectl label', words)],
    };
  });
}
