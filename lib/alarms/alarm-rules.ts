import { createHash } from 'node:crypto';
import { Duration } from 'aws-cdk-lib';
import { CANARIES_MISSED, CANARY_MINUTES } from '../../functions/contract/canary.ts';
import type { Problem } from '../../functions/contract/problems.ts';
import type { SentinelOptions } from '../config/config-schema.ts';
import type { AlarmRule } from './alarm-rule.ts';
import {
  arrivedCanaries,
  CENTRAL_PERIOD_MINUTES,
  failedInvocations,
  incomingEvents,
  leastOf,
  maxOf,
  ofFunction,
  ofTopic,
  problemMetric,
  sumOf,
  waitingMessages,
} from './metrics.ts';
import type { SentinelParts } from './sentinel-parts.ts';

/** What the configuration says about alarms. */
type Options = Pick<SentinelOptions, 'alarms' | 'containment'>;

/**
 * Every alarm, by what a person has to do: a new one is a row here. Each metric that an alarm looks at costs every month, so there
 * does not exist where another one rings for the same thing (docs/adr/0025-alarms-and-cost.md).
 */
export const alarmRules = (parts: SentinelParts, { alarms, containment }: Options): AlarmRule[] => [
  ...functionRules(parts, alarms),
  ...queueRules(parts, alarms),
  ...problemRules(parts, containment),
  topicRule(parts),
  ...canaryRules(parts),
  ...centralRules(parts),
];

function functionRules(
  { functions, investigations, watches, securityHub }: SentinelParts,
  thresholds: Options['alarms'],
): AlarmRule[] {
  const { detect, alert } = functions;
  return [
    {
      id: 'invocations-failed',
      metric: failedInvocations(),
      threshold: thresholds.functionErrors,
      description:
        'Invocations of functions of Namespace Sentinel failed: an error, a crash, a timeout or a lack of memory. The dashboard (Errors) shows which functions; look for level ERROR in its logs. Most often a permission is missing or a service that it needs fails. Lambda or the state machine tries again, and what fails in all tries has an alarm or a message of its own; if this one lasts, alerts are late or bare.',
    },
    {
      id: 'results-lost',
      metric: sumOf(
        [detect, alert, ...investigations, ...(securityHub ? [securityHub] : [])].map(({ lambda }) =>
          ofFunction(lambda, 'DestinationDeliveryFailures'),
        ),
      ),
      description:
        'Lambda could not hand on what a function came to: the result of investigate did not reach alert, or what detect or alert failed at did not reach the dead-letter queue and is lost. Check that alert and the queue exist and that the roles of detect, investigate and alert may use them. Findings not marked "alerted" in the findings table show what is missing; compare the namespaces of the clusters with the table.',
    },
    {
      id: 'events-late',
      metric: maxOf([detect, alert].map(({ lambda }) => ofFunction(lambda, 'AsyncEventAge', 'Maximum'))),
      threshold: thresholds.eventAgeSeconds * 1000,
      description: `Events wait more than ${thresholds.eventAgeSeconds} s for detect or alert, so alerts are late. The dashboard (Throttles, Errors) shows why. Refused capacity: raise the account's concurrency or the function's reserved concurrency; if somebody creates namespaces in bulk, find out who.`,
    },
    {
      id: 'watch-silent',
      metric: leastOf(
        watches.map(({ lambda }) => ofFunction(lambda, 'Invocations')),
        Duration.minutes(15),
      ),
      mustHappen: true,
      description:
        'watch has not run for 15 minutes: findings whose investigation or alert got lost are not taken up again, and second looks are not taken. Check that its EventBridge rule exists and is enabled, and that the account has concurrency left. Right after the first deployment this passes by itself with the first run.',
    },
  ];
}

const queueRules = ({ queues }: SentinelParts, thresholds: Options['alarms']): AlarmRule[] => [
  {
    id: 'dead-letters',
    metric: waitingMessages(queues.deadLetters),
    description:
      'Something failed in all tries and waits in the dead-letter queue: detect or alert, so that an alert may be missing, or the message about a playbook that did not succeed. The message says at what, and why. Fix the cause, then hand it over again with: sentinel redrive --yes. Kept for 14 days.',
  },
  {
    id: 'rejected-records',
    metric: waitingMessages(queues.rejectedRecords),
    threshold: thresholds.rejectedRecords,
    description:
      'Log records could not be read, so a creation in them was not seen. Each message has the record, its origin and the reason. Compare with the namespaces of the cluster, then delete it. Kept for 14 days.',
  },
];

