import type { WorkloadSign } from '../../checks/parts/workload-signs/index.ts';
import { listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { isOrderOfEks } from './parts/order-of-eks.ts';

/** What leads from a container to its node. */
const SIGNS: Partial<Record<WorkloadSign, string>> = {
  privileged: 'privileged',
  'dangerous-capability': 'dangerous capabilities',
  'host-write': "writing the host's files",
  'host-path': "the host's files",
  'host-pid': "the host's processes",
  'host-network': "the host's network",
  'host-ipc': "the host's memory",
};

/** With one of these, whoever is in the container owns the node. The others are what agents have that watch nodes. */
const OWNS_NODE: readonly (string | undefined)[] = [
  'privileged',
  'dangerous-capability',
  'host-write',
] satisfies WorkloadSign[];

/** Points out of the rule's weight for pods that see much of the node, and do not own it. */
const SEES_SHARE = 2 / 3;

/**
 * Falco k8saudit: create privileged pod, sensitive mount, host namespaces. EKS's add-ons have them as well, on the order of
 * somebody who may install them.
 */
export const hostAccessWorkload = defineRule({
  id: 'host-access-workload',
  kind: 'threat',
  weight: 30,
  technique: 'T1611',
  shownBy: ['workloads'],
  ruledOutBy: ['access-changes', 'cluster-posture', 'namespace-activity'],
  judge(facts, details) {
    const { workloads = [] } = details.workloads ?? {};
    const found = workloads.flatMap(({ kind, name, signs }) => {
      const what = signs.flatMap(({ sign }) => SIGNS[sign as WorkloadSign] ?? []);
      return what.length > 0 ? [`${kind} ${name} (${listed(what, 6)})`] : [];
    });
    if (found.length === 0 || isOrderOfEks(facts, details)) return undefined;
    const owns = workloads.some(({ signs }) => signs.some(({ sign }) => OWNS_NODE.includes(sign)));
    return {
      reason: `Pods reach for the node: ${listed(found)}.`,
      check: 'workloads',
      ...(!owns && { share: SEES_SHARE, isMild: true }),
    };
  },
});
