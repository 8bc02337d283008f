import { type CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  type CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeSubscriptionFiltersCommand,
  GetTransformerCommand,
  type LogGroup,
  type SubscriptionFilter,
} from '@aws-sdk/client-cloudwatch-logs';
import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import {
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { MINUTE_MS } from '../../contract/schedule.ts';
import type { Chain, MetricSum } from './chain.ts';

export interface ChainClients {
  logs: CloudWatchLogsClient;
  lambda: LambdaClient;
  iam: IAMClient;
  cloudWatch: CloudWatchClient;
}

/** What each service calls something that is not there. */
const GONE = ['ResourceNotFoundException', 'NotFoundException', 'NoSuchEntityException', 'NoSuchEntity'];

async function orGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && GONE.includes(error.name)) return undefined;
    throw error;
  }
}

/** Asks AWS itself. */
export class AwsChain implements Chain {
  readonly #clients: ChainClients;

  constructor(clients: ChainClients) {
    this.#clients = clients;
  }

  async logGroup(name: string, abortSignal: AbortSignal): Promise<LogGroup | undefined> {
    const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: name });
    const { logGroups = [] } = await this.#clients.logs.send(command, { abortSignal });
    return logGroups.find(({ logGroupName }) => logGroupName === name);
  }

  async hasTransformer(logGroupIdentifier: string, abortSignal: AbortSignal): Promise<boolean> {
    const command = new GetTransformerCommand({ logGroupIdentifier });
    const found = await orGone(this.#clients.logs.send(command, { abortSignal }));
    return (found?.transformerConfig ?? []).length > 0;
  }

  async filter(logGroupName: string, name: string, abortSignal: AbortSignal): Promise<SubscriptionFilter | undefined> {
    const command = new DescribeSubscriptionFiltersCommand({ logGroupName, filterNamePrefix: name });
    const found = await orGone(this.#clients.logs.send(command, { abortSignal }));
    return found?.subscriptionFilters?.find(({ filterName }) => filterName === name);
  }

  async function(FunctionName: string, abortSignal: AbortSignal) {
    const command = new GetFunctionConfigurationCommand({ FunctionName });
    const found = await orGone(this.#clients.lambda.send(command, { abortSignal }));
    return found && { roleArn: found.Role, state: found.State };
  }

  async concurrency(FunctionName: string, abortSignal: AbortSignal): Promise<number | undefined> {
    const command = new GetFunctionConcurrencyCommand({ FunctionName });
    return (await orGone(this.#clients.lambda.send(command, { abortSignal })))?.ReservedConcurrentExecutions;
  }

  async policy(FunctionName: string, abortSignal: AbortSignal): Promise<string | undefined> {
    return (await orGone(this.#clients.lambda.send(new GetPolicyCommand({ FunctionName }), { abortSignal })))?.Policy;
  }

  async hasRole(roleArn: string, abortSignal: AbortSignal): Promise<boolean> {
    const RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    const found = await orGone(this.#clients.iam.send(new GetRoleCommand({ RoleName }), { abortSignal }));
    return found?.Role?.Arn === roleArn;
  }

  async sum({ namespace, metric, dimensions, minutes, until }: MetricSum, abortSignal: AbortSignal): Promise<number> {
    const { Datapoints = [] } = await this.#clients.cloudWatch.send(
      new GetMetricStatisticsCommand({
        Namespace: namespace,
        MetricName: metric,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        StartTime: new Date(until - minutes * MINUTE_MS),
        EndTime: new Date(until),
        Period: minutes * 60,
        Statistics: ['Sum'],
      }),
      { abortSignal },
    );
    return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
  }
}
