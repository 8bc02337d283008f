/** Sends each cluster its canary: the proof that a namespace that is created, or refused, comes to *detect*. */

import { randomUUID } from 'node:crypto';
import type { WatchedAccess } from '../../clients/kubernetes/watched-kubernetes.ts';
import type { Canaries } from '../../clients/table/canaries.ts';
import { CANARY_MANAGER, CANARY_MINUTES } from '../../contract/canary.ts';
import { KubernetesError } from '../../contract/errors.ts';
import type { Cluster } from '../../contract/finding.ts';
import type { Job, JobContext } from '../job.ts';
import { eachCluster } from '../parts/each-cluster.ts';

export interface CanaryClients {
  kubernetes: WatchedAccess;
  canaries: Canaries;
}

/** What the request asks for. No such namespace is ever made. */
const NAME = 'namespace-sentinel-canary';
const KUBE_SYSTEM = '/api/v1/namespaces/kube-system';

/** A canary that was not refused, or not sent. */
class CanaryError extends Error {
  override readonly name = 'CanaryError';
}

/** Before anything is asked that is refused on purpose, something that is allowed: whom the cluster does not know gets 401. */
async function uidOf(
  kubernetes: Awaited<ReturnType<WatchedAccess['connect']>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return (await kubernetes.read(KUBE_SYSTEM, signal))?.metadata.uid;
  } catch (error) {
    // Known to the cluster, and without its role: the canary tells all the same that the log arrives.
    if (error instanceof KubernetesError && error.code === 403) return undefined;
    throw error;
  }
}

async function send(cluster: Cluster, { clients, settings, signal, now }: JobContext<CanaryClients>): Promise<void> {
  const { kubernetes: access, canaries } = clients;
  const kubernetes = await access.connect(cluster, signal);
  const uid = await uidOf(kubernetes, signal);
  const canary = { nonce: randomUUID(), cluster, principal: settings.role, sentAt: now() };
  await canaries.keep(canary);
  try {
    await kubernetes.askToCreateNamespace(NAME, CANARY_MANAGER + canary.nonce, signal);
  } catch (error) {
    if (!(error instanceof KubernetesError) || error.code !== 403) throw error;
    await canaries.sent(canary, uid);
    return;
  }
  throw new CanaryError(
    `${cluster.name} lets the role of watch create namespaces: somebody has given it, or its group, rights that it must not have`,
  );
}

export const canary: Job<CanaryClients, 'canary'> = {
  id: 'canary',
  scope: 'network',
  everyMinutes: CANARY_MINUTES,
  deadlineMs: 60_000,
  needs: {
    aws: ['eks:DescribeCluster', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    kubernetes: ['get namespaces'],
  },
  async run(context) {
    return { sent: (await eachCluster(context, 'canary', send)).length };
  },
};
