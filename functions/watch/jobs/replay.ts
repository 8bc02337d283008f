/**
 * Reads again what the subscription of a cluster has not delivered, and hands it to *detect*: so that a namespace is found that was
 * made and deleted meanwhile. A gap begins when the filter was last seen in order, and ends when it is again; as long as it is not,
 * the log is read every five minutes in its place. Where the filter is in order and canaries did not arrive, the gap lies between
 * the last one that did and the first one that does again.
 *
 * - Retried: what could not be read or handed on, at the next run. *detect* knows by their ids what it had already.
 * - Dropped: what CloudWatch Logs does not hold any more, or never got.
 * - Bounded: by the time of the job; a gap is read in slices, from its beginning, and goes on at the next run (`open`). Where a slice
 *   does not end in time, the next one is shorter.
 * - Alarms: failed invocations.
 */

import type { ClusterFilter, ClusterLog } from '../../clients/logs/cluster-log.ts';
import type { DeliveredEvent, Detector } from '../../clients/send/detector.ts';
import type { Canaries } from '../../clients/table/canaries.ts';
import type { GapState, Gaps } from '../../clients/table/gaps.ts';
import { CANARY_MINUTES } from '../../contract/canary.ts';
import type { Cluster } from '../../contract/finding.ts';
import { MINUTE_MS } from '../../contract/schedule.ts';
import { defined } from '../../kit/defined.ts';
import { controlPlaneLogGroup } from '../../kubernetes/names/aws.ts';
import type { Job, JobContext } from '../job.ts';
import { eachCluster } from '../parts/each-cluster.ts';

export interface ReplayClients {
  clusterLog: ClusterLog;
  canaries: Pick<Canaries, 'state'>;
  gaps: Gaps;
  detector: Detector;
}

/** So late an event may come into the log group: EKS delivers within some minutes. */
const LATE_MS = 10 * MINUTE_MS;
const FIRST_SLICE_MS = 10 * MINUTE_MS;
const [LEAST_SLICE_MS, MOST_SLICE_MS] = [15_000, 6 * 60 * MINUTE_MS];
/** After so long no other slice is begun; what is left of the deadline is for the one at work. */
const READING_MS = 40_000;

export const replay: Job<ReplayClients, 'replay'> = {
  id: 'replay',
  scope: 'network',
  everyMinutes: 5,
  deadlineMs: 90_000,
  needs: {
    aws: [
      'logs:DescribeSubscriptionFilters',
      'logs:FilterLogEvents',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'lambda:InvokeFunction',
    ],
    kubernetes: [],
  },
  async run(context) {
    const results = await eachCluster(context, 'replay', catchUp);
    return {
      events: results.reduce((sum, { events }) => sum + events, 0),
      open: results.filter(({ isOpen }) => isOpen).length,
    };
  },
};

async function catchUp(
  cluster: Cluster,
  context: JobContext<ReplayClients>,
): Promise<{ events: number; isOpen: boolean }> {
  const { clients, now, signal } = context;
  const filters = await filtersOf(cluster, clients.clusterLog, signal);
  const { arrivedAt } = await clients.canaries.state(cluster);
  let state = stateNow(await clients.gaps.read(cluster), filters, arrivedAt, context);
  await clients.gaps.write(cluster, state);
  const { gap } = state;
  if (!gap) return { events: 0, isOpen: false };
  const [at, end] = [now(), performance.now() + READING_MS];
  let [events, { from, sliceMs }] = [0, gap];
  while (from < Math.min(gap.to, at) && performance.now() < end) {
    const to = Math.min(from + sliceMs, gap.to, at);
    // Written down first: a slice that is too long for a run is a shorter one in the next.
    const shorter = Math.max(LEAST_SLICE_MS, Math.ceil(sliceMs / 4));
    await clients.gaps.write(cluster, { ...state, gap: { ...gap, from, sliceMs: shorter } });
    events += await readAgain(cluster, from, to, context);
    [from, sliceMs] = [to, Math.min(MOST_SLICE_MS, sliceMs * 2)];
  }
  // What is late into the log is read when it is there.
  const done = Math.max(gap.from, Math.min(from, at - LATE_MS));
  state = { ...state, gap: { ...gap, from: done, sliceMs } };
  await clients.gaps.write(cluster, state);
  return { events, isOpen: done < gap.to };
}

