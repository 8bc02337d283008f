import type { WorkloadSign } from '../../checks/parts/workload-signs/index.ts';
import { listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';

/** What leads from a container to its node. */
const SIGNS: Partial<Record<WorkloadSign, string>> = {
  privileged: 'privileged',
  'host-path': "the host's files",
  'host-pid': "the host's processes",
  'host-network': "the host's network",
  'host-ipc': "the host's memory",
  'dangerous-capability': 'dangerous capabilities',
};

/** Falco k8saudit: create privileged pod, sensitive mount, host namespaces. */
export const hostAccessWorkload = defineRule({
  id: 'host-access-workload',
  kind: 'threat',
  weight: 30,
  technique: 'T1611',
  shownBy: ['workloads'],
  judge(_, details) {
    const { workloads = [] } = details.workloads ?? {};
    const found = workloads.flatMap(({ kind, name, signs }) => {
      const what = signs.flatMap(({ sign }) => SIGNS[sign] ?? []);
      return what.length > 0 ? [`${kind} ${name} (${listed(what, 6)})`] : [];
    });
    if (found.length === 0) return undefined;
    return { reason: `Pods reach for the node: ${listed(found)}.`, check: 'workloads' };
  },
});
