import { detailsOf, type Rule } from './rule.ts';

/** A person has said so, and it has not expired. */
export const knownCreator: Rule = {
  id: 'known-creator',
  kind: 'mitigation',
  weight: -15,
  checks: ['known-creator'],
  judge(facts) {
    const { known } = detailsOf(facts, 'known-creator') ?? {};
    if (!known) return undefined;
    return {
      reason: `${known.decidedBy} has said that the creator makes namespaces named like ${known.namePattern}.`,
      check: 'known-creator',
    };
  },
};
