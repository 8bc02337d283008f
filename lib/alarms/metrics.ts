import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { CANARY_METRIC, CANARY_MINUTES } from '../../functions/contract/canary.ts';
import { PROBLEM_METRIC, PROBLEMS, type Problem } from '../../functions/contract/problems.ts';
import { failuresMetric } from '../base/failures.ts';

const period = Duration.minutes(5);

/** A metric of Lambda, in five minutes. */
export const ofFunction = (lambda: IFunction, metricName: string, statistic = 'Sum'): Metric =>
  lambda.metric(metricName, { period, statistic });

/** A metric of a state machine, in five minutes. */
export const ofMachine = (machine: StateMachine, metricName: string): Metric =>
  machine.metric(metricName, { period, statistic: 'Sum' });

/** Several metrics as one. SUM takes those that have data, where `+` would want all of them to have some. */
export const sumOf = (metrics: readonly Metric[]): Metric | MathExpression => joined('SUM', metrics);

/** The largest of several metrics; as {@link sumOf}, of those that have data. */
export const maxOf = (metrics: readonly Metric[]): Metric | MathExpression => joined('MAX', metrics);

/**
 * The least of several metrics in a period, where what has no data counts as 0. MIN alone takes those that have data, and would not
 * miss the others; and where a datapoint is missing, CloudWatch goes back to older ones that it has before it treats any as
 * breaching, so that an alarm on a metric that has stopped rings later than its periods say.
 */
export function leastOf(metrics: readonly Metric[], per: Duration): MathExpression {
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  const filled = Object.keys(usingMetrics).map((name) => `FILL(${name}, 0)`);
  const expression = filled.length === 1 ? filled.join() : `MIN([${filled.join()}])`;
  return new MathExpression({ expression, usingMetrics, period: per });
}

function joined(operation: 'SUM' | 'MAX', metrics: readonly Metric[]): Metric | MathExpression {
  const [only, ...others] = metrics;
  if (only && others.length === 0) return only;
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  return new MathExpression({
    expression: `${operation}([${Object.keys(usingMetrics).join()}])`,
    usingMetrics,
    period,
  });
}

/** A metric of SNS, in five minutes. */
export const ofTopic = (topic: ITopic, metricName: string): Metric =>
  topic.metric(metricName, { period, statistic: 'Sum' });

/** How many messages wait. */
export const waitingMessages = (queue: Queue): Metric =>
  queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum' });

/**
 * A metric of all subscription filters of a log group, in five minutes. By the name of the group alone: the values of the
 * dimension `DestinationType` are documented nowhere, and an alarm on a wrong one would never ring.
 */
export const ofLogGroup = (logGroupName: string, metricName: string): Metric =>
  new Metric({
    namespace: 'AWS/Logs',
    metricName,
    dimensionsMap: { LogGroupName: logGroupName },
    period,
    statistic: 'Sum',
  });

/** How often one of our functions counted this problem, in five minutes. */
export const problemMetric = (problem: Problem): Metric =>
  new Metric({
    namespace: 'NamespaceSentinel',
    metricName: PROBLEM_METRIC,
    dimensionsMap: { service: PROBLEMS[problem], problem },
    period,
    statistic: 'Sum',
  });

/** How many canaries of a cluster arrived, in the time in which one is sent. */
export const arrivedCanaries = (clusterName: string): MathExpression =>
  leastOf(
    [
      new Metric({
        namespace: 'NamespaceSentinel',
        metricName: CANARY_METRIC,
        dimensionsMap: { service: 'detect', cluster: clusterName },
        statistic: 'Sum',
      }),
    ],
    Duration.minutes(CANARY_MINUTES),
  );

/** In minutes. */
export const CENTRAL_PERIOD_MINUTES = 10;

/** How many events were written to a log group. */
export const incomingEvents = (logGroupName: string): MathExpression =>
  leastOf([ofLogGroup(logGroupName, 'IncomingLogEvents')], Duration.minutes(CENTRAL_PERIOD_MINUTES));

/** Failed invocations of all functions, in five minutes. */
export const failedInvocations = (): Metric => new Metric({ ...failuresMetric, period, statistic: 'Sum' });
