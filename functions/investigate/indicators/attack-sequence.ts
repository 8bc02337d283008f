import { defineRule } from '../rule.ts';
import { isClose, worstOf } from './parts/guardduty.ts';

/** What is known of the cluster alone is HIGH: a namespace that appears in a cluster under attack is to be looked at. */
const CLUSTER_SHARE = 2 / 3;

/**
 * GuardDuty put many events together to one attack, which it always calls critical. About the namespace or the creator
 * it is CRITICAL by itself.
 */
export const attackSequence = defineRule({
  id: 'attack-sequence',
  kind: 'threat',
  weight: 75,
  shownBy: ['threats'],
  judge(_, { threats: { findings = [] } = {} }) {
    const sequences = findings.filter(({ sequence }) => sequence);
    const close = worstOf(sequences.filter(isClose));
    const found = close ?? worstOf(sequences);
    if (!found) return undefined;
    const creator = found.concerns.includes('namespace') ? 'the namespace' : 'the creator';
    return {
      reason: `GuardDuty found an attack, ${found.type} (severity ${found.severity}), in which ${close ? creator : 'the cluster'} has a part.`,
      check: 'threats',
      share: close ? 1 : CLUSTER_SHARE,
    };
  },
});
