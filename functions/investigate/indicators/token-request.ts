import { defineRule } from '../rule.ts';
import { times } from './parts/times.ts';

/** Elastic: token created by TokenRequest. Operators do it as well. */
export const tokenRequest = defineRule({
  id: 'token-request',
  kind: 'commonplace',
  weight: 15,
  technique: 'T1528',
  shownBy: ['actor-activity'],
  judge(_, details) {
    const { tokenRequests: count = 0 } = details['actor-activity'] ?? {};
    return count > 0
      ? { reason: `The creator had tokens of ServiceAccounts issued ${times(count)}.`, check: 'actor-activity' }
      : undefined;
  },
});
