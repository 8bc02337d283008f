/**
 * Tells the health topic once a day what was seen of each cluster. Its absence is a sign by itself: an outside dead-man's switch
 * waits for the subject, which always begins in the same way.
 */

import type { Chain } from '../../clients/aws/chain.ts';
import type { HealthMessages } from '../../clients/send/health-messages.ts';
import type { Canaries } from '../../clients/table/canaries.ts';
import type { ChainStates } from '../../clients/table/chain-states.ts';
import { CANARY_METRIC, CANARY_MINUTES } from '../../contract/canary.ts';
import type { Cluster } from '../../contract/finding.ts';
import { counted, listed } from '../../kit/words.ts';
import { controlPlaneLogGroup } from '../../kubernetes/names/aws.ts';
import type { Job, JobContext } from '../job.ts';

export interface HeartbeatClients {
  chain: Pick<Chain, 'sum'>;
  canaries: Pick<Canaries, 'state'>;
  chainStates: Pick<ChainStates, 'read'>;
  health: HealthMessages;
}

const DAY_MINUTES = 24 * 60;
/** How the subject of each of its messages begins. */
const SUBJECT = 'heartbeat';

interface Heard {
  name: string;
  /** Undefined where it is not known. */
  canaries: number | undefined;
  text: string;
}

async function heard(cluster: Cluster, job: JobContext<HeartbeatClients>): Promise<Heard> {
  const { clients, signal, now, unknown } = job;
  const { name = '' } = cluster;
  const day = { minutes: DAY_MINUTES, until: now() };
  const orUnknown = async <T>(what: string, answer: Promise<T>): Promise<T | undefined> => {
    try {
      return await answer;
    } catch (error) {
      unknown(`${what} of ${name}`, error);
      return undefined;
    }
  };
  const sum = (namespace: string, metric: string, dimensions: Record<string, string>) =>
    orUnknown(metric, clients.chain.sum({ namespace, metric, dimensions, ...day }, signal));
  const [canaries, lines, state, chain] = await Promise.all([
    sum('NamespaceSentinel', CANARY_METRIC, { service: 'detect', cluster: name }),
    sum('AWS/Logs', 'ForwardedLogEvents', { LogGroupName: controlPlaneLogGroup(name) }),
    orUnknown('canaries', clients.canaries.state(cluster)),
    orUnknown('chain', clients.chainStates.read(cluster)),
  ]);
  const number = (count: number | undefined): string => (count === undefined ? 'an unknown number' : String(count));
  const arrivedAt = state?.arrivedAt;
  const broken = Object.values(chain?.broken ?? {});
  const text = [
    `${name}: ${number(canaries)} of ${DAY_MINUTES / CANARY_MINUTES} canaries arrived, ${number(lines)} lines of its log were delivered.`,
    `  The last canary that arrived was sent ${arrivedAt === undefined ? 'never' : `at ${new Date(arrivedAt).toISOString()}`}.`,
    ...broken.map(({ since, says }) => `  Broken since ${new Date(since).toISOString()}: ${says}`),
  ].join('\n');
  return { name, canaries, text };
}

export const heartbeat: Job<HeartbeatClients, 'heartbeat'> = {
  id: 'heartbeat',
  scope: 'network',
  everyMinutes: DAY_MINUTES,
  deadlineMs: 60_000,
  needs: { aws: ['cloudwatch:GetMetricStatistics', 'dynamodb:GetItem', 'sns:Publish'], kubernetes: [] },
  async run(context) {
    const { clusters, clients, now } = context;
    const all = await Promise.all(clusters.map((cluster) => heard(cluster, context)));
    const silent = all.filter(({ canaries }) => !canaries).map(({ name }) => name);
    const said = silent.length > 0 ? `NOT HEARD: ${listed(silent)}` : `${counted(all.length, 'cluster')} heard`;
    const text = [
      `In the 24 hours until ${new Date(now()).toISOString()}, Namespace Sentinel has seen:`,
      ...all.map((each) => each.text),
      'This message comes every day. If it does not, watch does not run or its messages do not arrive.',
    ].join('\n');
    await clients.health.tell(`${SUBJECT}: ${said}`, text, 'heartbeat');
    return { clusters: all.length, silent: silent.length };
  },
};
