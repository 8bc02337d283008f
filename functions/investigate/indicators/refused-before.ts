import { detailsOf, type Rule } from './rule.ts';

/** Fewer happen to anybody; a client that probes makes dozens. */
const BURST = 10;

/** Panther: multiple 403 responses; Elastic: forbidden creation. */
export const refusedBefore: Rule = {
  id: 'refused-before',
  kind: 'threat',
  weight: 15,
  checks: ['actor-activity'],
  judge(facts) {
    const { refusedBefore: count = 0 } = detailsOf(facts, 'actor-activity') ?? {};
    if (count < BURST) return undefined;
    return {
      reason: `The creator was refused ${count} requests before this one was allowed.`,
      technique: 'T1613',
      check: 'actor-activity',
    };
  },
};
