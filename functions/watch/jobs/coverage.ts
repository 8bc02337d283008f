/**
 * Accounts for every namespace that exists: each is explained by a finding, or was there before the cluster was watched. What is
 * not becomes a finding, which *detect* takes up like any other.
 *
 * - Retried: a cluster that could not be asked, and what *detect* did not take, at the next run.
 * - Dropped: nothing. A list of namespaces that is not complete explains what is on it, and counts as failed.
 * - Bounded: of a cluster at most {@link MAX_NEW} namespaces are looked up in a run, the oldest first; the rest waits for the next
 *   run (`more`).
 * - Alarms: `stock-lost`, where it is not known any more what was there before; failed invocations.
 */

import type { KubernetesAccess } from '../../clients/kubernetes/kubernetes.ts';
import type { ClusterLog } from '../../clients/logs/cluster-log.ts';
import type { Detector } from '../../clients/send/detector.ts';
import type { Explanations } from '../../clients/table/explanations.ts';
import type { Stock, StockState } from '../../clients/table/stock.ts';
import type { Cluster, Finding } from '../../contract/finding.ts';
import { idOf, idOfNamespace } from '../../contract/finding-id.ts';
import { MINUTE_MS } from '../../contract/schedule.ts';
import type { UnexplainedNamespace } from '../../contract/unexplained.ts';
import type { Job, JobContext } from '../job.ts';
import { eachCluster } from '../parts/each-cluster.ts';
import { type LiveNamespaces, liveNamespaces, saysOtherwise } from '../parts/live-namespaces.ts';

export interface CoverageClients {
  kubernetes: KubernetesAccess;
  stock: Stock;
  explanations: Explanations;
  clusterLog: ClusterLog;
  detector: Detector;
}

/** The audit log brings a record within a few minutes; so long a namespace may be without one. */
const RECORD_MS = 9 * MINUTE_MS;
/** Looked up in the table in one run, for a cluster. */
const MAX_NEW = 2_000;
/** A filter is a part of the stack: with one that is older, the first run was long ago. */
const FIRST_RUN_MS = 60 * MINUTE_MS;

/** What was done about a cluster. */
interface Covered {
  /** Became findings. */
  unexplained: number;
  /** Taken for explained, and not looked up again. */
  stocked: number;
  more: boolean;
}

export const coverage: Job<CoverageClients, 'coverage'> = {
  id: 'coverage',
  scope: 'network',
  everyMinutes: 5,
  deadlineMs: 90_000,
  needs: {
    aws: [
      'eks:DescribeCluster',
      'logs:DescribeSubscriptionFilters',
      'dynamodb:BatchGetItem',
      'dynamodb:UpdateItem',
      'lambda:InvokeFunction',
    ],
    kubernetes: ['list namespaces'],
  },
  async run(context) {
    const results = await eachCluster(context, 'coverage', cover);
    return {
      unexplained: results.reduce((sum, { unexplained }) => sum + unexplained, 0),
      stocked: results.reduce((sum, { stocked }) => sum + stocked, 0),
      more: results.some(({ more }) => more),
    };
  },
};

async function cover(cluster: Cluster, context: JobContext<CoverageClients>): Promise<Covered> {
  const { clients, signal } = context;
  const { stock, explanations, detector } = clients;
  const { since, isNew, state } = await begun(cluster, context);
  const live = await liveNamespaces(await clients.kubernetes.connect(cluster, signal), signal);
  if (!live.complete)
    context.failed(`coverage of ${cluster.name}`, new Error('the list of namespaces is not complete'));
  const known = new Set(state.uids);
  const wasBefore = ({ createdAt }: UnexplainedNamespace): boolean => isNew && Date.parse(createdAt ?? '') < since;
  const before = live.namespaces.filter(wasBefore);
  const unknown = live.namespaces.filter((namespace) => !known.has(namespace.uid) && !wasBefore(namespace));
  const looked = unknown.toSorted(byAge).slice(0, MAX_NEW);
  const found = await explanations.findings(
    looked.flatMap(({ uid }) => idsOf(cluster, uid)),
    signal,
  );
  const explained: string[] = before.map(({ uid }) => uid);
  const unexplained: UnexplainedNamespace[] = [];
  for (const namespace of looked) {
    const verdict = judge(cluster, namespace, found, context.now());
    if (verdict === 'explained') explained.push(namespace.uid);
    else if (verdict !== 'waits') unexplained.push(verdict);
  }
  if (unexplained.length > 0)
    await detector.explain({ cluster: { ...cluster, name: cluster.name ?? '' }, namespaces: unexplained });
  await keep(cluster, { stock, live, state, explained });
  if (isNew && live.complete) await stock.begin(cluster, since);
  return { unexplained: unexplained.length, stocked: explained.length, more: unknown.length > looked.length };
}

