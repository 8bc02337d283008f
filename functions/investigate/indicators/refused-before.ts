import { defineRule, inBrief } from '../rule.ts';

/** Fewer happen to anybody; a client that probes makes dozens. */
const BURST = 10;
/** A controller that lacks a right repeats the same request. */
const DIFFERENT = 5;

/** Panther: multiple 403 responses; Elastic: forbidden creation. */
export const refusedBefore = defineRule({
  id: 'refused-before',
  kind: 'threat',
  weight: 15,
  why: 'A few happen to anybody, and a broken controller repeats the same one: many different ones are a search.',
  technique: 'T1613',
  shownBy: ['actor-activity'],
  judge(_, details) {
    const { refusedBefore: count = 0, refusedThings = count } = details['actor-activity'] ?? {};
    if (count < BURST || refusedThings < DIFFERENT) return undefined;
    return {
      ...inBrief(`The creator was refused ${count} requests before this one was allowed.`),
      check: 'actor-activity',
    };
  },
});
