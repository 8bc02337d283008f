import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record, records } from '../../kit/json.ts';
import type { ContainmentForm } from './form.ts';

/** What starts Jobs. Those that run already are contained by their own form. */
export const cronJob: ContainmentForm = { ...suspended('CronJob', () => false), what: 'suspended' };

/** A suspended Job loses its pods. One that has ended starts nothing, so there is nothing to contain. */
export const job: ContainmentForm = { ...suspended('Job', hasEnded), what: 'suspended, which ends its pods' };

function suspended(kind: string, isIdle: (live: KubernetesObject) => boolean): Omit<ContainmentForm, 'what'> {
  const isContained = (live: KubernetesObject) => suspendOf(live) === true || isIdle(live);
  return {
    apiGroup: 'batch',
    kind,
    contain: (live) => (isContained(live) ? undefined : { spec: { suspend: true } }),
    restore: (original, live) =>
      (suspendOf(original) ?? false) === (suspendOf(live) ?? false)
        ? undefined
        : { spec: { suspend: suspendOf(original) ?? null } },
    isContained: (_original, live) => isContained(live),
  };
}

const suspendOf = ({ spec }: KubernetesObject): unknown => record(spec)['suspend'];

/** https://kubernetes.io/docs/concepts/workloads/controllers/job/#terminal-job-conditions */
function hasEnded({ status }: KubernetesObject): boolean {
  const conditions = records(record(status)['conditions']);
  return conditions.some(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
}
