import { shortName } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { HIGH, isClose, worstOf } from './parts/guardduty.ts';

/** A serious finding about something else in the cluster. */
export const guardDutyElsewhere = defineRule({
  id: 'guardduty-elsewhere',
  kind: 'commonplace',
  weight: 10,
  why: 'It is about something else; with a threat, it makes a wider attack likely.',
  shownBy: ['threats'],
  judge(_, { threats: { findings = [] } = {} }) {
    const found = worstOf(findings.filter((threat) => !isClose(threat) && !threat.sequence && threat.severity >= HIGH));
    if (!found) return undefined;
    return {
      reason: `GuardDuty found ${found.type} (severity ${found.severity}) elsewhere in the cluster.`,
      brief: `GuardDuty found ${shortName(found.type, 60)} elsewhere in the cluster.`,
      check: 'threats',
    };
  },
});
