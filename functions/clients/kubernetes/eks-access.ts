import type { Cluster as EksCluster } from '@aws-sdk/client-eks';
import { KubeConfig } from '@kubernetes/client-node';
import { placeOf } from './eks-kubernetes.ts';
import { type AwsCredentials, eksToken, TOKEN_LIFETIME_MS } from './eks-token.ts';
import { KubeconfigError } from './kubeconfig-error.ts';

type Authenticator = Parameters<KubeConfig['addAuthenticator']>[0];
type Options = Parameters<Authenticator['applyAuthentication']>[1];

const USER = 'aws';
/** A token is renewed when half of its life is over: a playbook runs longer than one lives. */
const RENEW_AFTER_MS = TOKEN_LIFETIME_MS / 2;

/** The way into an EKS cluster by its name and somebody's AWS credentials, for the command line: as a kubeconfig, without one. */
export class EksAccess extends KubeConfig {
  /** Its ARN, as `aws eks update-kubeconfig` names it in a kubeconfig. */
  readonly clusterName: string;
  /** URL of the API server. */
  readonly server: string;
  #token: { text: Promise<string>; until: number } | undefined;

  /**
   * @param described what EKS says of the cluster
   * @param credentials asked again for each token: they may be renewed meanwhile
   * @throws {KubeconfigError} when it has no endpoint
   */
  constructor(described: EksCluster, credentials: () => Promise<AwsCredentials>) {
    super();
    const { name = '', arn = '', endpoint, certificateAuthority, status } = described;
    if (!endpoint?.startsWith('https://') || !certificateAuthority?.data)
      throw new KubeconfigError('not-ready', `the cluster ${name} has no endpoint (status ${status ?? 'unknown'})`);
    const { region } = placeOf(described, {});
    this.clusterName = arn;
    this.server = endpoint;
    this.loadFromClusterAndUser(
      { name: arn, server: endpoint, caData: certificateAuthority.data, skipTLSVerify: false },
      { name: USER },
    );
    this.addAuthenticator({
      isAuthProvider: ({ name: user }) => user === USER,
      applyAuthentication: async (_user, options: Options) => {
        const token = await this.#valid(async () =>
          eksToken({ cluster: name, region }, await credentials(), new Date()),
        );
        options.headers = { ...options.headers, Authorization: `Bearer ${token}` };
      },
    });
  }

  async #valid(make: () => Promise<string>): Promise<string> {
    if (!this.#token || this.#token.until < Date.now())
      this.#token = { text: make(), until: Date.now() + RENEW_AFTER_MS };
    try {
      return await this.#token.text;
    } catch (error) {
      this.#token = undefined;
      throw new KubeconfigError('credentials', `there are no AWS credentials: ${(error as Error).message}`, error);
    }
  }
}
