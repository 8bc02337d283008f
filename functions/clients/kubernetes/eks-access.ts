import type { Agent } from 'node:http';
import type { Cluster as EksCluster } from '@aws-sdk/client-eks';
import { type ApiServer, agentOf, type Session } from './api-server.ts';
import { placeOf } from './eks-kubernetes.ts';
import { type AwsCredentials, eksToken, TOKEN_LIFETIME_MS } from './eks-token.ts';
import { KubeconfigError } from './kubeconfig-error.ts';

/** A token is renewed when half of its life is over: a playbook runs longer than one lives. */
const RENEW_AFTER_MS = TOKEN_LIFETIME_MS / 2;

/** The way into an EKS cluster by its name and somebody's AWS credentials, for the command line: as a kubeconfig, without one. */
export class EksAccess implements ApiServer {
  /** Its ARN, as `aws eks update-kubeconfig` names it in a kubeconfig. */
  readonly clusterName: string;
  /** URL of the API server. */
  readonly server: string;
  readonly #make: () => Promise<string>;
  readonly #agent: Agent;
  #token: { text: Promise<string>; until: number } | undefined;

  /**
   * @param described what EKS says of the cluster
   * @param credentials asked again for each token: they may be renewed meanwhile
   * @throws {KubeconfigError} when it has no endpoint
   */
  constructor(described: EksCluster, credentials: () => Promise<AwsCredentials>) {
    const { name = '', arn = '', endpoint, certificateAuthority, status } = described;
    if (!endpoint?.startsWith('https://') || !certificateAuthority?.data)
      throw new KubeconfigError('not-ready', `the cluster ${name} has no endpoint (status ${status ?? 'unknown'})`);
    const { region } = placeOf(described, {});
    this.clusterName = arn;
    this.server = endpoint;
    this.#agent = agentOf(endpoint, { ca: Buffer.from(certificateAuthority.data, 'base64') });
    this.#make = async () => eksToken({ cluster: name, region }, await credentials(), new Date());
  }

  async open(): Promise<Session> {
    return { headers: { Authorization: `Bearer ${await this.#valid()}` }, agent: this.#agent };
  }

  async #valid(): Promise<string> {
    if (!this.#token || this.#token.until < Date.now())
      this.#token = { text: this.#make(), until: Date.now() + RENEW_AFTER_MS };
    try {
      return await this.#token.text;
    } catch (error) {
      this.#token = undefined;
      throw new KubeconfigError('credentials', `there are no AWS credentials: ${(error as Error).message}`, error);
    }
  }
}
