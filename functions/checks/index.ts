import { accessChanges } from './access-changes.ts';
import { actorActivity } from './actor-activity.ts';
import { apiServerLogs } from './api-server-logs.ts';
import type { Check } from './check.ts';
import { clusterPosture } from './cluster-posture.ts';
import { clusterWeaknesses } from './cluster-weaknesses.ts';
import { containerLogs } from './container-logs.ts';
import { images } from './images.ts';
import { knownCreator } from './known-creator.ts';
import { namespace } from './namespace.ts';
import { network } from './network.ts';
import { owner } from './owner.ts';
import { permissions } from './permissions.ts';
import { principal } from './principal.ts';
import { refusedRequests } from './refused-requests.ts';
import { threats } from './threats.ts';
import { workloads } from './workloads.ts';

/** Every question that the investigation asks, in the order in which a person reads the answers. */
export const CHECKS: readonly Check[] = [
  namespace,
  principal,
  knownCreator,
  permissions,
  accessChanges,
  actorActivity,
  workloads,
  images,
  network,
  threats,
  containerLogs,
  refusedRequests,
  apiServerLogs,
  clusterPosture,
  clusterWeaknesses,
  owner,
];
