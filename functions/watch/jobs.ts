import type { Job } from './job.ts';
import { type AgendaClients, agenda } from './jobs/agenda.ts';
import { type CanaryClients, canary } from './jobs/canary.ts';
import { type ChainJobClients, chain } from './jobs/chain.ts';
import { type ClusterSideClients, clusterSide } from './jobs/cluster-side.ts';
import { type CoverageClients, coverage } from './jobs/coverage.ts';
import { type DueDigestClients, digests } from './jobs/digests.ts';
import { type HeartbeatClients, heartbeat } from './jobs/heartbeat.ts';
import { type KeyClients, key } from './jobs/key.ts';
import { type ReplayClients, replay } from './jobs/replay.ts';
import { type RoleClients, roles } from './jobs/roles.ts';
import { type SubscriptionClients, subscriptions } from './jobs/subscriptions.ts';

/** What the jobs ask, all together. */
export type WatchClients = AgendaClients &
  DueDigestClients &
  CanaryClients &
  ChainJobClients &
  HeartbeatClients &
  CoverageClients &
  ReplayClients &
  KeyClients &
  SubscriptionClients &
  RoleClients &
  ClusterSideClients;

/** Everything that *watch* does. */
export const JOBS: readonly Job<WatchClients>[] = [
  key,
  canary,
  chain,
  heartbeat,
  agenda,
  digests,
  coverage,
  replay,
  subscriptions,
  roles,
  clusterSide,
];

/**
 * The jobs of one *watch*.
 *
 * @param first whether it is that of the first network, which does what is done once for the stack
 */
export const jobsOf = (first: boolean): Job<WatchClients>[] => JOBS.filter(({ scope }) => first || scope === 'network');
