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
import type { ChainSettings, Job, JobContext } from '../job.ts';

export interface HeartbeatClients {
  chain: Pick<Chain, 'sum'>;
  canaries: Pick<Canaries, 'state'>;
  chainStates: Pick<ChainStates, 'read'>;
  health: HealthMessages;
  deployed: Pick<ChainSettings, 'centralGroups'>;
}

const DAY_MINUTES = 24 * 60;
/** How the subject of each of its messages begins. */
const SUBJECT = 'heartbeat';

interface Heard {
  name: string;
  /** What shows that it is alive; undefined where that is not known. */
  signs: number | undefined;
  text: string;
}

/** What is asked of metrics; undefined where it is not known. */
const asker =
  ({ clients, signal, now, unknown }: JobContext<HeartbeatClients>, name: string) =>
  async (namespace: string, metric: string, dimensions: Record<string, string>): Promise<number | undefined> => {
    const day = { minutes: DAY_MINUTES, until: now() };
    try {
      return await clients.chain.sum({ namespace, metric, dimensions, ...day }, signal);
    } catch (error) {
      unknown(`${metric} of ${name}`, error);
      return undefined;
    }
  };

const number = (count: number | undefined): string => (count === undefined ? 'an unknown number' : String(count));

/** Of a log group into which logs of other accounts or Regions are copied: a control plane writes all the time. */
async function heardOfGroup(name: string, job: JobContext<HeartbeatClients>): Promise<Heard> {
  const sum = asker(job, name);
  const [signs, lines] = await Promise.all([
    sum('AWS/Logs', 'IncomingLogEvents', { LogGroupName: name }),
    sum('AWS/Logs', 'ForwardedLogEvents', { LogGroupName: name }),
  ]);
  return {
    name,
    signs,
    text: `${name}: ${number(signs)} lines were copied into it, ${number(lines)} of them were delivered.`,
  };
}

async function heard(cluster: Cluster, job: JobContext<HeartbeatClients>): Promise<Heard> {
  const { clients, unknown } = job;
  const { name = '' } = cluster;
  const orUnknown = async <T>(what: string, answer: Promise<T>): Promise<T | undefined> => {
    try {
      return await answer;
    } catch (error) {
      unknown(`${what} of ${name}`, error);
      return undefined;
    }
  };
  const sum = asker(job, name);
  const [canaries, lines, state, chain] = await Promise.all([
    sum('NamespaceSentinel', CANARY_METRIC, { service: 'detect', cluster: name }),
    sum('AWS/Logs', 'ForwardedLogEvents', { LogGroupName: controlPlaneLogGroup(name) }),
    orUnknown('canaries', clients.canaries.state(cluster)),
    orUnknown('chain', clients.chainStates.read(cluster)),
  ]);
  const arrivedAt = state?.arrivedAt;
  const broken = Object.values(chain?.broken ?? {});
  const text = [
    `${name}: ${number(canaries)} of ${DAY_MINUTES / CANARY_MINUTES} canaries arrived, ${number(lines)} lines of its log were delivered.`,
    `  The last canary that arrived was sent ${arrivedAt === undefined ? 'never' : `at ${new Date(arrivedAt).toISOString()}`}.`,
    ...broken.map(({ since, says }) => `  Broken since ${new Date(since).toISOString()}: ${says}`),
  ].join('\n');
  return { name, signs: canaries, text };
}

export const heartbeat: Job<HeartbeatClients, 'heartbeat'> = {
  id: 'heartbeat',
  scope: 'network',
  everyMinutes: DAY_MINUTES,
  deadlineMs: 60_000,
  needs: { aws: ['cloudwatch:GetMetricStatistics', 'dynamodb:GetItem', 'sns:Publish'], kubernetes: [] },
  async run(context) {
    const { clusters, clients, now } = context;
    const { centralGroups } = clients.deployed;
    const all = await Promise.all([
      ...clusters.map((cluster) => heard(cluster, context)),
      ...centralGroups.map(({ name }) => heardOfGroup(name, context)),
    ]);
    const silent = all.filter(({ signs }) => !signs).map(({ name }) => name);
    const whole = [
      ...(clusters.length > 0 || centralGroups.length === 0 ? [counted(clusters.length, 'cluster')] : []),
      ...(centralGroups.length > 0 ? [counted(centralGroups.length, 'central log group')] : []),
    ];
    const said = silent.length > 0 ? `NOT HEARD: ${listed(silent)}` : `${listed(whole)} heard`;
    const text = [
      `In the 24 hours until ${new Date(now()).toISOString()}, Namespace Sentinel has seen:`,
      ...all.map((each) => each.text),
      'This message comes every day. If it does not, watch does not run or its messages do not arrive.',
    ].join('\n');
    await clients.health.tell(`${SUBJECT}: ${said}`, text, 'heartbeat');
    return { clusters: all.length, silent: silent.length };
  },
};
