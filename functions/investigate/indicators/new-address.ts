import { isNewcomer } from './newcomer.ts';
import type { Rule } from './rule.ts';

/** AlphaSOC: an address not seen before with this actor. */
export const newAddress: Rule = {
  id: 'new-address',
  kind: 'novelty',
  weight: 10,
  checks: ['actor-activity'],
  judge(facts) {
    // All others can be set by the client.
    const peer = facts.finding.request.sourceIps?.at(-1);
    if (!isNewcomer(facts, 'addresses', peer)) return undefined;
    return {
      reason: `The creator came from ${peer}, and from elsewhere before.`,
      technique: 'T1078',
      check: 'actor-activity',
    };
  },
};
