import type { ClusterChoice } from '../../cluster.ts';
import { configOf } from '../../manifests/config.ts';
import type { Task } from '../../task.ts';
import { contextFor, rowsOf } from '../aws/ask.ts';
import { type AwsClients, awsClients } from '../aws/clients.ts';
import { askCluster, clusterIfReached } from '../cluster-rows.ts';
import type { Side, TableRow } from '../table.ts';
import { REMOVAL, type RemovalStep } from './order.ts';

interface Asked {
  /** The configuration file. */
  file: string;
  side: Side | undefined;
  choice: ClusterChoice;
}

/**
 * Asks what stands in the way of taking everything down, and what stays, in the order to follow. Nothing is changed.
 *
 * @throws {InputError} when the configuration has mistakes
 * @throws what AWS says where no question can be asked
 */
export async function removalRows(
  { file, side, choice }: Asked,
  task: Task,
  make: (region: string | undefined) => AwsClients = awsClients,
): Promise<TableRow[]> {
  const config = configOf(file);
  const aws = side === 'cluster' ? new Map<RemovalStep, TableRow[]>() : await awsRows();
  const isWrongAccount = [...aws.values()]
    .flat()
    .some(({ check, status }) => check === 'credentials' && status === 'failed');
  const checks = REMOVAL.flatMap((step) => ('cluster' in step ? [step.cluster] : []));
  const inCluster = side === 'aws' || isWrongAccount ? [] : await clusterRows();
  const others = config.clusters.length > 1 && inCluster.length > 0 ? [OTHER_CLUSTERS] : [];
  const unplaced = inCluster.filter(({ check }) => !checks.some(({ name }) => name === check));
  const [firstOfCluster] = checks;
  return REMOVAL.flatMap((step) =>
    'aws' in step
      ? (aws.get(step) ?? [])
      : [
          ...(step.cluster === firstOfCluster ? [...unplaced, ...others] : []),
          ...inCluster.filter(({ check }) => check === step.cluster.name),
        ],
  );

  async function awsRows(): Promise<Map<RemovalStep, TableRow[]>> {
    task.about = `the AWS account${config.account ? ` ${config.account}` : ''} of ${file}`;
    task.waitFor('Asking AWS who you are');
    const context = await contextFor(config, file, make(config.region));
    task.about = `account ${context.account}, Region ${context.region}`;
    const found = new Map<RemovalStep, TableRow[]>();
    for (const step of REMOVAL) {
      if (!('aws' in step)) continue;
      task.waitFor(step.aws.question);
      const rows = await rowsOf(step.aws, context);
      found.set(step, rows);
      // Nothing else is looked at: it would be looked for in the wrong account.
      if (step.aws.id === 'credentials' && rows.some(({ status }) => status === 'failed')) break;
    }
    return found;
  }

  async function clusterRows(): Promise<TableRow[]> {
    const configured = { file, config };
    return side === 'cluster'
      ? askCluster(choice, configured, task, checks)
      : clusterIfReached(choice, configured, task, checks);
  }
}

const OTHER_CLUSTERS: TableRow = {
  check: 'cluster-side',
  status: 'note',
  says: 'Of the clusters of the configuration, the one of the kubeconfig alone was looked into.',
  todo: 'repeat the command with --context for each other one',
};
