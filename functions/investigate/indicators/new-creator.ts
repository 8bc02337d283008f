import { defineRule, inBrief } from '../rule.ts';

/** AlphaSOC: the actor was never seen doing this here. What counts as seen is what a person has accepted. */
export const newCreator = defineRule({
  id: 'new-creator',
  kind: 'novelty',
  weight: 15,
  why: 'All creators are new until somebody has accepted some of them.',
  technique: 'T1078',
  shownBy: ['known-creator'],
  judge(_, { 'known-creator': answer }) {
    if (!answer || answer.known) return undefined;
    return {
      ...inBrief('The creator is new to namespaces like this one.'),
      check: 'known-creator',
    };
  },
});
