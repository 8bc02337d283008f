import { listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { ACT_CHECKS, done } from './parts/act-signs.ts';

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
    return (
      act && { reason: `${act.who} deleted network policies or quotas: ${listed(act.objects)}.`, check: act.check }
    );
  },
});
