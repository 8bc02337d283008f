import { defineRule } from '../rule.ts';
import { HIGH, isClose, MEDIUM, worstOf } from './parts/guardduty.ts';

/** The share of the weight, by the level that GuardDuty gives the finding. */
const SHARES = [
  { from: HIGH, share: 1 },
  { from: MEDIUM, share: 1 / 2 },
];
const LOW_SHARE = 1 / 8;

/** A finding about the namespace or the creator; an attack sequence is an indicator of its own. */
export const guardDuty = defineRule({
  id: 'guardduty',
  kind: 'threat',
  weight: 40,
  shownBy: ['threats'],
  judge(_, { threats: { findings = [] } = {} }) {
    const found = worstOf(findings.filter((threat) => isClose(threat) && !threat.sequence));
    if (!found) return undefined;
    const about = found.concerns.includes('namespace') ? 'namespace' : 'creator';
    return {
      reason: `GuardDuty found ${found.type} (severity ${found.severity}) about the ${about}.`,
      check: 'threats',
      share: SHARES.find(({ from }) => found.severity >= from)?.share ?? LOW_SHARE,
    };
  },
});
