import { shortName } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { CRITICAL, HIGH, isClose, MEDIUM, worstOf } from './parts/guardduty.ts';

/** The share of the weight, by the level that GuardDuty gives the finding. */
const SHARES = [
  { from: CRITICAL, share: 1 },
  { from: HIGH, share: 50 / 75 },
  { from: MEDIUM, share: 25 / 75 },
];
const LOW_SHARE = 5 / 75;

/** A finding about the namespace or the creator; an attack sequence is an indicator of its own. */
export const guardDuty = defineRule({
  id: 'guardduty',
  kind: 'threat',
  weight: 75,
  why: "GuardDuty's own levels decide: critical is CRITICAL, high is HIGH and medium MEDIUM, each by itself.",
  shownBy: ['threats'],
  judge(_, { threats: { findings = [] } = {} }) {
    const found = worstOf(findings.filter((threat) => isClose(threat) && !threat.sequence));
    if (!found) return undefined;
    const about = found.concerns.includes('namespace') ? 'namespace' : 'creator';
    return {
      reason: `GuardDuty found ${found.type} (severity ${found.severity}) about the ${about}.`,
      brief: `GuardDuty found ${shortName(found.type, 60)} about the ${about}.`,
      check: 'threats',
      share: SHARES.find(({ from }) => found.severity >= from)?.share ?? LOW_SHARE,
    };
  },
});