const byAge = (a: UnexplainedNamespace, b: UnexplainedNamespace): number =>
  (a.createdAt ?? '') < (b.createdAt ?? '') ? -1 : 1;

/**
 * Since when the cluster is watched: since its filter was made, as CloudWatch Logs says. The stock is taken once. Where it is
 * missing although the filter is old, or has less than was in it, somebody has emptied it, or the table was made again: that alarms,
 * and what is younger than the filter becomes findings.
 */
async function begun(
  cluster: Cluster,
  { clients, signal, now, problem }: JobContext<CoverageClients>,
): Promise<{ since: number; isNew: boolean; state: StockState }> {
  const state = await clients.stock.read(cluster);
  if (state.since !== undefined) {
    if (state.uids.size < state.atLeast) {
      problem('stock-lost', 1);
      await clients.stock.count(cluster, state.uids.size);
    }
    return { since: state.since, isNew: false, state };
  }
  const filters = await clients.clusterLog.filters(cluster, signal);
  if (filters.length === 0)
    throw new Error(`it is not known since when ${cluster.name} is watched: it has no subscription filter of ours`);
  const since = Math.min(...filters.map(({ since: made }) => made));
  if (state.triedAt === undefined && since < now() - FIRST_RUN_MS) problem('stock-lost', 1);
  // Before the cluster is asked: that it is out of reach for long is not a loss of the stock.
  await clients.stock.try(cluster, now());
  return { since, isNew: true, state };
}

/** The finding of a namespace, and that which says that the first one is forged. */
const idsOf = (cluster: Cluster, uid: string): [string, string] => [
  idOfNamespace(cluster, uid),
  idOf(cluster, ['live', uid]),
];

function judge(
  cluster: Cluster,
  namespace: UnexplainedNamespace,
  found: ReadonlyMap<string, Finding | undefined>,
  now: number,
): 'explained' | 'waits' | UnexplainedNamespace {
  const [id, contradiction] = idsOf(cluster, namespace.uid);
  if (found.has(id)) {
    const finding = found.get(id);
    if (!finding || found.has(contradiction) || !saysOtherwise(finding, namespace)) return 'explained';
    return { ...namespace, contradicts: id };
  }
  const age = now - Date.parse(namespace.createdAt ?? '');
  // An instant that is missing, or lies in the future, is not a reason to wait.
  return age >= 0 && age < RECORD_MS ? 'waits' : namespace;
}

/** The number is written before what is gone is taken out, and after what is new: it is never more than there is. */
async function keep(
  cluster: Cluster,
  { stock, live, state, explained }: { stock: Stock; live: LiveNamespaces; state: StockState; explained: string[] },
): Promise<void> {
  const exists = new Set(live.namespaces.map(({ uid }) => uid));
  const gone = live.complete ? [...state.uids].filter((uid) => !exists.has(uid)) : [];
  const stays = state.uids.size - gone.length;
  if (gone.length > 0) {
    await stock.count(cluster, stays);
    await stock.remove(cluster, gone);
  }
  if (explained.length > 0) {
    await stock.add(cluster, explained);
    await stock.count(cluster, stays + explained.length);
  }
}
