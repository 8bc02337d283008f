import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  LogQueryWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { SentinelFunction } from '../base/sentinel-function.ts';
import { ofFunction, ofLogGroup, ofMachine, ofTopic, waitingMessages } from './metrics.ts';
import { allFunctions, allPlaybooks, type SentinelParts } from './sentinel-parts.ts';

export interface DashboardProps {
  /** What to show. */
  readonly parts: SentinelParts;
  /** Their state is shown on top. */
  readonly alarms: readonly Alarm[];
}

/** CloudWatch takes no more. */
const MAX_ALARMS_PER_WIDGET = 100;

const inParts = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, part) => items.slice(part * size, (part + 1) * size));

const graph = (title: string, left: IMetric[], width: number) => new GraphWidget({ title, left, width });

/** Sums of numbers that a function writes into its log, by the hour: a metric would cost for each hour in which it is written. */
const summed = (title: string, { logGroup }: SentinelFunction, message: string, ...numbers: string[]) =>
  new LogQueryWidget({
    title,
    logGroupNames: [logGroup.logGroupName],
    queryLines: [
      `filter message = "${message}"`,
      `stats ${numbers.map((name) => `sum(${name}) as ${name}`).join(', ')} by bin(1h)`,
    ],
    width: 12,
  });

/** One page that shows whether the sentinel is well, read from the top: alarms, findings, functions, deliveries. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { parts, alarms }: DashboardProps) {
    super(scope, id);
    const { queues, topics, subscriptions } = parts;
    const functions = allFunctions(parts);
    const perFunction = (metricName: string) =>
      functions.map(({ name: label, part }) => ofFunction(part.lambda, metricName).with({ label }));
    const perCluster = (...metricNames: string[]) =>
      metricNames.flatMap((metricName) =>
        subscriptions.map(({ clusterName, subscription: { logGroupName } }) =>
          ofLogGroup(logGroupName, metricName).with({ label: `${clusterName} ${metricName}` }),
        ),
      );
    const playbooks = allPlaybooks(parts);
    const perPlaybook = (...metricNames: string[]) =>
      metricNames.flatMap((metricName) =>
        playbooks.map(({ name, part }) =>
          ofMachine(part.machine, metricName).with({
            label: `${name} ${metricName.replace('Executions', '').toLowerCase()}`,
          }),
        ),
      );
    const perTopic = (metricName: string) =>
      topics.all.map(({ label, topic }) => ofTopic(topic, metricName).with({ label: `${label} ${metricName}` }));

    new CloudWatchDashboard(this, 'Dashboard', {
      widgets: [
        ...inParts(alarms, MAX_ALARMS_PER_WIDGET).map((part) => [
          new AlarmStatusWidget({ title: 'Alarms', alarms: part, width: 24, height: 5 }),
        ]),
        [
          summed(
            'Findings, by the hour',
            parts.functions.detect,
            'delivery handled',
            'records',
            'rejected',
            'handedOver',
            'digested',
            'recorded',
            'duplicates',
          ),
          summed(
            'Done by watch, by the hour',
            parts.functions.watch,
            'job done',
            'takenUp',
            'looks',
            'givenUp',
            'digests',
            'failures',
          ),
        ],
        [
          graph('Invocations', perFunction('Invocations'), 8),
          graph('Errors', perFunction('Errors'), 8),
          graph('Throttles', perFunction('Throttles'), 8),
        ],
        [
          graph('Log events forwarded', perCluster('ForwardedLogEvents'), 6),
          graph('Log deliveries failed', perCluster('DeliveryErrors', 'DeliveryThrottling'), 6),
          graph(
            'Waiting for a person',
            [waitingMessages(queues.deadLetters), waitingMessages(queues.rejectedRecords)],
            6,
          ),
          graph(
            'Messages',
            [...perTopic('NumberOfNotificationsDelivered'), ...perTopic('NumberOfNotificationsFailed')],
            6,
          ),
        ],
        ...(playbooks.length > 0
          ? [
              [
                graph('Playbooks started', perPlaybook('ExecutionsStarted'), 8),
                graph('Playbooks that did all', perPlaybook('ExecutionsSucceeded'), 8),
                graph('Playbooks that failed', perPlaybook('ExecutionsFailed'), 8),
              ],
            ]
          : []),
      ],
    });
  }
}
