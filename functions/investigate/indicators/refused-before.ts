import { defineRule } from '../rule.ts';

/** Fewer happen to anybody; a client that probes makes dozens. */
const BURST = 10;

/** Panther: multiple 403 responses; Elastic: forbidden creation. */
export const refusedBefore = defineRule({
  id: 'refused-before',
  kind: 'threat',
  weight: 15,
  technique: 'T1613',
  shownBy: ['actor-activity'],
  judge(_, details) {
    const { refusedBefore: count = 0 } = details['actor-activity'] ?? {};
    if (count < BURST) return undefined;
    return {
      reason: `The creator was refused ${count} requests before this one was allowed.`,
      check: 'actor-activity',
    };
  },
});
