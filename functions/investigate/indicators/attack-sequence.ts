import { shortName } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { isClose, worstOf } from './parts/guardduty.ts';

/**
 * GuardDuty put many events together to one attack, which it always calls critical: CRITICAL by itself. Also where it is
 * about the cluster alone, because a namespace that appears in a cluster under attack is a part of it until shown otherwise.
 */
export const attackSequence = defineRule({
  id: 'attack-sequence',
  kind: 'threat',
  weight: 75,
  why: 'GuardDuty has put many events together and calls every attack sequence critical: so is the finding.',
  shownBy: ['threats'],
  judge(_, { threats: { findings = [] } = {} }) {
    const sequences = findings.filter(({ sequence }) => sequence);
    const close = worstOf(sequences.filter(isClose));
    const found = close ?? worstOf(sequences);
    if (!found) return undefined;
    const near = found.concerns.includes('namespace') ? 'the namespace' : 'the creator';
    const involved = close ? near : 'the cluster';
    return {
      reason: `GuardDuty found an attack, ${found.type} (severity ${found.severity}), which involves ${involved}.`,
      brief: `GuardDuty found an attack that involves ${involved}: ${shortName(found.type)}.`,
      check: 'threats',
    };
  },
});
