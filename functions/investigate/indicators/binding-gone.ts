import { defineRule } from '../rule.ts';

/** Tracks are removed like that; so is a right that was given for one task. */
export const bindingGone = defineRule({
  id: 'binding-gone',
  kind: 'commonplace',
  weight: 15,
  why: 'Tracks are removed like that; so is a right that was given for one task.',
  technique: 'T1070',
  shownBy: ['permissions'],
  judge(_, details) {
    const { grantedBy } = details.permissions ?? {};
    if (!grantedBy?.bindingGone) return undefined;
    return {
      reason: `The ${grantedBy.kind} ${grantedBy.binding ?? ''} that allowed the request does not exist any more.`,
      check: 'permissions',
    };
  },
});
