import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record } from '../../kit/json.ts';
import { IMPOSSIBLE_KEY } from '../../kubernetes/quarantine.ts';
import type { ContainmentForm } from './form.ts';

/** A DaemonSet has no number of replicas: it is told to run on nodes that do not exist. */
export const daemonSet: ContainmentForm = {
  apiGroup: 'apps',
  kind: 'DaemonSet',
  what: 'fits no node any more',
  contain: (live, uid) => (selectorOf(live)?.[IMPOSSIBLE_KEY] === uid ? undefined : selects({ [IMPOSSIBLE_KEY]: uid })),
  restore(original, live) {
    const before = selectorOf(original);
    const now = selectorOf(live);
    const value = before?.[IMPOSSIBLE_KEY];
    if (now?.[IMPOSSIBLE_KEY] === value) return undefined;
    const isLast = value === undefined && Object.keys(now ?? {}).length === 1;
    return selects(isLast && !before ? null : { [IMPOSSIBLE_KEY]: value ?? null });
  },
  isContained: (_original, live, uid) => selectorOf(live)?.[IMPOSSIBLE_KEY] === uid,
};

const selectorOf = ({ spec }: KubernetesObject): Record<string, unknown> | undefined => {
  const { nodeSelector } = record(record(record(spec)['template'])['spec']);
  return nodeSelector === undefined || nodeSelector === null ? undefined : record(nodeSelector);
};

const selects = (nodeSelector: Record<string, unknown> | null) => ({ spec: { template: { spec: { nodeSelector } } } });
