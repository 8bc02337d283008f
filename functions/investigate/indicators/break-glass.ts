import { isKnownAutomation } from '../../checks/parts/automation.ts';
import { defineRule, inBrief } from '../rule.ts';

/**
 * A role for emergencies, which the configuration lists: whoever uses it should know that it is seen, and nobody else should.
 * It alone is at least MEDIUM, by whatever scale (`weights.ts`), and can never be accepted.
 */
export const breakGlass = defineRule({
  id: 'break-glass',
  kind: 'threat',
  weight: 25,
  why: 'MEDIUM by itself: each use of an emergency role is reported, and nothing more is known yet.',
  technique: 'T1078',
  judge({ finding: { actor }, breakGlass: roles = [] }) {
    if (!isKnownAutomation(actor, roles)) return undefined;
    return {
      ...inBrief('The creator is an emergency (break-glass) role, whose use is always reported.'),
      // In an emergency people do what commonplace indicators are about.
      isMild: true,
    };
  },
});