/** No log group has no filter. */
async function filtersOf(cluster: Cluster, log: ClusterLog, signal: AbortSignal): Promise<ClusterFilter[]> {
  try {
    return await log.filters(cluster, signal);
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return [];
    throw error;
  }
}

/** What is known now of the delivery. Nothing was missed before the first look: *coverage* takes the stock. */
function stateNow(
  before: GapState | undefined,
  filters: readonly ClusterFilter[],
  arrivedAt: number | undefined,
  { now, clients }: JobContext<ReplayClients>,
): GapState {
  const at = now();
  const filter = filters.find(({ pattern }) => pattern === clients.clusterLog.patterns[0]);
  const inOrder = defined({ filterSince: filter?.since, canaryAt: arrivedAt ?? before?.canaryAt });
  if (!before) return { seenUntil: at, ...inOrder };
  const isSame = filter !== undefined && filter.since === before.filterSince;
  // One that was read to its end is none any more.
  const gap = before.gap && before.gap.from < before.gap.to ? before.gap : undefined;
  const missed = missedBetween(before.canaryAt, arrivedAt);
  if (isSame && !missed) return { seenUntil: at, ...inOrder, ...defined({ gap }) };
  if (isSame && missed)
    return {
      seenUntil: at,
      ...inOrder,
      gap: {
        from: Math.min(gap?.from ?? missed.from, missed.from),
        to: Math.max(gap?.to ?? missed.to, missed.to),
        sliceMs: gap?.sliceMs ?? FIRST_SLICE_MS,
      },
    };
  // It is gone, is another one, or was made again: since it was last seen, nobody knows what it has delivered.
  return {
    seenUntil: filter ? at : before.seenUntil,
    ...inOrder,
    gap: {
      from: gap?.from ?? before.seenUntil - LATE_MS,
      // What a new filter does not deliver, because it came into the log before, is in the log by then.
      to: at + LATE_MS,
      sliceMs: gap?.sliceMs ?? FIRST_SLICE_MS,
    },
  };
}

/** Two canaries in a row may be missing where only they were late; more of them are a gap. */
const MISSED_MS = 3 * CANARY_MINUTES * MINUTE_MS;

function missedBetween(
  before: number | undefined,
  arrived: number | undefined,
): { from: number; to: number } | undefined {
  if (before === undefined || arrived === undefined || arrived - before < MISSED_MS) return undefined;
  return { from: before - LATE_MS, to: arrived + LATE_MS };
}

async function readAgain(
  cluster: Cluster,
  from: number,
  to: number,
  { clients, signal }: JobContext<ReplayClients>,
): Promise<number> {
  let events = 0;
  for (const pattern of clients.clusterLog.patterns) {
    let token: string | undefined;
    do {
      const page = await clients.clusterLog.events(cluster, { from, to, pattern, ...defined({ token }) }, signal);
      for (const [logStream, logEvents] of byStream(page.events))
        await clients.detector.deliver({
          owner: cluster.account ?? '',
          logGroup: controlPlaneLogGroup(cluster.name ?? ''),
          logStream,
          logEvents,
        });
      events += page.events.length;
      token = page.token;
    } while (token !== undefined);
  }
  return events;
}

function byStream(events: readonly (DeliveredEvent & { logStream: string })[]): Map<string, DeliveredEvent[]> {
  const streams = new Map<string, DeliveredEvent[]>();
  for (const { logStream, ...event } of events) {
    const others = streams.get(logStream);
    if (others) others.push(event);
    else streams.set(logStream, [event]);
  }
  return streams;
}
