import { daemonSet } from './daemon-set.ts';
import type { ContainmentForm } from './form.ts';
import { ingress } from './ingress.ts';
import { networkPolicy } from './network-policy.ts';
import { deployment, replicaSet, replicationController } from './replicas.ts';
import { service } from './service.ts';
import { statefulSet } from './stateful-set.ts';
import { cronJob, job } from './suspended.ts';

/** What *isolate* changes: what leads traffic into the namespace, and what allows it. */
export const NETWORK_FORMS: readonly ContainmentForm[] = [service, ingress, networkPolicy];

/** What *remove* changes: what makes pods. In the order in which it is done: owners first. */
export const WORKLOAD_FORMS: readonly ContainmentForm[] = [
  cronJob,
  job,
  statefulSet,
  deployment,
  replicaSet,
  replicationController,
  daemonSet,
];
