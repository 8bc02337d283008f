import { shortName } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';

/** A person has said so, and it has not expired. */
export const knownCreator = defineRule({
  id: 'known-creator',
  kind: 'mitigation',
  weight: -15,
  why: 'A person has confirmed it for this kind of namespace.',
  shownBy: ['known-creator'],
  judge(_, details) {
    const { known } = details['known-creator'] ?? {};
    if (!known) return undefined;
    return {
      reason: `${known.decidedBy} has confirmed that the creator creates namespaces named like ${known.namePattern}.`,
      brief: `A person (${shortName(known.decidedBy)}) has confirmed that the creator creates such namespaces.`,
      check: 'known-creator',
    };
  },
});
