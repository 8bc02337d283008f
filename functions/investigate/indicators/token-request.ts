import { listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { ACT_CHECKS, done } from './parts/act-signs.ts';
import { times } from './parts/times.ts';

/** Elastic: token created by TokenRequest. Operators do it as well. */
export const tokenRequest = defineRule({
  id: 'token-request',
  kind: 'commonplace',
  weight: 15,
  why: 'Operators do it as well.',
  technique: 'T1528',
  shownBy: ACT_CHECKS,
  judge(_, details) {
    const { tokenRequests: count = 0 } = details['actor-activity'] ?? {};
    if (count > 0)
      return { reason: `The creator had tokens of ServiceAccounts issued ${times(count)}.`, check: 'actor-activity' };
    const act = done(details, 'token');
    return (
      act && {
        reason: `Tokens of ServiceAccounts of the namespace were issued ${times(act.count)}: ${listed(act.objects)}.`,
        check: act.check,
      }
    );
  },
});
