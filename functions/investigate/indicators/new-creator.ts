import { detailsOf, type Rule } from './rule.ts';

/** AlphaSOC: the actor was never seen doing this here. What counts as seen is what a person has accepted. */
export const newCreator: Rule = {
  id: 'new-creator',
  kind: 'novelty',
  weight: 15,
  checks: ['known-creator'],
  judge(facts) {
    const details = detailsOf(facts, 'known-creator');
    if (!details || details.known) return undefined;
    return {
      reason: 'Nobody has said yet that the creator makes namespaces named like this one in this cluster.',
      technique: 'T1078',
      check: 'known-creator',
    };
  },
};
