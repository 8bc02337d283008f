import { detailsOf, type Rule } from './rule.ts';

/** Tracks are removed like that; so is a right that was given for one task. */
export const bindingGone: Rule = {
  id: 'binding-gone',
  kind: 'commonplace',
  weight: 15,
  checks: ['permissions'],
  judge(facts) {
    const { grantedBy } = detailsOf(facts, 'permissions') ?? {};
    if (!grantedBy?.bindingGone) return undefined;
    return {
      reason: `The ${grantedBy.kind} ${grantedBy.binding ?? ''} that allowed the request does not exist any more.`,
      technique: 'T1070',
      check: 'permissions',
    };
  },
};
