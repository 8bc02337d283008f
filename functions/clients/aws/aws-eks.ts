import {
  type AccessEntry,
  type AssociatedAccessPolicy,
  type Cluster,
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  type EKSClient,
  InvalidRequestException,
  paginateListAccessEntries,
  paginateListAssociatedAccessPolicies,
  ResourceNotFoundException,
} from '@aws-sdk/client-eks';
import type { Eks } from './eks.ts';

/** Asks Amazon EKS itself. */
export class AwsEks implements Eks {
  readonly #eks: EKSClient;

  constructor(eks: EKSClient) {
    this.#eks = eks;
  }

  async describeCluster(name: string, signal: AbortSignal): Promise<Cluster> {
    const { cluster } = await this.#eks.send(new DescribeClusterCommand({ name }), { abortSignal: signal });
    if (!cluster) throw new Error('EKS answered without a cluster');
    return cluster;
  }

  async describeAccessEntry(
    clusterName: string,
    principalArn: string,
    signal: AbortSignal,
  ): Promise<AccessEntry | undefined> {
    try {
      const command = new DescribeAccessEntryCommand({ clusterName, principalArn });
      return (await this.#eks.send(command, { abortSignal: signal })).accessEntry;
    } catch (error) {
      if (error instanceof ResourceNotFoundException && !isUnknownCluster(error)) return undefined;
      if (isConfigMapOnly(error)) return undefined;
      throw error;
    }
  }

  async listAccessEntries(clusterName: string, signal: AbortSignal): Promise<string[]> {
    const principals: string[] = [];
    try {
      for await (const page of paginateListAccessEntries(
        { client: this.#eks },
        { clusterName },
        { abortSignal: signal },
      ))
        principals.push(...(page.accessEntries ?? []));
    } catch (error) {
      if (!isConfigMapOnly(error)) throw error;
    }
    return principals;
  }

  async listAssociatedAccessPolicies(
    clusterName: string,
    principalArn: string,
    signal: AbortSignal,
  ): Promise<AssociatedAccessPolicy[]> {
    const policies: AssociatedAccessPolicy[] = [];
    const pages = paginateListAssociatedAccessPolicies(
      { client: this.#eks },
      { clusterName, principalArn },
      { abortSignal: signal },
    );
    for await (const page of pages) policies.push(...(page.associatedAccessPolicies ?? []));
    return policies;
  }
}

/** EKS gives an unknown cluster the same error as an unknown principal; only the text tells ("No cluster found for name"). */
const isUnknownCluster = (error: Error): boolean => /\bcluster found\b/i.test(error.message);

/** "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation." */
const isConfigMapOnly = (error: unknown): boolean =>
  error instanceof InvalidRequestException && /authentication mode/i.test(error.message);
