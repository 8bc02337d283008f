import { defineRule } from '../rule.ts';
import { ACT_CHECKS, actsOn, done } from './parts/act-signs.ts';

/** Elastic: Kubernetes events deleted. Traces of what pods did. */
export const eventDeletion = defineRule({
  id: 'event-deletion',
  kind: 'threat',
  weight: 15,
  why: 'Nobody needs to delete events, which expire within the hour: MEDIUM with an unknown creator.',
  technique: 'T1070',
  shownBy: ACT_CHECKS,
  judge(_, details) {
    const act = done(details, 'event-deletion');
    return act && actsOn(act, 'deleted events');
  },
});
