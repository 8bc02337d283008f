import type { ApiServer } from '../../functions/clients/kubernetes/api-server.ts';
import { Kubeconfig, type KubeconfigChoice } from '../../functions/clients/kubernetes/kubeconfig.ts';
import type { Cluster } from '../../functions/contract/finding.ts';
import { defined } from '../../functions/kit/defined.ts';
import { parseArn } from '../../functions/kubernetes/names/arn.ts';
import { EKS_CLUSTER } from '../../functions/kubernetes/names/aws.ts';
import type { Task } from './task.ts';

/** For a few requests, in milliseconds: a credential plugin may take a minute, and a silent API server is given up before. */
export const LONG_MS = 120_000;

/** Where to find a cluster. */
export interface ClusterChoice extends KubeconfigChoice {
  /** With a kubeconfig or a context, only what the cluster is called; else the EKS cluster that is meant. */
  cluster?: string;
  /** Of an EKS cluster. @default that of the environment or profile */
  region?: string;
}

/** A way into a cluster. */
export interface ClusterAccess extends ApiServer {
  /** What the kubeconfig calls it; the ARN of an EKS cluster. */
  readonly clusterName: string;
}

/** Whether the cluster is named by an EKS name alone, and not by a kubeconfig. */
const isEks = ({ cluster, kubeconfig, context }: ClusterChoice): boolean =>
  cluster !== undefined && kubeconfig === undefined && context === undefined;

/**
 * Opens the way into the cluster that the options name.
 *
 * @throws {KubeconfigError}, and for an EKS cluster what AWS answers
 */
export async function openCluster(task: Task, choice: ClusterChoice): Promise<ClusterAccess> {
  const access = isEks(choice) ? await openEks(task, choice) : openKubeconfig(task, choice);
  task.waitFor(`Asking the API server of cluster ${access.clusterName} at ${access.server}`);
  return access;
}

function openKubeconfig(task: Task, choice: KubeconfigChoice): Kubeconfig {
  const kubeconfig = new Kubeconfig(choice);
  const { clusterName, server, context, file } = kubeconfig;
  task.about = `cluster ${clusterName} at ${server}, context ${context} of ${file}`;
  return kubeconfig;
}

/** The AWS SDK is loaded here only: who has a kubeconfig need not wait for it. */
async function openEks(task: Task, { cluster: name = '', region }: ClusterChoice): Promise<ClusterAccess> {
  const [{ EKSClient }, { AwsEks }, { EksAccess }] = await Promise.all([
    import('@aws-sdk/client-eks'),
    import('../../functions/clients/aws/aws-eks.ts'),
    import('../../functions/clients/kubernetes/eks-access.ts'),
  ]);
  task.about = `EKS cluster ${name}${region === undefined ? '' : ` in ${region}`}`;
  task.waitFor(`Asking EKS for the cluster ${name}`);
  const client = new EKSClient(defined({ region }));
  const described = await new AwsEks(client).describeCluster(name, AbortSignal.timeout(LONG_MS));
  const access = new EksAccess(described, client.config.credentials);
  task.about = `cluster ${access.clusterName} at ${access.server}, with your AWS credentials`;
  return access;
}

/** The EKS cluster whose ARN this is, as `aws eks update-kubeconfig` names a cluster; undefined for any other name. */
export function eksClusterOf(text: string): Required<Pick<Cluster, 'name' | 'region' | 'account'>> | undefined {
  const { service, region, account, resource = '' } = parseArn(text) ?? {};
  const name = service === 'eks' && resource.startsWith('cluster/') ? resource.slice('cluster/'.length) : '';
  return region && account && EKS_CLUSTER.test(name) ? { name, region, account } : undefined;
}
