import type { AccessEntry, AssociatedAccessPolicy, Cluster } from '@aws-sdk/client-eks';

/** What the investigation asks of Amazon EKS. All calls honour the signal: a check has a deadline. */
export interface Eks {
  /** @throws when EKS refuses or does not know the cluster. */
  describeCluster(name: string, signal: AbortSignal): Promise<Cluster>;
  /** Undefined when the cluster has no access entry for this principal, as where it knows the aws-auth ConfigMap only. */
  describeAccessEntry(cluster: string, principalArn: string, signal: AbortSignal): Promise<AccessEntry | undefined>;
  /** The principals of all access entries; none where the cluster knows the aws-auth ConfigMap only. */
  listAccessEntries(cluster: string, signal: AbortSignal): Promise<string[]>;
  listAssociatedAccessPolicies(
    cluster: string,
    principalArn: string,
    signal: AbortSignal,
  ): Promise<AssociatedAccessPolicy[]>;
}
