import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import {
  counted,
  ofFilter,
  ofFunction,
  ofTopic,
  TABLE_OPERATIONS,
  tableErrors,
  tableThrottles,
  waiting,
} from './metrics.ts';
import type { SentinelParts } from './sentinel-parts.ts';

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

const graph = (title: string, left: IMetric[], width = 8) => new GraphWidget({ title, left, width });

/** One page that shows whether the sentinel is well, read from the top: alarms, findings, functions, deliveries. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { parts, alarms }: DashboardProps) {
    super(scope, id);
    const { functions, queues, topics, table, subscriptions } = parts;
    const entries = Object.entries(functions);
    const perFunction = (metricName: string, statistic?: string) =>
      entries.map(([label, { lambda }]) => ofFunction(lambda, metricName, statistic).with({ label }));
    const perFilter = (metricName: string) =>
      subscriptions.flatMap(({ clusterName, subscription: { logGroupName, filters } }) =>
        filters.map(({ name: filterName }) =>
          ofFilter(logGroupName, filterName, metricName).with({
            label: `${clusterName} ${metricName} (${filterName})`,
          }),
        ),
      );
    const perTopic = (metricName: string) =>
      Object.entries({ alert: topics.alert, chat: topics.chat, health: topics.health }).flatMap(([name, topic]) =>
        topic ? ofTopic(topic, metricName).with({ label: `${name} ${metricName}` }) : [],
      );

    new CloudWatchDashboard(this, 'Dashboard', {
      widgets: [
        ...inParts(alarms, MAX_ALARMS_PER_WIDGET).map((part) => [
          new AlarmStatusWidget({ title: 'Alarms', alarms: part, width: 24, height: 5 }),
        ]),
        [
          graph('Audit records', [counted('detect', 'Records'), counted('detect', 'RejectedRecords')]),
          graph('Findings', [
            counted('detect', 'FindingsHandedOver'),
            counted('detect', 'FindingsRecorded'),
            counted('detect', 'DuplicateFindings'),
          ]),
          graph('Messages', [
            ...perTopic('NumberOfNotificationsDelivered'),
            ...perTopic('NumberOfNotificationsFailed'),
          ]),
        ],
        [
          graph('Invocations', perFunction('Invocations'), 6),
          graph('Errors', perFunction('Errors'), 6),
          graph('Throttles', perFunction('Throttles'), 6),
          graph('Duration, 95th percentile', perFunction('Duration', 'p95'), 6),
        ],
        [
          graph('Log events forwarded', perFilter('ForwardedLogEvents'), 6),
          graph('Log deliveries failed', [...perFilter('DeliveryErrors'), ...perFilter('DeliveryThrottling')], 6),
          graph('Waiting for a person', [waiting(queues.deadLetters), waiting(queues.rejectedRecords)], 6),
          graph(
            'Findings table',
            [
              tableThrottles(table.table),
              ...TABLE_OPERATIONS.map((operation) =>
                tableErrors(table.table, operation).with({ label: `SystemErrors ${operation}` }),
              ),
            ],
            6,
          ),
        ],
      ],
    });
  }
}
