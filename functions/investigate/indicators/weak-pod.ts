import type { WorkloadSign } from '../../checks/parts/workload-signs/index.ts';
import { defineRule } from '../rule.ts';
import { POD_CHECKS, podsWith } from './parts/pod-signs.ts';

const SIGNS: Partial<Record<WorkloadSign, string>> = {
  'control-plane-toleration': 'every node',
  'host-port': 'a port of the node',
  'share-process-namespace': "each other's processes",
  'privilege-escalation': 'more privileges',
  'runs-as-root': 'root',
};

/** Kubernetes, Pod Security Standards: what the levels "baseline" and "restricted" forbid and many charts still ask for. */
export const weakPod = defineRule({
  id: 'weak-pod',
  kind: 'commonplace',
  weight: 10,
  why: 'Many charts ask for it; with a threat, it makes an escape from the container easier.',
  technique: 'T1611',
  shownBy: POD_CHECKS,
  judge(_, details) {
    const found = podsWith(details, SIGNS);
    return (
      found && {
        reason: `Pods ask for more rights than they should need: ${found.named}.`,
        brief: `Pods ask for more rights than they should need: ${found.first}.`,
        check: found.check,
      }
    );
  },
});
