import type { Cluster } from '../../contract/finding.ts';

/** What EKS itself runs for a cluster, outside of it and with an IAM role of the account: managed Argo CD, ACK, kro. */
export interface Capability {
  name: string;
  /** As EKS names it: `ARGOCD`, `ACK` or `KRO`, and what later versions have. */
  type: string;
  /** As EKS names it, as `ACTIVE`. */
  status: string;
  /** The role by which it acts in AWS, and by whose access entry in the cluster. */
  roleArn?: string;
}

/** EKS Capabilities. */
export interface Capabilities {
  /** @throws when EKS refuses, or it is another cluster of that name */
  of(cluster: Cluster, signal: AbortSignal): Promise<Capability[]>;
}
