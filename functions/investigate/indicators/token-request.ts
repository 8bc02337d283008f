import { firstOf, listed } from '../../kit/words.ts';
import { defineRule, inBrief } from '../rule.ts';
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
      return {
        ...inBrief(`The creator requested tokens of ServiceAccounts ${times(count)}.`),
        check: 'actor-activity',
      };
    const act = done(details, 'token');
    return (
      act && {
        reason: `Tokens of ServiceAccounts of the namespace were requested ${times(act.count)}: ${listed(act.objects)}.`,
        brief: `Tokens of the namespace's ServiceAccounts were requested ${times(act.count)}: ${firstOf(act.objects)}.`,
        check: act.check,
      }
    );
  },
});
