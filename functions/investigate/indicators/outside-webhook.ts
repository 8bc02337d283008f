import { firstOf, listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { ACT_CHECKS, done } from './parts/act-signs.ts';

/** Microsoft's threat matrix for Kubernetes: malicious admission controller. What operators install is behind a Service. */
export const outsideWebhook = defineRule({
  id: 'outside-webhook',
  kind: 'threat',
  weight: 40,
  why: 'The API server sends it the objects that it asks for, including Secrets and tokens, and accepts its changes: HIGH with an unknown creator.',
  technique: 'T1557',
  shownBy: ACT_CHECKS,
  judge(_, details) {
    const act = done(details, 'outside-webhook');
    return (
      act && {
        reason: `${act.who} had requests to the API server sent to a host outside the cluster: ${listed(act.objects)}.`,
        brief: `An admission webhook sends requests to a host outside the cluster: ${firstOf(act.objects)}.`,
        check: act.check,
      }
    );
  },
});
