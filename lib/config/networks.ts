import { createHash } from 'node:crypto';

/** A place in a VPC, by its ids: nothing is looked up. */
export interface Vpc {
  /** `vpc-…` */
  readonly id: string;
  /** `subnet-…`, of that VPC. */
  readonly subnets: readonly string[];
  /** `sg-…`, of that VPC. */
  readonly securityGroups: readonly string[];
}

/** Where a function has to be to reach the API server of a cluster. */
export interface Network {
  /**
   * Tells the networks of a stack apart; empty outside of any VPC. It rests on the VPC, its subnets and groups alone, so
   * that what is deployed keeps its name however the configuration is ordered.
   */
  readonly id: string;
  /** Absent where functions are outside of any VPC, and reach the public endpoint of the cluster. */
  readonly vpc?: Vpc;
}

/** What a configured cluster says about its network: all three, or none. */
export interface ClusterPlace {
  readonly vpc?: string | undefined;
  readonly subnets?: readonly string[] | undefined;
  readonly securityGroups?: readonly string[] | undefined;
}

/** A network, and the clusters that are reached from it. */
export interface NetworkGroup<C> {
  readonly network: Network;
  readonly clusters: readonly C[];
}

/** At least one. */
export type NonEmpty<T> = readonly [T, ...T[]];

/** As {@link Array.map}: from at least one, at least one. */
export const mapNonEmpty = <T, U>([first, ...others]: NonEmpty<T>, make: (item: T) => U): NonEmpty<U> => [
  make(first),
  ...others.map((item) => make(item)),
];

/** Outside of any VPC. */
export const PUBLIC_NETWORK: Network = { id: '' };

/**
 * The distinct networks of clusters. The first one also serves what belongs to no known cluster: the public one where
 * there is one, else that of the first cluster. Without clusters it is the public one.
 */
export function groupByNetwork<C extends ClusterPlace>(clusters: readonly C[]): NonEmpty<NetworkGroup<C>> {
  const groups = new Map<string, { network: Network; clusters: C[] }>();
  for (const cluster of clusters) {
    const network = networkOf(cluster);
    const group = groups.get(network.id) ?? { network, clusters: [] };
    groups.set(network.id, group);
    group.clusters.push(cluster);
  }
  const all = [...groups.values()];
  const [first, ...others] = [...all.filter(isPublic), ...all.filter((group) => !isPublic(group))];
  return first ? [first, ...others] : [{ network: PUBLIC_NETWORK, clusters: [] }];
}

/** The name of what is deployed once for each network: `Investigate`, in a VPC `Investigate-1a2b3c4d`. */
export const inNetwork = (name: string, { id }: Network): string => (id ? `${name}-${id}` : name);

const isPublic = ({ network }: { network: Network }): boolean => !network.vpc;

function networkOf({ vpc: id, subnets = [], securityGroups = [] }: ClusterPlace): Network {
  if (id === undefined) return PUBLIC_NETWORK;
  const vpc: Vpc = { id, subnets: subnets.toSorted(), securityGroups: securityGroups.toSorted() };
  const hash = createHash('sha256').update(JSON.stringify([vpc.id, vpc.subnets, vpc.securityGroups]));
  return { id: hash.digest('hex').slice(0, 8), vpc };
}
