import { defineRule } from '../rule.ts';
import { times } from './parts/times.ts';

/** Elastic: webhook configuration created or modified. Sees and changes what others send to the API server; so do operators. */
export const webhookChange = defineRule({
  id: 'webhook-change',
  kind: 'commonplace',
  weight: 15,
  why: 'It sees and changes what others send, and is what operators install.',
  shownBy: ['actor-activity'],
  judge(_, details) {
    const { webhooksChanged: count = 0 } = details['actor-activity'] ?? {};
    return count > 0
      ? { reason: `The creator changed admission configuration ${times(count)}.`, check: 'actor-activity' }
      : undefined;
  },
});
