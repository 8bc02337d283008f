import {
  DescribeCapabilityCommand,
  type EKSClient,
  paginateListCapabilities,
  ResourceNotFoundException,
} from '@aws-sdk/client-eks';
import type { Cluster } from '../../contract/finding.ts';
import { defined } from '../../kit/defined.ts';
import { placeOf } from '../kubernetes/eks-kubernetes.ts';
import type { Capabilities, Capability } from './capabilities.ts';
import type { Eks } from './eks.ts';

/** Asks Amazon EKS, of the client's account and Region: about a cluster elsewhere it throws, whatever its name. */
export class AwsCapabilities implements Capabilities {
  readonly #client: EKSClient;
  readonly #eks: Eks;

  /** @param eks of the same account and Region */
  constructor(client: EKSClient, eks: Eks) {
    this.#client = client;
    this.#eks = eks;
  }

  async of(cluster: Cluster, signal: AbortSignal): Promise<Capability[]> {
    const { name: clusterName } = cluster;
    if (!clusterName) throw new Error('the name of the cluster is not known');
    placeOf(await this.#eks.describeCluster(clusterName, signal), cluster);
    const options = { abortSignal: signal };
    const names: string[] = [];
    for await (const { capabilities = [] } of paginateListCapabilities(
      { client: this.#client },
      { clusterName },
      options,
    ))
      names.push(...capabilities.flatMap(({ capabilityName }) => capabilityName ?? []));
    const found: Capability[] = [];
    for (const capabilityName of names) {
      const capability = await this.#describe(clusterName, capabilityName, signal);
      if (capability) found.push(capability);
    }
    return found;
  }

  /** @returns undefined where it was deleted since it was listed */
  async #describe(clusterName: string, capabilityName: string, signal: AbortSignal): Promise<Capability | undefined> {
    try {
      const command = new DescribeCapabilityCommand({ clusterName, capabilityName });
      const { capability: { type = '', status = '', roleArn } = {} } = await this.#client.send(command, {
        abortSignal: signal,
      });
      return { name: capabilityName, type, status, ...defined({ roleArn: roleArn || undefined }) };
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }
}
