import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { AGENDA_INDEX } from '../storage/findings-storage.ts';
import {
  functionMetric,
  ofFilter,
  ofFunction,
  ofMachine,
  ofTopic,
  TABLE_OPERATIONS,
  tableErrors,
  tableThrottles,
  waitingMessages,
} from './metrics.ts';
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

const ofService = (service: 'detect' | 'watch', ...names: string[]) =>
  names.map((name) => functionMetric(service, name));

/** One page that shows whether the sentinel is well, read from the top: alarms, findings, functions, deliveries. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { parts, alarms }: DashboardProps) {
    super(scope, id);
    const { queues, topics, table, subscriptions } = parts;
    const functions = allFunctions(parts);
    const perFunction = (metricName: string, statistic?: string) =>
      functions.map(({ name: label, part }) => ofFunction(part.lambda, metricName, statistic).with({ label }));
    const perFilter = (metricName: string) =>
      subscriptions.flatMap(({ clusterName, subscription: { logGroupName, filters } }) =>
        filters.map(({ name: filterName }) =>
          ofFilter(logGroupName, filterName, metricName).with({
            label: `${clusterName} ${metricName} (${filterName})`,
          }),
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
          graph('Audit records', ofService('detect', 'Records', 'RejectedRecords'), 6),
          graph(
            'Findings',
            ofService('detect', 'FindingsHandedOver', 'FindingsDigested', 'FindingsRecorded', 'DuplicateFindings'),
            6,
          ),
          graph(
            'Taken up by watch',
            ofService(
              'watch',
              'FindingsTakenUp',
              'LooksStarted',
              'GivenUp',
              'AgendaFailed',
              'AgendaLeft',
              'DigestsStarted',
              'DigestsFailed',
            ),
            6,
          ),
          graph(
            'Messages',
            [...perTopic('NumberOfNotificationsDelivered'), ...perTopic('NumberOfNotificationsFailed')],
            6,
          ),
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
          graph(
            'Waiting for a person',
            [waitingMessages(queues.deadLetters), waitingMessages(queues.rejectedRecords)],
            6,
          ),
          graph(
            'Findings table',
            [
              tableThrottles(table.table),
              tableThrottles(table.table, AGENDA_INDEX).with({ label: 'WriteThrottleEvents agenda' }),
              ...TABLE_OPERATIONS.map((operation) =>
                tableErrors(table.table, operation).with({ label: `SystemErrors ${operation}` }),
              ),
            ],
            6,
          ),
        ],
        ...(playbooks.length > 0
          ? [
              [
                graph('Playbooks started', perPlaybook('ExecutionsStarted'), 6),
                graph('Playbooks that did all', perPlaybook('ExecutionsSucceeded'), 6),
                graph(
                  'Playbooks that did not',
                  perPlaybook('ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'),
                  6,
                ),
                graph('Isolation that did not start by itself', [functionMetric('alert', 'AutoStartFailed')], 6),
              ],
            ]
          : []),
      ],
    });
  }
}
