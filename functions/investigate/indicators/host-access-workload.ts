import type { WorkloadSign } from '../../checks/parts/workload-signs/index.ts';
import { defineRule } from '../rule.ts';
import { isOrderOfEks } from './parts/order-of-eks.ts';
import { POD_CHECKS, podsWith } from './parts/pod-signs.ts';

/** What leads from a container to its node. */
const SIGNS: Partial<Record<WorkloadSign, string>> = {
  privileged: 'privileged',
  'dangerous-capability': 'dangerous capabilities',
  'host-write': "writing the host's files",
  'host-path': "the host's files",
  'host-pid': "the host's processes",
  'host-network': "the host's network",
  'host-ipc': "the host's memory",
  'node-entry': 'commands that enter the node',
};

/** With one of these, whoever is in the container owns the node. The others are what agents have that watch nodes. */
const OWNS_NODE: readonly WorkloadSign[] = ['privileged', 'dangerous-capability', 'host-write', 'node-entry'];

/** Points out of the rule's weight for pods that see much of the node, and do not own it. */
const SEES_SHARE = 2 / 3;

/**
 * Falco k8saudit: create privileged pod, sensitive mount, host namespaces. Also of pods that are gone again. EKS's add-ons have
 * them as well, on the order of somebody who may install them.
 */
export const hostAccessWorkload = defineRule({
  id: 'host-access-workload',
  kind: 'threat',
  weight: 30,
  why: 'Such a pod controls its node: HIGH with two other signs; access that only reads the node, as agents have, is 20 and confirms nothing.',
  technique: 'T1611',
  shownBy: POD_CHECKS,
  ruledOutBy: ['access-changes', 'cluster-posture'],
  judge(facts, details) {
    const found = podsWith(details, SIGNS);
    if (!found || isOrderOfEks(facts, details)) return undefined;
    const owns = OWNS_NODE.some((sign) => found.signs.has(sign));
    return {
      reason: `Pods can take over the node: ${found.named}.`,
      brief: `Pods can take over the node: ${found.first}.`,
      check: found.check,
      ...(!owns && { share: SEES_SHARE, isMild: true }),
    };
  },
});
