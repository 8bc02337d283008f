import { defineRule } from '../rule.ts';
import { ACT_CHECKS, actsOn, done } from './parts/act-signs.ts';

/** Kubernetes, RBAC good practices: who may change namespaces can lift Pod Security. */
export const podSecurityChange = defineRule({
  id: 'pod-security-change',
  kind: 'commonplace',
  weight: 15,
  why: 'Agents need it; with a threat, a protection was removed.',
  technique: 'T1562.001',
  shownBy: ACT_CHECKS,
  judge(_, details) {
    const act = done(details, 'pod-security-change');
    return act && actsOn(act, 'allowed privileged pods');
  },
});