const PROBLEM_DESCRIPTIONS: Readonly<Record<Problem, string>> = {
  'alert-missing':
    'A finding or a digest was taken up many times in vain and is given up: an alert, a further look or a digest is missing. The logs of investigate and alert say why, by the id; findings not marked "alerted" in the findings table have had no alert.',
  'stock-lost':
    'The list of namespaces that are accounted for is gone from the findings table, or shorter than it was: somebody has changed the table, or it was made again. Namespaces that no finding explains are reported as new. See in CloudTrail who changed the table. Rings once after an update from a version that had no such list.',
  'source-not-configured':
    'Events came in of an account or Region that the configuration does not name. They were handled like all others: what was created there was alerted, with the account and Region that CloudWatch Logs tells. The log of detect (level WARN) has which log group, account and Region. Name the cluster under centralClusters, or take its account out of the centralization rule. Where it has no account, the filter of the group was changed: a mail of watch says so.',
  'alert-incomplete':
    'An alert went out without investigation, from the audit record alone, or could not be stored in the evidence bucket. Its text says which and why. Without investigation: look at the namespace yourself; the logs of investigate have the rest, by the finding id. Not stored: most often the bucket or its key refuses the role of alert.',
  'severity-limited':
    "Limits kept weighty questions from being asked, so a severity is not known. Alerts of severity UNKNOWN name the limit, and the questions are asked again later. If somebody creates namespaces in bulk, find out who; else raise the limit: investigation.logBudgetVolumes for the log budget, the account's quotas for request rates.",
  'isolation-not-started':
    'Isolation should have started by itself and did not. The logs of alert say why, by the finding id. Look at the alert and start the playbook contain by hand, with the line in it.',
};

/** What the functions count themselves; isolation only where it may start by itself, foreign sources only where there may be some. */
const problemRules = ({ centralLogs }: SentinelParts, { enabled, autoStart }: Options['containment']): AlarmRule[] =>
  (Object.keys(PROBLEM_DESCRIPTIONS) as Problem[])
    .filter((problem) => problem !== 'isolation-not-started' || (enabled && autoStart.severity !== 'never'))
    .filter((problem) => problem !== 'source-not-configured' || centralLogs.length > 0)
    .map((problem) => ({
      id: problem,
      metric: problemMetric(problem),
      description: PROBLEM_DESCRIPTIONS[problem],
    }));

const topicRule = ({ topics }: SentinelParts): AlarmRule => ({
  id: 'messages-undelivered',
  metric: sumOf(topics.all.map(({ topic }) => ofTopic(topic, 'NumberOfNotificationsFailed'))),
  description:
    'SNS could not deliver a message: somebody was not told. The dashboard (Messages) shows which topic; check the subscriptions of that topic.',
});

const canaryRules = ({ subscriptions }: SentinelParts): AlarmRule[] =>
  // One for each cluster, so that the alarm names it.
  subscriptions.map(({ clusterName }) => ({
    id: `${clusterName}-silent`,
    metric: arrivedCanaries(clusterName),
    mustHappen: true,
    periods: CANARIES_MISSED,
    description: `No canary of cluster ${clusterName} has arrived for ${CANARIES_MISSED * CANARY_MINUTES} minutes: whoever creates a namespace there is not seen. watch sends one every ${CANARY_MINUTES} minutes, which comes through the audit log to detect. A mail of watch says which link of the chain is broken and how to fix it; look for it. Without such a mail, watch itself may be dead (see watch-silent) or cannot reach the cluster: look into its log. Right after the first deployment, or after the cluster was added, this passes by itself. Afterwards compare the namespaces of the cluster with the findings table.`,
  }));

/** In minutes. */
const CENTRAL_SILENCE = 30;

const centralRules = ({ centralLogs }: SentinelParts): AlarmRule[] =>
  centralLogs.map(({ sources, subscription: { logGroupName } }) => ({
    // The end of a log group's name is that of the cluster; others may have the same.
    id: `central-${logGroupName.split('/').at(-2)}-${createHash('sha256').update(logGroupName).digest('hex').slice(0, 8)}-silent`,
    metric: incomingEvents(logGroupName),
    mustHappen: true,
    periods: CENTRAL_SILENCE / CENTRAL_PERIOD_MINUTES,
    description: `Nothing was written to ${logGroupName} for ${CENTRAL_SILENCE} minutes, where a control plane writes all the time: whoever creates a namespace in a cluster of ${sources.join(', ')} is not seen. Check in those accounts that the audit log of the cluster is on, and in the account that manages it that the centralization rule of CloudWatch Logs exists and is healthy. Where several accounts write to the group, this rings when all of them are silent. No canary is sent to these clusters.`,
  }));
