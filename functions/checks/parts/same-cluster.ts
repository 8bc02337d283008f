import type { Cluster } from '../../contract/finding.ts';

/**
 * Clusters of the same name in different Regions and accounts must not be mixed up: EKS is asked by name, so what it
 * describes is compared with where the record is from, as far as both are known.
 *
 * @param arn of the cluster, or of an access entry: `arn:aws:eks:<region>:<account>:…`
 * @throws when it is another cluster
 */
export function requireSameCluster({ region, account }: Cluster, arn: string | undefined): void {
  const [, , , itsRegion, itsAccount] = arn?.split(':') ?? [];
  const differs = (mine?: string, its?: string): boolean => Boolean(mine && its && mine !== its);
  if (differs(region, itsRegion) || differs(account, itsAccount))
    throw new Error(`EKS knows a cluster of this name, but not the one of the record: ${arn}`);
}
