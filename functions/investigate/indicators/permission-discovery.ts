import { defineRule, inBrief } from '../rule.ts';
import { ACT_CHECKS, done } from './parts/act-signs.ts';

/** Consoles and `kubectl auth can-i` ask a few times; software in the cluster hardly ever. */
const MANY = { person: 10, software: 3 };

/** Elastic: self-subject review by a ServiceAccount; MITRE T1613. In rows: what may I do? */
export const permissionDiscovery = defineRule({
  id: 'permission-discovery',
  kind: 'commonplace',
  weight: 10,
  why: 'Consoles ask as well; with a threat, somebody is finding out what a stolen identity may do.',
  technique: 'T1613',
  shownBy: ACT_CHECKS,
  judge({ finding: { actor } }, details) {
    const act = done(details, 'self-review');
    const many = actor.kind === 'service-account' || actor.kind === 'node' ? MANY.software : MANY.person;
    if (!act || act.count < many) return undefined;
    return { ...inBrief(`${act.who} asked ${act.count} times for its own permissions.`), check: act.check };
  },
});
