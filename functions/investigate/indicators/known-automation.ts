import { isKnownAutomation } from '../../checks/parts/automation.ts';
import { defineRule } from '../rule.ts';

/** By identity alone: labels are the creator's choice, and never lower the score. */
export const knownAutomation = defineRule({
  id: 'known-automation',
  kind: 'mitigation',
  weight: -30,
  why: 'An operator of the cluster has said so.',
  judge({ finding: { actor }, knownAutomation: patterns }) {
    if (!isKnownAutomation(actor, patterns)) return undefined;
    return { reason: 'The creator is listed as known automation (GitOps or CI).' };
  },
});
