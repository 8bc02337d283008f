import { GROUPS } from '../../kubernetes/quarantine.ts';
import { defineRule } from '../rule.ts';

const OWN: readonly string[] = [GROUPS.observer, GROUPS.watch, GROUPS.contain, GROUPS.probe, GROUPS.release];

/** None of our roles creates namespaces, and none may: that of *watch* asks to, in order to be refused. */
export const ownIdentity = defineRule({
  id: 'own-identity',
  kind: 'threat',
  weight: 75,
  why: 'A role of Namespace Sentinel that creates a namespace is stolen, or somebody widened its rights: CRITICAL by itself.',
  technique: 'T1078.004',
  judge({ finding: { actor, outcome } }) {
    const group = actor.groups?.find((name) => OWN.includes(name));
    if (group === undefined || (outcome !== 'created' && outcome !== 'outcome-unknown')) return undefined;
    return {
      reason: `The API server let a role of Namespace Sentinel itself (${group}) create a namespace, which none of them may.`,
      brief: `A role of Namespace Sentinel itself created a namespace, which none of them may (${group}).`,
    };
  },
});
