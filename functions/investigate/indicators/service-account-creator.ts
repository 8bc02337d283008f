import { isKnownAutomation } from '../automation.ts';
import type { Rule } from './rule.ts';

/** Elastic: pods seldom have reason to make namespaces, unless they are GitOps or CI. */
export const serviceAccountCreator: Rule = {
  id: 'service-account-creator',
  kind: 'threat',
  judge({ finding: { actor }, knownAutomation }) {
    if (actor.kind !== 'service-account' || isKnownAutomation(actor, knownAutomation)) return undefined;
    return {
      weight: 15,
      reason: `The creator is ${actor.username ?? 'a ServiceAccount'}, which is not listed as known automation.`,
      technique: 'T1078',
    };
  },
};
