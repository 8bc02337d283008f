import { shortName } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { isNewcomer } from './parts/newcomer.ts';

/** AlphaSOC: a user agent not seen before with this actor. It is the client's own word, so only a change tells something. */
export const newUserAgent = defineRule({
  id: 'new-user-agent',
  kind: 'novelty',
  weight: 10,
  why: 'The client chooses its own name; only a change means something.',
  technique: 'T1078',
  shownBy: ['actor-activity'],
  judge(facts, details) {
    // As the check shortens it.
    const agent = facts.finding.request.userAgent?.slice(0, 200);
    if (!isNewcomer(facts, details['actor-activity'], 'userAgents', agent)) return undefined;
    return {
      reason: `New client of this creator: ${agent}.`,
      brief: `New client of this creator: ${shortName(agent ?? '', 60)}.`,
      check: 'actor-activity',
    };
  },
});
