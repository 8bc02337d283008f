import { defineRule } from '../rule.ts';
import { ACT_CHECKS, actsOn, done } from './parts/act-signs.ts';

/** Elastic, Kubescape: what limits a namespace is deleted. */
export const protectionRemoval = defineRule({
  id: 'protection-removal',
  kind: 'commonplace',
  weight: 10,
  why: 'Policies and quotas come and go with deployments; with a threat, a protection was removed.',
  technique: 'T1562.007',
  shownBy: ACT_CHECKS,
  judge(_, details) {
    const act = done(details, 'protection-removal');
    return act && actsOn(act, 'deleted network policies or quotas');
  },
});
