import { defineRule } from '../rule.ts';
import { ACT_CHECKS, actsOn, done } from './parts/act-signs.ts';

/** Falco, Elastic: pods created in kube-system. */
export const systemWorkload = defineRule({
  id: 'system-workload',
  kind: 'commonplace',
  weight: 15,
  why: 'Add-ons are installed there; with a threat, it is where malware hides among system pods.',
  technique: 'T1036.005',
  shownBy: ACT_CHECKS,
  judge(_, details) {
    const act = done(details, 'system-workload');
    return act && actsOn(act, 'created pods in a system namespace');
  },
});
