import { Duration } from 'aws-cdk-lib';
import type { SentinelOptions } from '../config/config-schema.ts';
import { AGENDA_INDEX } from '../storage/findings-storage.ts';
import type { AlarmRule } from './alarm-rule.ts';
import { containmentRules } from './containment-alarm-rules.ts';
import {
  functionMetric,
  ofFilter,
  ofFunction,
  ofTopic,
  sumOf,
  TABLE_OPERATIONS,
  tableErrors,
  tableThrottles,
  waitingMessages,
} from './metrics.ts';
import { pipelineFunctions, type SentinelParts } from './sentinel-parts.ts';

type Thresholds = SentinelOptions['alarms'];

const MEANS = {
  detect: 'Audit records are not judged: new namespaces go unseen until the deliveries are handled.',
  investigate: 'Investigations fail: alerts still go out, but bare, without evidence and severity.',
  alert: 'Alerts are not sent.',
};

function functionRules(parts: SentinelParts, thresholds: Thresholds): AlarmRule[] {
  return pipelineFunctions(parts).flatMap(({ kind: room, name, part: { lambda } }) => {
    if (room === 'watch') return []; // has rules of its own
    const rules: AlarmRule[] = [
      {
        id: `${name}-errors`,
        metric: ofFunction(lambda, 'Errors'),
        threshold: thresholds.functionErrors,
        description: `${MEANS[room]} Look for level ERROR in the logs of ${name}; most often a permission is missing or a service that it needs fails.`,
      },
      {
        id: `${name}-throttled`,
        metric: ofFunction(lambda, 'Throttles'),
        description: `${name} is refused capacity and falls behind. Raise the account's concurrency or the function's reserved concurrency; if somebody creates namespaces in masses, find out who.`,
      },
      {
        id: `${name}-events-dropped`,
        metric: ofFunction(lambda, 'AsyncEventsDropped'),
        description: `${MEANS[room]} Lambda gave events up, after all tries or for their age. ${room === 'investigate' ? 'See its errors and throttles.' : 'They are in the dead-letter queue: mend the cause, then send them to the function again.'}`,
      },
      {
        id: `${name}-destination-failed`,
        metric: ofFunction(lambda, 'DestinationDeliveryFailures'),
        description: `${room === 'investigate' ? 'A result did not reach alert: an alert is missing.' : `What ${name} failed at did not reach the dead-letter queue: it is lost.`} Check that the destination exists and that the role of ${name} may use it. Findings not marked "alerted" in the findings table show what is missing.`,
      },
    ];
    // investigate's events wait a minute at most, then they are dropped.
    if (room !== 'investigate')
      rules.push({
        id: `${name}-late`,
        metric: ofFunction(lambda, 'AsyncEventAge', 'Maximum'),
        threshold: thresholds.eventAgeSeconds * 1000,
        description: `Events wait more than ${thresholds.eventAgeSeconds} s for ${name}, so alerts are late. See its errors and throttles.`,
      });
    return rules;
  });
}

function watchRules({ functions: { watch } }: SentinelParts, thresholds: Thresholds): AlarmRule[] {
  const meaning =
    'Findings whose investigation or alert got lost are not taken up again, and second looks are not taken';
  return [
    {
      id: 'watch-errors',
      metric: ofFunction(watch.lambda, 'Errors'),
      threshold: thresholds.functionErrors,
      description: `${meaning}: all of them, or those named in the logs of watch at level ERROR. They come back by themselves; if it lasts, a permission is missing or a service fails.`,
    },
    {
      id: 'watch-throttled',
      metric: ofFunction(watch.lambda, 'Throttles'),
      description: `${meaning}, because watch is refused capacity. Raise the account's concurrency.`,
    },
    {
      id: 'watch-silent',
      metric: ofFunction(watch.lambda, 'Invocations').with({ period: Duration.minutes(15) }),
      mustHappen: true,
      description: `${meaning}: watch has not run for 15 minutes. Check that its EventBridge rule exists and is enabled. Right after the first deployment this passes by itself with the first run.`,
    },
    {
      id: 'watch-given-up',
      metric: sumOf([functionMetric('watch', 'GivenUp'), functionMetric('watch', 'DigestsGivenUp')]),
      description:
        'A finding or a digest was taken up many times in vain and is given up: an alert, a further look or a digest is missing. The logs of investigate and alert say why, by the id; findings not marked "alerted" in the findings table have had no alert.',
    },
  ];
}

