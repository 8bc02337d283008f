import { shortName } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { isNewcomer } from './parts/newcomer.ts';

/** AlphaSOC: an address not seen before with this actor. */
export const newAddress = defineRule({
  id: 'new-address',
  kind: 'novelty',
  weight: 10,
  why: 'People travel; with refusals or a right that was just given, it is what stolen credentials look like.',
  technique: 'T1078',
  shownBy: ['actor-activity'],
  judge(facts, details) {
    // All others can be set by the client.
    const peer = facts.finding.request.sourceIps?.at(-1);
    if (!isNewcomer(facts, details['actor-activity'], 'addresses', peer)) return undefined;
    return {
      reason: `New source address: ${peer}.`,
      brief: `New source address: ${shortName(peer ?? '')}.`,
      check: 'actor-activity',
    };
  },
});
