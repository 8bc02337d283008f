import { DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { DescribeLogGroupsCommand, type LogGroup } from '@aws-sdk/client-cloudwatch-logs';
import { type Cluster, DescribeClusterCommand, ResourceNotFoundException } from '@aws-sdk/client-eks';
import { GetCallerIdentityCommand, type GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import type { AwsClients } from './clients.ts';

/** A stack whose resources are there, whatever became of its last update. */
const DEPLOYED = /^(CREATE_COMPLETE$|UPDATE_|IMPORT_)/;

/** What several checks look at: each thing is asked for once. */
export class AwsView {
  readonly clients: AwsClients;
  readonly #signal: AbortSignal;
  readonly #stackName: string;
  readonly #known = new Map<string, Promise<unknown>>();

  constructor(clients: AwsClients, stackName: string, signal: AbortSignal) {
    this.clients = clients;
    this.#stackName = stackName;
    this.#signal = signal;
  }

  /** Who asks. */
  identity(): Promise<GetCallerIdentityResponse> {
    return this.#once('identity', () => this.clients.sts.send(new GetCallerIdentityCommand({}), this.#options));
  }

  /** The cluster; undefined where there is none of that name in this account and Region. */
  cluster(name: string): Promise<Cluster | undefined> {
    return this.#once(`cluster ${name}`, async () => {
      try {
        const { cluster } = await this.clients.eks.send(new DescribeClusterCommand({ name }), this.#options);
        if (!cluster) throw new Error('EKS answered without a cluster');
        return cluster;
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    });
  }

  /** The group of that name; undefined where there is none. */
  logGroup(name: string): Promise<LogGroup | undefined> {
    return this.#once(`group ${name}`, async () => {
      // The groups that begin with the name are sorted by it, so it is the first.
      const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: name });
      const { logGroups = [] } = await this.clients.logs.send(command, this.#options);
      return logGroups.find(({ logGroupName }) => logGroupName === name);
    });
  }

  /** A stack; undefined where there is none of that name. @param name by default the one of the configuration */
  stack(name = this.#stackName): Promise<Stack | undefined> {
    return this.#once(`stack ${name}`, async () => {
      try {
        const command = new DescribeStacksCommand({ StackName: name });
        const { Stacks: [stack] = [] } = await this.clients.cloudformation.send(command, this.#options);
        return stack;
      } catch (error) {
        const { name: kind, message } = error as Error;
        if (kind === 'ValidationError' && /does not exist/.test(message)) return undefined;
        throw error;
      }
    });
  }

  /** The outputs of the stack of the configuration; undefined where it is not deployed. */
  async outputs(): Promise<ReadonlyMap<string, string> | undefined> {
    const stack = await this.stack();
    if (!stack || !DEPLOYED.test(stack.StackStatus ?? '')) return undefined;
    return new Map((stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  }

  get #options(): { abortSignal: AbortSignal } {
    return { abortSignal: this.#signal };
  }

  #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key) ?? ask();
    this.#known.set(key, known);
    return known as Promise<T>;
  }
}
