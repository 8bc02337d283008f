import type { WorkloadSign } from '../../checks/parts/workload-signs/index.ts';
import { firstOf, listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';

/** Signs of a pod that is a threat in the new namespace; elsewhere it may be an agent's. */
const GRAVE: readonly WorkloadSign[] = [
  'privileged',
  'miner-image',
  'miner-argument',
  'reverse-shell',
  'suspicious-command',
  'node-entry',
  'host-path',
  'host-pid',
  'host-network',
  'host-ipc',
  'dangerous-capability',
];

/** Dangerous pods that the creator made in other namespaces, also where they are gone again. */
export const elsewhereWorkload = defineRule({
  id: 'elsewhere-workload',
  kind: 'commonplace',
  weight: 20,
  why: 'Installing agents does it, and GitOps does it every day; with a threat, the new namespace is not the only place of the attack.',
  technique: 'T1610',
  shownBy: ['actor-activity'],
  judge({ finding: { namespace } }, details) {
    const found = (details['actor-activity']?.signs ?? []).filter(
      (act) =>
        act.namespace !== undefined && act.namespace !== namespace.name && GRAVE.includes(act.sign as WorkloadSign),
    );
    if (found.length === 0) return undefined;
    const objects = found.map(({ on, namespace: where }) => `${on} in ${where}`);
    return {
      reason: `The creator made dangerous pods in other namespaces: ${listed(objects)}.`,
      brief: `The creator made dangerous pods in other namespaces: ${firstOf(objects, 50)}.`,
      check: 'actor-activity',
    };
  },
});
