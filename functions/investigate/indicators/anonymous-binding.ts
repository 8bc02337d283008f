import { firstOf, listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';

/** The way in of RBAC Buster and Dero. It was there before, so it says little about this namespace. */
export const anonymousBinding = defineRule({
  id: 'anonymous-binding',
  kind: 'commonplace',
  weight: 5,
  why: 'It was there before, so it says little about this namespace.',
  technique: 'T1078.001',
  shownBy: ['cluster-weaknesses'],
  judge(_, details) {
    const { anonymousBindings = [] } = details['cluster-weaknesses'] ?? {};
    if (anonymousBindings.length === 0) return undefined;
    const bindings = anonymousBindings.map(({ binding, role }) => `${binding} (${role})`);
    return {
      reason: `The cluster gives rights to requests without an identity: ${listed(bindings)}.`,
      brief: `Requests without an identity have rights: ${firstOf(bindings, 50)}.`,
      check: 'cluster-weaknesses',
    };
  },
});
