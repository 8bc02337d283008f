import { defineRule } from '../rule.ts';
import { ACT_CHECKS, actsOn, done } from './parts/act-signs.ts';

/** Kubernetes, RBAC good practices: the proxy of nodes reaches the kubelet's own API. */
export const kubeletCommand = defineRule({
  id: 'kubelet-command',
  kind: 'threat',
  weight: 25,
  why: 'Only an attack runs commands in pods without passing admission and the audit log: MEDIUM by itself.',
  technique: 'T1609',
  shownBy: ACT_CHECKS,
  judge(_, details) {
    const act = done(details, 'kubelet-command');
    return act && actsOn(act, 'sent commands to kubelets');
  },
});
