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
      check: 'permissions',
    };
  },
});
