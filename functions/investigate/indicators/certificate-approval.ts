import { defineRule } from '../rule.ts';
import { ACT_CHECKS, actsOn, done } from './parts/act-signs.ts';

/** Kubernetes, RBAC good practices: who may approve certificate requests can make any identity. */
export const certificateApproval = defineRule({
  id: 'certificate-approval',
  kind: 'threat',
  weight: 20,
  why: 'A certificate is an identity that no access entry shows and nobody can take back; with an unknown creator it is MEDIUM.',
  technique: 'T1098',
  shownBy: ACT_CHECKS,
  judge(_, details) {
    const act = done(details, 'certificate-approval');
    return act && actsOn(act, 'approved certificate requests');
  },
});
