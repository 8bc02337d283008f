/** Examines the chain from each cluster to *detect*, and tells what is broken, once, and when it holds again. */

import type { Chain } from '../../clients/aws/chain.ts';
import type { Eks } from '../../clients/aws/eks.ts';
import type { HealthMessages } from '../../clients/send/health-messages.ts';
import type { Canaries } from '../../clients/table/canaries.ts';
import type { ChainStates } from '../../clients/table/chain-states.ts';
import { CANARY_MINUTES } from '../../contract/canary.ts';
import type { ChainState } from '../../contract/chain-state.ts';
import type { Cluster } from '../../contract/finding.ts';
import { capitalized } from '../../kit/words.ts';
import { controlPlaneLogGroup } from '../../kubernetes/names/aws.ts';
import type { Break, DetectionLink, LinkContext } from '../chain/link.ts';
import { LINKS } from '../chain/links.ts';
import type { ChainSettings, Job, JobContext } from '../job.ts';
import { eachCluster } from '../parts/each-cluster.ts';
import { fixLines } from '../parts/fix-lines.ts';

export interface ChainJobClients {
  chain: Chain;
  eks: Eks;
  canaries: Canaries;
  chainStates: ChainStates;
  health: HealthMessages;
  /** Account and Region of the stack. */
  place: Pick<Cluster, 'account' | 'region'>;
  /** With what the chain is compared. */
  deployed: ChainSettings;
}

type Found = { link: DetectionLink; found: Break };

/** EKS names the errors of its own so; a cluster that it does not know is gone. */
const isGone = (error: unknown): boolean => error instanceof Error && error.name === 'ResourceNotFoundException';

async function contextOf(
  cluster: Cluster,
  isCentral: boolean,
  watchedSince: number,
  { clients, signal, now }: JobContext<ChainJobClients>,
): Promise<LinkContext> {
  const { name = '' } = cluster;
  const { chain, eks, canaries, deployed } = clients;
  const known = {
    cluster: { ...cluster, name },
    isCentral,
    watchedSince,
    canaries,
    chain,
    eks,
    settings: deployed,
    signal,
    now: now(),
  };
  if (isCentral) return { ...known, logGroup: name, described: undefined, canary: {} };
  const described = await eks.describeCluster(name, signal).catch((error: unknown) => {
    if (isGone(error)) return undefined;
    throw error;
  });
  return { ...known, logGroup: controlPlaneLogGroup(name), described, canary: await canaries.state(cluster) };
}

/** Tells what is newly broken, in one message, and what holds again, in another. */
async function examine(cluster: Cluster, job: JobContext<ChainJobClients>, isCentral = false): Promise<number> {
  const { clients, now, unknown } = job;
  const kept = await clients.chainStates.read(cluster);
  const before: ChainState = kept ?? { watchedSince: now(), broken: {} };
  const context = await contextOf(cluster, isCentral, before.watchedSince, job);
  const links = isCentral ? LINKS.filter(({ ofCentralGroups }) => ofCentralGroups) : LINKS;
  const results = await Promise.allSettled(links.map((link) => link.examine(context)));
  const broken: Found[] = [];
  const after: ChainState['broken'] = {};
  for (const [index, result] of results.entries()) {
    const link = links[index] as DetectionLink;
    const known = before.broken[link.id];
    if (result.status === 'rejected') {
      unknown(`${link.id} of ${cluster.name}`, result.reason);
      // What was broken and cannot be examined is not whole by that.
      if (known) after[link.id] = known;
    } else if (result.value) {
      broken.push({ link, found: result.value });
      if (!link.settle) after[link.id] = { since: known?.since ?? now(), says: result.value.says };
    }
  }
  const fresh = broken.filter(({ link, found }) => before.broken[link.id]?.says !== found.says);
  const ended = Object.entries(before.broken).filter(([id]) => !(id in after));
  if (fresh.length > 0) await clients.health.tell(subjectOf(cluster, fresh), brokenText(context, broken, after));
  if (ended.length > 0)
    await clients.health.tell(
      `${cluster.name}: holds again`,
      [
        `What was broken between ${isCentral ? 'the log group' : 'the cluster'} ${cluster.name} and detect holds again.`,
        ...ended.map(([, { since, says }]) => `- Since ${instant(since)}: ${says}`),
        `What happened meanwhile may not have been seen: compare the namespaces of ${isCentral ? 'its clusters' : 'the cluster'} with the findings table.`,
      ].join('\n'),
    );
  for (const { link } of fresh) await link.settle?.(context);
  // Told first, and then kept: who dies in between reports it twice.
  const state: ChainState = { watchedSince: before.watchedSince, broken: after };
  if (!kept || JSON.stringify(kept) !== JSON.stringify(state)) await clients.chainStates.write(cluster, state);
  return broken.length;
}

const instant = (at: number): string => new Date(at).toISOString();

function subjectOf({ name }: Cluster, [first, ...others]: readonly Found[]): string {
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  return `${name}: ${first?.link.what}${more}`;
}

function brokenText(
  { cluster, isCentral, canary: { arrivedAt } }: LinkContext,
  broken: readonly Found[],
  states: ChainState['broken'],
): string {
  return [
    isCentral
      ? `The way from the log group ${cluster.name}, into which logs of other accounts or Regions are copied, to detect is broken: creations of namespaces in those clusters may go unseen.`
      : `The way from the audit log of the cluster ${cluster.name} to detect is broken: creations of namespaces there may go unseen.`,
    ...(isCentral
      ? []
      : [
          arrivedAt === undefined
            ? 'No canary has ever arrived from this cluster.'
            : `The last canary that arrived was sent at ${instant(arrivedAt)}: until then the way was whole.`,
        ]),
    ...broken.flatMap(({ link, found: { says, todo, fix } }) => {
      const since = states[link.id]?.since;
      return [
        '',
        `${capitalized(link.what)} (link ${link.id})`,
        since === undefined ? says : `${says} Noticed at ${instant(since)}.`,
        `To do: ${todo}`,
        ...fixLines(fix ? [fix] : []),
      ];
    }),
  ].join('\n');
}

export const chain: Job<ChainJobClients, 'chain'> = {
  id: 'chain',
  scope: 'network',
  everyMinutes: CANARY_MINUTES,
  deadlineMs: 90_000,
  needs: {
    aws: [
      ...new Set([
        ...LINKS.flatMap(({ needs }) => needs),
        'eks:DescribeCluster' as const,
        'dynamodb:GetItem' as const,
        'dynamodb:UpdateItem' as const,
        'sns:Publish' as const,
      ]),
    ],
    kubernetes: [],
  },
  async run(context) {
    const { deployed, place } = context.clients;
    const groups = deployed.centralGroups.map(({ name }) => ({ ...place, name }));
    const broken = [
      ...(await eachCluster(context, 'chain', (cluster, job) => examine(cluster, job))),
      ...(await eachCluster({ ...context, clusters: groups }, 'chain', (group, job) => examine(group, job, true))),
    ];
    return { broken: broken.reduce((sum, count) => sum + count, 0) };
  },
};
