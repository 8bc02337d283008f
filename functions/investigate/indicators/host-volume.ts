import { defineRule } from '../rule.ts';
import { ACT_CHECKS, actsOn, done } from './parts/act-signs.ts';

/** Kubernetes, RBAC good practices: PersistentVolumes of the type hostPath reach the node. */
export const hostVolume = defineRule({
  id: 'host-volume',
  kind: 'threat',
  weight: 20,
  why: "Volumes on EKS come from a driver; one of the node's files passes by Pod Security. Test clusters have them, so it is MEDIUM with an unknown creator.",
  technique: 'T1611',
  shownBy: ACT_CHECKS,
  judge(_, details) {
    const act = done(details, 'host-volume');
    return act && actsOn(act, "created volumes of the node's files");
  },
});
