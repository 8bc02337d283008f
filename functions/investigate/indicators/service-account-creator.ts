import { isKnownAutomation } from '../../checks/parts/automation.ts';
import { detailsOf, type Rule } from './rule.ts';

/**
 * Elastic: pods seldom have reason to make namespaces, unless they are GitOps, CI or operators. Those are many, and
 * before anybody has listed them they all look like this; so it tells something beside a threat only.
 */
export const serviceAccountCreator: Rule = {
  id: 'service-account-creator',
  kind: 'commonplace',
  weight: 15,
  judge(facts) {
    const { actor } = facts.finding;
    if (actor.kind !== 'service-account' || isKnownAutomation(actor, facts.knownAutomation)) return undefined;
    if (detailsOf(facts, 'known-creator')?.known) return undefined;
    return {
      reason: `The creator is ${actor.username ?? 'a ServiceAccount'}, which is not listed as known automation.`,
      technique: 'T1078',
    };
  },
};
