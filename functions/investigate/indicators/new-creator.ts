import { defineRule } from '../rule.ts';

/** AlphaSOC: the actor was never seen doing this here. What counts as seen is what a person has accepted. */
export const newCreator = defineRule({
  id: 'new-creator',
  kind: 'novelty',
  weight: 15,
  why: 'Before anybody has decided about creators, all of them are new.',
  technique: 'T1078',
  shownBy: ['known-creator'],
  judge(_, { 'known-creator': answer }) {
    if (!answer || answer.known) return undefined;
    return {
      reason: 'Nobody has said yet that the creator makes namespaces named like this one in this cluster.',
      check: 'known-creator',
    };
  },
});
