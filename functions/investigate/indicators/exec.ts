import { defineRule } from '../rule.ts';
import { times } from './parts/times.ts';

/** Falco: attach or exec to a pod. People at work do it as well. */
export const exec = defineRule({
  id: 'exec',
  kind: 'commonplace',
  weight: 10,
  technique: 'T1609',
  shownBy: ['actor-activity'],
  judge(_, details) {
    const { exec: count = 0 } = details['actor-activity'] ?? {};
    return count > 0
      ? { reason: `The creator went into running pods ${times(count)}.`, check: 'actor-activity' }
      : undefined;
  },
});
