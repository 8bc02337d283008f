import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record } from '../../kit/json.ts';
import type { ContainmentForm } from './form.ts';
import { replicasOf } from './replicas.ts';

/**
 * With `whenScaled: Delete`, scaling to 0 would delete the volumes, and what is on them. Both fields change in one patch:
 * no controller sees the one without the other. Release leaves them at `Retain`: by `Delete`, whoever scales down deletes
 * volumes, and they are evidence.
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
 */
export const statefulSet: ContainmentForm = {
  apiGroup: 'apps',
  kind: 'StatefulSet',
  what: 'scaled to 0, volumes kept',
  contain(live) {
    if (isScaledDown(live)) return undefined;
    return { spec: { replicas: 0, ...(losesVolumes(live) && retention('Retain')) } };
  },
  restore(original, live) {
    const replicas = replicasOf(original);
    return replicas === replicasOf(live) ? undefined : { spec: { replicas: replicas ?? null } };
  },
  leaves: (original, live) =>
    losesVolumes(original) && !losesVolumes(live) ? { spec: retention('Delete') } : undefined,
  isContained: (_original, live) => isScaledDown(live),
};

const isScaledDown = (live: KubernetesObject): boolean => replicasOf(live) === 0 && !losesVolumes(live);

const losesVolumes = ({ spec }: KubernetesObject): boolean =>
  record(record(spec)['persistentVolumeClaimRetentionPolicy'])['whenScaled'] === 'Delete';

const retention = (whenScaled: 'Retain' | 'Delete') => ({ persistentVolumeClaimRetentionPolicy: { whenScaled } });
