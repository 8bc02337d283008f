import { firstOf, listed } from '../../kit/words.ts';
import { defineRule, inBrief } from '../rule.ts';
import { ACT_CHECKS, done } from './parts/act-signs.ts';
import { times } from './parts/times.ts';

/** Falco: attach or exec to a pod. People at work do it as well. */
export const exec = defineRule({
  id: 'exec',
  kind: 'commonplace',
  weight: 10,
  why: 'People do it in their daily work, too.',
  technique: 'T1609',
  shownBy: ACT_CHECKS,
  judge(_, details) {
    const { exec: count = 0 } = details['actor-activity'] ?? {};
    if (count > 0)
      return { ...inBrief(`The creator ran commands in running pods ${times(count)}.`), check: 'actor-activity' };
    const act = done(details, 'pod-session');
    return (
      act && {
        reason: `Somebody ran commands in pods of the namespace ${times(act.count)}: ${listed(act.objects)}.`,
        brief: `Somebody ran commands in pods of the namespace ${times(act.count)}: ${firstOf(act.objects)}.`,
        check: act.check,
      }
    );
  },
});
