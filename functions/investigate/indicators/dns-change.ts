import { isEksComponent } from '../../checks/parts/actors.ts';
import { firstOf, listed } from '../../kit/words.ts';
import { defineRule, requestedAt } from '../rule.ts';

const NEAR_MS = 60 * 60_000;
/** Points out of the weight for a change on the same day. */
const TODAY_SHARE = 15 / 35;

/** Microsoft's threat matrix for Kubernetes: CoreDNS poisoning. EKS changes its own add-on. */
export const dnsChange = defineRule({
  id: 'dns-change',
  kind: 'threat',
  weight: 35,
  why: 'Within the hour, it can redirect the names of the cluster: HIGH with an unknown creator; on the same day it may be ordinary maintenance.',
  technique: 'T1557',
  shownBy: ['actor-activity'],
  judge(facts, details) {
    if (isEksComponent(facts.finding)) return undefined;
    const changes = (details['actor-activity']?.signs ?? []).filter(({ sign }) => sign === 'dns-change');
    if (changes.length === 0) return undefined;
    const isNear = changes.some(({ at }) => Math.abs(Date.parse(at) - requestedAt(facts)) <= NEAR_MS);
    return {
      reason: `The creator changed the cluster's DNS: ${listed(changes.map(({ on }) => on))}.`,
      brief: `The creator changed the cluster's DNS: ${firstOf(changes.map(({ on }) => on))}.`,
      check: 'actor-activity',
      ...(!isNear && { share: TODAY_SHARE, isMild: true }),
    };
  },
});
