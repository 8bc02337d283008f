import { shortName } from '../../kit/words.ts';
import { defineRule, inBrief } from '../rule.ts';
import { times } from './parts/times.ts';

const ADMISSION = /^(?:Mutating|Validating)(?:WebhookConfiguration|AdmissionPolicy)/;

/** Elastic: webhook configuration created or modified. Sees and changes what others send to the API server; so do operators. */
export const webhookChange = defineRule({
  id: 'webhook-change',
  kind: 'commonplace',
  weight: 15,
  why: 'It sees and changes what others send, and is what operators install.',
  shownBy: ['actor-activity', 'access-changes'],
  judge(_, details) {
    const { webhooksChanged: count = 0 } = details['actor-activity'] ?? {};
    if (count > 0)
      return { ...inBrief(`The creator changed admission configuration ${times(count)}.`), check: 'actor-activity' };
    const { changes = [] } = details['access-changes'] ?? {};
    const change = changes.find(({ what, concerns }) => ADMISSION.test(what) && concerns.length > 0);
    if (!change) return undefined;
    const { what, name = '(name unknown)' } = change;
    return {
      reason: `${what} ${name} was changed.`,
      brief: `${shortName(what)} ${shortName(name)} was changed.`,
      check: 'access-changes',
    };
  },
});
