import { isNewcomer } from './newcomer.ts';
import type { Rule } from './rule.ts';

/** AlphaSOC: a user agent not seen before with this actor. It is the client's own word, so only a change tells something. */
export const newUserAgent: Rule = {
  id: 'new-user-agent',
  kind: 'novelty',
  weight: 10,
  checks: ['actor-activity'],
  judge(facts) {
    // As the check shortens it.
    const agent = facts.finding.request.userAgent?.slice(0, 200);
    if (!isNewcomer(facts, 'userAgents', agent)) return undefined;
    return {
      reason: `The creator used a client that it had not used before: ${agent}`,
      technique: 'T1078',
      check: 'actor-activity',
    };
  },
};
