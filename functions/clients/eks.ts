import type { AccessEntry, AssociatedAccessPolicy, Cluster } from '@aws-sdk/client-eks';

/** What the investigation asks of Amazon EKS. All calls honour the signal: a check has a deadline. */
export interface Eks {
  /** @throws when EKS refuses or does not know the cluster. */
  describeCluster(name: string, signal: AbortSignal): Promise<Cluster>;
  /** Undefined when the cluster has no access entry for this principal. */
  describeAccessEntry(cluster: string, principalArn: string, signal: AbortSignal): Promise<AccessEntry | undefined>;
  listAssociatedAccessPolicies(
    cluster: string,
    principalArn: string,
    signal: AbortSignal,
  ): Promise<AssociatedAccessPolicy[]>;
}
