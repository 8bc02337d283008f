import { isKnownAutomation } from '../../checks/parts/automation.ts';
import { defineRule } from '../rule.ts';

/**
 * Elastic: pods seldom have reason to make namespaces, unless they are GitOps, CI or operators. Those are many, and
 * before anybody has listed them they all look like this; so it tells something beside a threat only.
 */
export const serviceAccountCreator = defineRule({
  id: 'service-account-creator',
  kind: 'commonplace',
  weight: 15,
  why: 'Pods rarely create namespaces, except those of GitOps, CI and operators, which are many.',
  technique: 'T1078',
  ruledOutBy: ['known-creator'],
  judge(facts, details) {
    const { actor } = facts.finding;
    if (actor.kind !== 'service-account' || isKnownAutomation(actor, facts.knownAutomation)) return undefined;
    // Whoever it acted as is what matters then, and has an indicator of its own.
    if (details['known-creator']?.known || actor.impersonated) return undefined;
    return {
      reason: `The creator is ${actor.username ?? 'a ServiceAccount'}, which is not listed as known automation.`,
      brief: 'The creator is a ServiceAccount that is not listed as known automation.',
    };
  },
});