const queueRules = ({ queues }: SentinelParts, thresholds: Thresholds): AlarmRule[] => [
  {
    id: 'dead-letters',
    metric: waitingMessages(queues.deadLetters),
    description:
      'detect or alert failed at something in all tries: an alert may be missing. The message says at what, and why. Mend the cause, send its requestPayload to the function again, then delete it. Kept for 14 days.',
  },
  {
    id: 'rejected-records',
    metric: waitingMessages(queues.rejectedRecords),
    threshold: thresholds.rejectedRecords,
    description:
      'Log records could not be read, so a creation in them was not seen. Each message has the record, its origin and the reason. Compare with the namespaces of the cluster, then delete it. Kept for 14 days.',
  },
];

const alertRules: readonly AlarmRule[] = [
  {
    id: 'alerts-bare',
    metric: functionMetric('alert', 'AlertBare'),
    description:
      'An alert went out without investigation, from the audit record alone. Its text says why; the logs of investigate have the rest, by the finding id.',
  },
  {
    id: 'severity-limited',
    metric: functionMetric('alert', 'SeverityLimited'),
    description:
      "Limits kept weighty questions from being asked, so a severity is not known. Alerts of severity UNKNOWN name the limit, and the questions are asked again later. If somebody creates namespaces in masses, find out who; else raise the limit: investigation.logBudgetVolumes for the log budget, the account's quotas for request rates.",
  },
  {
    id: 'archive-failed',
    metric: functionMetric('alert', 'ArchiveFailed'),
    description:
      'An alert went out, but could not be stored in the evidence bucket. The logs of alert say why; most often the bucket or its key refuses the role.',
  },
];

const topicRules = ({ topics }: SentinelParts): AlarmRule[] =>
  topics.all.map(({ label, topic }) => ({
    id: `${label}-topic-failed`,
    metric: ofTopic(topic, 'NumberOfNotificationsFailed'),
    description: `SNS could not deliver a message of the ${label} topic: somebody was not told. Check the subscriptions of the topic.`,
  }));

const filterRules = ({ subscriptions }: SentinelParts): AlarmRule[] =>
  // One for each cluster: they are many, and a stack holds at most 500 resources. The dashboard tells the filters apart.
  subscriptions.map(({ clusterName, subscription: { logGroupName, filters } }) => ({
    id: `${clusterName}-undelivered`,
    metric: sumOf(
      filters.flatMap(({ name }) => [
        ofFilter(logGroupName, name, 'DeliveryErrors'),
        ofFilter(logGroupName, name, 'DeliveryThrottling'),
      ]),
    ),
    description: `CloudWatch Logs could not deliver audit events of cluster ${clusterName}; the dashboard shows which it is. DeliveryErrors: after a refusal it skips up to ten minutes of the log, which is not delivered later: compare with the namespaces of the cluster; check that detect exists and that this log group may invoke it. DeliveryThrottling: detect is throttled; it is tried again for 24 hours, see the throttles of detect.`,
  }));

const tableRules = ({ table }: SentinelParts): AlarmRule[] => [
  {
    id: 'table-throttled',
    metric: tableThrottles(table.table),
    description:
      'DynamoDB refuses writes to the findings table for their number; the functions try again. If it lasts, find out who creates so many findings.',
  },
  {
    id: 'table-agenda-throttled',
    metric: tableThrottles(table.table, AGENDA_INDEX),
    description:
      'DynamoDB refuses writes to the findings table because its agenda gets too many; the functions try again. If it lasts, find out who creates so many findings.',
  },
  ...TABLE_OPERATIONS.map((operation) => ({
    id: `table-errors-${operation}`,
    metric: tableErrors(table.table, operation),
    description: `DynamoDB fails at ${operation}; the functions try again. See the AWS Health Dashboard, and afterwards the dead-letter queue.`,
  })),
];

/** Every alarm. A new one is a row here. */
export const alarmRules = (parts: SentinelParts, thresholds: Thresholds): AlarmRule[] => [
  ...functionRules(parts, thresholds),
  ...watchRules(parts, thresholds),
  ...queueRules(parts, thresholds),
  ...alertRules,
  ...topicRules(parts),
  ...filterRules(parts),
  ...tableRules(parts),
  ...containmentRules(parts, thresholds),
];
