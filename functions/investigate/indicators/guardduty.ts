import type { DetailsByCheck } from '../../checks/index.ts';
import { detailsOf, type Rule } from './rule.ts';

/** GuardDuty's levels: high (and critical) from 7, medium from 4 (user guide, "Severity levels of findings"). */
const SHARES = [
  { from: 7, share: 1 },
  { from: 4, share: 1 / 2 },
  { from: 0, share: 1 / 8 },
] as const;

type Threat = DetailsByCheck['threats']['findings'][number];

const isClose = ({ concerns }: Threat): boolean => concerns.includes('namespace') || concerns.includes('actor');
const worst = (threats: readonly Threat[]): Threat | undefined =>
  threats.reduce<Threat | undefined>((a, b) => (a && a.severity >= b.severity ? a : b), undefined);

/** A finding about the namespace or the creator. */
export const guardDuty: Rule = {
  id: 'guardduty',
  kind: 'threat',
  weight: 40,
  checks: ['threats'],
  judge(facts) {
    const { findings = [] } = detailsOf(facts, 'threats') ?? {};
    const found = worst(findings.filter(isClose));
    if (!found) return undefined;
    return {
      reason: `GuardDuty found ${found.type} (severity ${found.severity}) about the ${found.concerns.includes('namespace') ? 'namespace' : 'creator'}.`,
      check: 'threats',
      share: SHARES.find(({ from }) => found.severity >= from)?.share ?? SHARES[2].share,
    };
  },
};

/** A serious finding about something else in the cluster. */
export const guardDutyElsewhere: Rule = {
  id: 'guardduty-elsewhere',
  kind: 'commonplace',
  weight: 10,
  checks: ['threats'],
  judge(facts) {
    const { findings = [] } = detailsOf(facts, 'threats') ?? {};
    const found = worst(findings.filter((threat) => !isClose(threat) && threat.severity >= SHARES[0].from));
    if (!found) return undefined;
    return {
      reason: `GuardDuty found ${found.type} (severity ${found.severity}) elsewhere in the cluster.`,
      check: 'threats',
    };
  },
};
