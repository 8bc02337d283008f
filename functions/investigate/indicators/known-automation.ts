import { isKnownAutomation } from '../../checks/parts/automation.ts';
import { defineRule, inBrief } from '../rule.ts';

/** By identity alone: labels are the creator's choice, and never lower the score. */
export const knownAutomation = defineRule({
  id: 'known-automation',
  kind: 'mitigation',
  weight: -30,
  why: 'The operator of the cluster has configured it.',
  judge({ finding: { actor }, knownAutomation: patterns }) {
    if (!isKnownAutomation(actor, patterns)) return undefined;
    return inBrief('The creator is listed as known automation (GitOps or CI).');
  },
});
