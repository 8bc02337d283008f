import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { number, record } from '../../kit/json.ts';
import type { ContainmentForm } from './form.ts';

/** Kinds that run a number of pods, and nothing else that has to be minded. */
export const deployment: ContainmentForm = scaled('apps', 'Deployment');
/** One that a Deployment owns follows it: patched alone, it comes back within two seconds. */
export const replicaSet: ContainmentForm = scaled('apps', 'ReplicaSet');
export const replicationController: ContainmentForm = scaled('', 'ReplicationController');

function scaled(apiGroup: string, kind: string): ContainmentForm {
  return {
    apiGroup,
    kind,
    what: 'scaled to 0',
    contain: (live) => (replicasOf(live) === 0 ? undefined : { spec: { replicas: 0 } }),
    restore: (original, live) =>
      replicasOf(original) === replicasOf(live) ? undefined : { spec: { replicas: replicasOf(original) ?? null } },
    isContained: (_original, live) => replicasOf(live) === 0,
  };
}

/** Absent means 1; the API server fills it in. */
export const replicasOf = ({ spec }: KubernetesObject): number | undefined => number(record(spec)['replicas']);
