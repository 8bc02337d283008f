import { defineRule } from '../rule.ts';
import { ACT_CHECKS, actsOn, done } from './parts/act-signs.ts';

/** Elastic: role bound to anonymous users; RBAC Buster stayed in clusters by it. */
export const roleForEverybody = defineRule({
  id: 'role-for-everybody',
  kind: 'threat',
  weight: 30,
  why: 'It opens the cluster to everybody who can reach its endpoint; it is rarely a mistake, and then one to report: MEDIUM by itself.',
  technique: 'T1098.006',
  shownBy: ACT_CHECKS,
  judge(_, details) {
    const act = done(details, 'role-for-everybody');
    return act && actsOn(act, 'gave rights to everybody');
  },
});
