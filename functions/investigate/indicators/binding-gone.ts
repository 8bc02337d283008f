import { shortName } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';

/** An intruder removes a binding to hide it; people remove one that was needed for a single task. */
export const bindingGone = defineRule({
  id: 'binding-gone',
  kind: 'commonplace',
  weight: 15,
  why: 'An intruder removes a binding to hide it; people remove one that was needed for a single task.',
  technique: 'T1070',
  shownBy: ['permissions'],
  judge(_, details) {
    const { grantedBy } = details.permissions ?? {};
    if (!grantedBy?.bindingGone) return undefined;
    return {
      reason: `The ${grantedBy.kind} ${grantedBy.binding ?? ''} that allowed the request no longer exists.`,
      brief: `The ${grantedBy.kind} that allowed the request no longer exists: ${shortName(grantedBy.binding ?? '(name unknown)')}.`,
      check: 'permissions',
    };
  },
});
