import type { AccessEntry, AssociatedAccessPolicy, Cluster } from '@aws-sdk/client-eks';
import type { Eks } from '../aws/eks.ts';

/** The type with its instants as RFC 3339 text, as JSON has them. */
type Written<T> = { [Key in keyof T]: NonNullable<T[Key]> extends Date ? string : T[Key] };

/** An EKS cluster and who may enter it, as it can stand in a JSON file. */
export interface ClusterDescription {
  /** As in the answer of DescribeCluster; `name` is required. */
  cluster: Written<Cluster> & { name: string };
  /** None where the authentication mode is `CONFIG_MAP`. */
  accessEntries?: (Written<AccessEntry> & {
    principalArn: string;
    accessPolicies?: Written<AssociatedAccessPolicy>[];
  })[];
}

/** Answers as EKS does, from descriptions of clusters: for the demo and for tests. */
export class LocalEks implements Eks {
  readonly #clusters: ReadonlyMap<string, ClusterDescription>;

  constructor(clusters: readonly ClusterDescription[]) {
    this.#clusters = new Map(clusters.map((description) => [description.cluster.name, description]));
  }

  async describeCluster(name: string, signal: AbortSignal): Promise<Cluster> {
    return withDates<Cluster>(this.#find(name, signal).cluster);
  }

  async describeAccessEntry(
    cluster: string,
    principalArn: string,
    signal: AbortSignal,
  ): Promise<AccessEntry | undefined> {
    const entry = this.#entries(cluster, signal).find((candidate) => candidate.principalArn === principalArn);
    if (!entry) return undefined;
    const { accessPolicies: _, ...described } = entry;
    return withDates<AccessEntry>(described);
  }

  async listAccessEntries(cluster: string, signal: AbortSignal): Promise<string[]> {
    return this.#entries(cluster, signal).map(({ principalArn }) => principalArn);
  }

  async listAssociatedAccessPolicies(
    cluster: string,
    principalArn: string,
    signal: AbortSignal,
  ): Promise<AssociatedAccessPolicy[]> {
    const entry = this.#entries(cluster, signal).find((candidate) => candidate.principalArn === principalArn);
    if (!entry) throw notFound('The specified principalArn could not be found.');
    return (entry.accessPolicies ?? []).map((policy) => withDates<AssociatedAccessPolicy>(policy));
  }

  #find(name: string, signal: AbortSignal): ClusterDescription {
    signal.throwIfAborted();
    const description = this.#clusters.get(name);
    if (!description) throw notFound(`No cluster found for name: ${name}.`);
    return description;
  }

  #entries(name: string, signal: AbortSignal): NonNullable<ClusterDescription['accessEntries']> {
    return this.#find(name, signal).accessEntries ?? [];
  }
}

const notFound = (message: string): Error => Object.assign(new Error(message), { name: 'ResourceNotFoundException' });

const INSTANTS = new Set(['createdAt', 'modifiedAt', 'associatedAt']);

/** The SDK's answers have dates where JSON has text. */
const withDates = <T>(written: object): T =>
  Object.fromEntries(
    Object.entries(written).map(([key, value]) => [key, INSTANTS.has(key) ? new Date(String(value)) : value]),
  ) as T;
