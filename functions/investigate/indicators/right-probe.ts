import { firstOf, listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';

/** Refused kinds of rights from which on it is a search, and from which on it is more than a wrong turn. */
const SEARCH = 4;
const SOME = 2;
/** Points out of the weight for a few: they make novelty count in full, and decide nothing by themselves. */
const SOME_SHARE = 5 / 20;

/** MITRE T1613; Panther: multiple 403 responses. The creator was refused rights of several kinds that lead to more. */
export const rightProbe = defineRule({
  id: 'right-probe',
  kind: 'threat',
  weight: 20,
  why: 'Two kinds of such rights refused happen to people and decide nothing alone; with four, somebody is searching.',
  technique: 'T1613',
  shownBy: ['actor-activity'],
  judge(_, details) {
    const { probed = [] } = details['actor-activity'] ?? {};
    if (probed.length < SOME) return undefined;
    return {
      reason: `The creator was refused rights that lead to more rights: ${listed(probed, 5)}.`,
      brief: `The creator was refused rights that lead to more rights: ${firstOf(probed)}.`,
      check: 'actor-activity',
      share: probed.length >= SEARCH ? 1 : SOME_SHARE,
    };
  },
});
