import type { Cluster as EksCluster } from '@aws-sdk/client-eks';
import { ClusterOutOfReach } from '../../contract/errors.ts';
import type { Cluster } from '../../contract/finding.ts';
import { parseArn } from '../../kubernetes/names/arn.ts';
import type { Eks } from '../aws/eks.ts';
import { type ApiServer, TokenServer } from './api-server.ts';
import { type AwsCredentials, eksToken, TOKEN_LIFETIME_MS } from './eks-token.ts';
import type { Kubernetes } from './kubernetes.ts';

/** A connection is left this long before its credentials end, in milliseconds: longer than any investigation. */
const MARGIN_MS = 2 * 60_000;

export interface EksKubernetesOptions<Api> {
  /** Must be of the account and Region of the clusters. */
  eks: Eks;
  /** Of the function's own role: what its EKS access entry names. */
  credentials: () => Promise<AwsCredentials>;
  /** What it speaks through: `KubeApi`, or one that writes as well. */
  api: (server: ApiServer) => Api;
  /** Epoch milliseconds. */
  now?: () => number;
}

/** Reaches EKS clusters as the function's own IAM role: `KubernetesAccess`, or `WritableAccess` with an API that writes. Endpoint and CA come from DescribeCluster alone. */
export class EksKubernetes<Api extends Kubernetes> {
  readonly #eks: Eks;
  readonly #credentials: () => Promise<AwsCredentials>;
  readonly #api: (server: ApiServer) => Api;
  readonly #now: () => number;
  readonly #connections = new Map<string, { kubernetes: Api; until: number }>();

  constructor({ eks, credentials, api, now = Date.now }: EksKubernetesOptions<Api>) {
    this.#eks = eks;
    this.#credentials = credentials;
    this.#api = api;
    this.#now = now;
  }

  async connect(cluster: Cluster, signal: AbortSignal): Promise<Api> {
    const { name } = cluster;
    if (!name) throw new Error('the record does not say which cluster it is from');
    const key = JSON.stringify([name, cluster.region, cluster.account]);
    const open = this.#connections.get(key);
    if (open && this.#now() < open.until) return open.kubernetes;
    const described = await this.#described(name, signal);
    const { region } = placeOf(described, cluster);
    const credentials = await this.#credentials();
    const at = this.#now();
    const token = await eksToken({ cluster: name, region }, credentials, new Date(at));
    const kubernetes = this.#api(serverOf(described, token));
    const end = Math.min(at + TOKEN_LIFETIME_MS, credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY);
    this.#connections.set(key, { kubernetes, until: end - MARGIN_MS });
    return kubernetes;
  }

  async #described(name: string, signal: AbortSignal): Promise<EksCluster> {
    try {
      return await this.#eks.describeCluster(name, signal);
    } catch (error) {
      if (!(error instanceof Error) || !OUT_OF_REACH.includes(error.name)) throw error;
      throw new ClusterOutOfReach(error.message, { cause: error });
    }
  }
}

/** There is no such cluster, or the role of the function does not name it. */
const OUT_OF_REACH = ['AccessDeniedException', 'ResourceNotFoundException'];

/**
 * Names of clusters repeat across accounts and Regions: to ask another one of that name would be worse than not to ask.
 *
 * @throws where it is another one
 */
export function placeOf({ arn = '' }: EksCluster, wanted: Cluster): { region: string } {
  const { service, region, account, resource } = parseArn(arn) ?? {};
  if (service !== 'eks' || !region || !resource?.startsWith('cluster/'))
    throw new Error('EKS did not give the ARN of the cluster');
  if ((wanted.region && wanted.region !== region) || (wanted.account && wanted.account !== account))
    throw new ClusterOutOfReach(`the cluster that this function can reach is another one of the same name: ${arn}`);
  return { region };
}

function serverOf({ endpoint, certificateAuthority, status }: EksCluster, token: string): ApiServer {
  if (!endpoint?.startsWith('https://') || !certificateAuthority?.data)
    throw new Error(`the cluster has no endpoint yet (status ${status ?? 'unknown'})`);
  return new TokenServer(endpoint, Buffer.from(certificateAuthority.data, 'base64'), token);
}
