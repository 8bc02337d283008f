import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Operation, type Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { defined } from '../../functions/kit/defined.ts';

const period = Duration.minutes(5);

/** A metric of Lambda, in five minutes. */
export const ofFunction = (lambda: IFunction, metricName: string, statistic = 'Sum'): Metric =>
  lambda.metric(metricName, { period, statistic });

/** A metric of a state machine, in five minutes. */
export const ofMachine = (machine: StateMachine, metricName: string): Metric =>
  machine.metric(metricName, { period, statistic: 'Sum' });

/** Several metrics as one. SUM takes those that have data, where `+` would want all of them to have some. */
export function sumOf(metrics: readonly Metric[]): Metric | MathExpression {
  const [only, ...others] = metrics;
  if (only && others.length === 0) return only;
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  return new MathExpression({ expression: `SUM([${Object.keys(usingMetrics).join()}])`, usingMetrics, period });
}

/** A metric of SNS, in five minutes. */
export const ofTopic = (topic: ITopic, metricName: string): Metric =>
  topic.metric(metricName, { period, statistic: 'Sum' });

/** How many messages wait. */
export const waitingMessages = (queue: Queue): Metric =>
  queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum' });

/** A metric of a subscription filter, in five minutes (CloudWatch Logs user guide, "Monitoring with metrics"). */
export const ofFilter = (logGroupName: string, filterName: string, metricName: string): Metric =>
  new Metric({
    namespace: 'AWS/Logs',
    metricName,
    dimensionsMap: { LogGroupName: logGroupName, DestinationType: 'Lambda', FilterName: filterName },
    period,
    statistic: 'Sum',
  });

/** What one of our functions counts itself, in five minutes; each one's `handler.ts` has the names. */
export const functionMetric = (service: 'detect' | 'investigate' | 'alert' | 'watch', metricName: string): Metric =>
  new Metric({ namespace: 'NamespaceSentinel', metricName, dimensionsMap: { service }, period, statistic: 'Sum' });

/** Writes that DynamoDB refused for their number, in five minutes. It counts those for an index apart. */
export const tableThrottles = (table: Table, index?: string): Metric =>
  table.metric('WriteThrottleEvents', {
    ...defined({ dimensionsMap: index ? { TableName: table.tableName, GlobalSecondaryIndexName: index } : undefined }),
    period,
    statistic: 'Sum',
  });

/** The operations on the findings table. */
export const TABLE_OPERATIONS: readonly Operation[] = [
  Operation.PUT_ITEM,
  Operation.UPDATE_ITEM,
  Operation.QUERY,
  Operation.BATCH_GET_ITEM,
];

/** Requests at which DynamoDB itself failed, in five minutes. It counts them by operation only. */
export const tableErrors = (table: Table, operation: Operation): Metric =>
  table.metric('SystemErrors', {
    dimensionsMap: { TableName: table.tableName, Operation: operation },
    period,
    statistic: 'Sum',
  });
