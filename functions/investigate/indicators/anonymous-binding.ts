import { listed } from '../../kit/words.ts';
import { detailsOf, type Rule } from './rule.ts';

/** The way in of RBAC Buster and Dero. It was there before, so it says little about this namespace. */
export const anonymousBinding: Rule = {
  id: 'anonymous-binding',
  kind: 'commonplace',
  weight: 5,
  checks: ['cluster-weaknesses'],
  judge(facts) {
    const { anonymousBindings = [] } = detailsOf(facts, 'cluster-weaknesses') ?? {};
    if (anonymousBindings.length === 0) return undefined;
    const bindings = anonymousBindings.map(({ binding, role }) => `${binding} (${role})`);
    return {
      reason: `The cluster gives rights to anybody without an identity: ${listed(bindings)}.`,
      technique: 'T1078.001',
      check: 'cluster-weaknesses',
    };
  },
};
