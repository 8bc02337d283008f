import { listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { ACT_CHECKS, done } from './parts/act-signs.ts';

/** Microsoft's threat matrix for Kubernetes: CoreDNS poisoning. */
export const dnsChange = defineRule({
  id: 'dns-change',
  kind: 'commonplace',
  weight: 20,
  why: "Platform teams change CoreDNS, too; beside a threat it sends the cluster's names elsewhere.",
  technique: 'T1557',
  shownBy: ACT_CHECKS,
  judge(_, details) {
    const act = done(details, 'dns-change');
    return act && { reason: `${act.who} changed the cluster's DNS: ${listed(act.objects)}.`, check: act.check };
  },
});
