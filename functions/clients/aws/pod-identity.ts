import type { Cluster } from '../../contract/finding.ts';

/** An EKS Pod Identity association: an IAM role for a service account. */
export interface PodIdentityAssociation {
  associationId: string;
  serviceAccount: string;
  roleArn?: string;
  targetRoleArn?: string;
}

/** EKS Pod Identity. */
export interface PodIdentity {
  associations(cluster: Cluster, namespace: string, signal: AbortSignal): Promise<PodIdentityAssociation[]>;
  /** @returns false where there was none */
  dissociate(cluster: Cluster, associationId: string, signal: AbortSignal): Promise<boolean>;
}
