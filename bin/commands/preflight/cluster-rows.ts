import { KubeApi } from '../../../functions/clients/kubernetes/kube-api.ts';
import { counted } from '../../../functions/kit/words.ts';
import { ownLists } from '../../../functions/kubernetes/cluster-side.ts';
import type { SentinelConfig } from '../../../lib/config/config-schema.ts';
import { type ClusterChoice, openCluster } from '../cluster.ts';
import { kubernetesFailure } from '../failure/kubernetes.ts';
import type { Task } from '../task.ts';
import type { AwsAuthNeeds, PreflightCheck, PreflightContext, Row } from './check.ts';
import { PREFLIGHT_CHECKS } from './checks/index.ts';
import { shippedManifests } from './manifests.ts';
import type { TableRow } from './table.ts';

type NamedRow = Row & { check: string };

export interface Configured {
  file: string;
  config: SentinelConfig;
}

/** Asks one cluster what the manifests have put into it. */
export async function askCluster(
  choice: ClusterChoice,
  configured: Configured | undefined,
  task: Task,
  checks: readonly PreflightCheck[] = PREFLIGHT_CHECKS,
): Promise<NamedRow[]> {
  const kubernetes = new KubeApi(await openCluster(task, choice), task.limits);
  const signal = AbortSignal.timeout(120_000);
  const lists = configured && {
    file: configured.file,
    lists: ownLists(configured.config.containment),
    awsAuth: awsAuthNeeds(configured.config),
  };
  const context: PreflightContext = { kubernetes, manifests: shippedManifests(), configured: lists, signal };
  const rows: NamedRow[] = [];
  for (const check of checks) {
    rows.push(...(await rowsOf(check, context)));
    task.waitFor(`Checking the cluster: ${counted(rows.length, 'result')} so far`);
  }
  return rows;
}

function awsAuthNeeds({ clusters, containment }: SentinelConfig): AwsAuthNeeds {
  const byHand = clusters.filter(({ accessEntries }) => !accessEntries).map(({ name }) => name);
  return { byHand, isOnly: byHand.length === clusters.length, isContaining: containment.enabled };
}

/** As {@link askCluster}; beside the answers of AWS, a cluster without an answer is a row. */
export async function clusterIfReached(
  choice: ClusterChoice,
  configured: Configured | undefined,
  task: Task,
  checks?: readonly PreflightCheck[],
): Promise<TableRow[]> {
  try {
    return await askCluster(choice, configured, task, checks);
  } catch (error) {
    const failure = kubernetesFailure(error);
    if (!failure) throw error;
    const todo = 'give --kubeconfig or --context to look into a cluster, or --side aws to leave it out';
    return [
      { check: 'cluster-side', status: 'not-checked', says: `The cluster of the kubeconfig: ${failure.what}.`, todo },
    ];
  }
}

async function rowsOf(check: PreflightCheck, context: PreflightContext): Promise<NamedRow[]> {
  try {
    return (await check.run(context)).map((row) => ({ check: check.name, ...row }));
  } catch (error) {
    // Who may not look at one thing may look at others; who is not known, or finds no server, sees nothing at all.
    const { name, code, message } = error as { name?: string; code?: number; message?: string };
    if (name !== 'KubernetesError' || code === 0 || code === 401) throw error;
    return [{ check: check.name, status: 'attention', says: `This could not be checked: ${message}` }];
  }
}
