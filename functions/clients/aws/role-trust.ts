import type { Cluster } from '../../contract/finding.ts';

/** What IAM says about who may assume a role. */
export type Trust =
  | {
      status: 'read';
      /** The trust policy, as JSON. */
      policy: Record<string, unknown>;
      /** The issuer of the tokens of the cluster's service accounts, without its scheme; absent where it has none. */
      issuer?: string;
      /** The OIDC provider of that issuer, as trust policies of the cluster's account name it. */
      provider?: string;
    }
  /** There is no role of that ARN. */
  | { status: 'none' }
  /** It is of another account than the cluster, where it cannot be looked at. */
  | { status: 'elsewhere'; account: string };

/** Trust policies of the cluster's own account. */
export interface RoleTrust {
  /** @throws when IAM or EKS refuses, and when the text is not the ARN of a role */
  of(roleArn: string, cluster: Cluster, signal: AbortSignal): Promise<Trust>;
}
