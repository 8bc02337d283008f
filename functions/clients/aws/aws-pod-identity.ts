import {
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  type EKSClient,
  paginateListPodIdentityAssociations,
  ResourceNotFoundException,
} from '@aws-sdk/client-eks';
import type { Cluster } from '../../contract/finding.ts';
import { defined } from '../../kit/defined.ts';
import { placeOf } from '../kubernetes/eks-kubernetes.ts';
import type { Eks } from './eks.ts';
import type { PodIdentity, PodIdentityAssociation } from './pod-identity.ts';

/** Associations that are described side by side. */
const WIDTH = 5;

/** Asks Amazon EKS, of the client's account and Region: about a cluster elsewhere it throws, whatever its name. */
export class AwsPodIdentity implements PodIdentity {
  readonly #client: EKSClient;
  readonly #eks: Eks;

  /** @param eks of the same account and Region */
  constructor(client: EKSClient, eks: Eks) {
    this.#client = client;
    this.#eks = eks;
  }

  async associations(cluster: Cluster, namespace: string, signal: AbortSignal): Promise<PodIdentityAssociation[]> {
    const clusterName = await this.#nameOf(cluster, signal);
    const ids: string[] = [];
    for await (const { associations = [] } of paginateListPodIdentityAssociations(
      { client: this.#client },
      { clusterName, namespace },
      { abortSignal: signal },
    ))
      ids.push(...associations.flatMap(({ associationId }) => associationId ?? []));
    const found: PodIdentityAssociation[] = [];
    for (let start = 0; start < ids.length; start += WIDTH) {
      const batch = ids.slice(start, start + WIDTH).map((id) => this.#describe(clusterName, id, signal));
      found.push(...(await Promise.all(batch)).filter((association) => association !== undefined));
    }
    return found;
  }

  async dissociate(cluster: Cluster, associationId: string, signal: AbortSignal): Promise<boolean> {
    const clusterName = await this.#nameOf(cluster, signal);
    const command = new DeletePodIdentityAssociationCommand({ clusterName, associationId });
    return (await goneAsUndefined(this.#client.send(command, { abortSignal: signal }))) !== undefined;
  }

  /** @returns undefined where it was deleted since it was listed */
  async #describe(
    clusterName: string,
    associationId: string,
    signal: AbortSignal,
  ): Promise<PodIdentityAssociation | undefined> {
    const command = new DescribePodIdentityAssociationCommand({ clusterName, associationId });
    const { association } = (await goneAsUndefined(this.#client.send(command, { abortSignal: signal }))) ?? {};
    if (!association) return undefined;
    const { serviceAccount = '', roleArn, targetRoleArn } = association;
    return {
      associationId,
      serviceAccount,
      ...defined({ roleArn: roleArn || undefined, targetRoleArn: targetRoleArn || undefined }),
    };
  }

  /** @throws where it is another cluster of that name, or none: after that, what is not found is an association */
  async #nameOf(cluster: Cluster, signal: AbortSignal): Promise<string> {
    const { name } = cluster;
    if (!name) throw new Error('the name of the cluster is not known');
    placeOf(await this.#eks.describeCluster(name, signal), cluster);
    return name;
  }
}

async function goneAsUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
