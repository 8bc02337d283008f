import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { namePrefix } from '../base/name-prefix.ts';
import type { SentinelFunction } from '../base/sentinel-function.ts';
import { allFunctions, type SentinelParts } from './sentinel-parts.ts';

/** What of the requests that CloudTrail records is told: a filter on `requestParameters`, as a pattern of EventBridge. */
type RequestFilter = Readonly<Record<string, unknown>>;

/** Calls by which somebody could blind the sentinel: a row, and a rule of EventBridge; a stack has room for few. */
export interface TamperRule {
  readonly id: string;
  /** What is changed by them, as a message names it. */
  readonly what: string;
  /** `eventSource` of CloudTrail, without its domain: of several where one rule of EventBridge serves them. */
  readonly services: readonly string[];
  /** Operations of its API. CloudTrail writes a version behind those of Lambda, as `DeleteFunction20150331`. */
  readonly calls: readonly string[];
  /** Absent where they touch everything in the account and Region. */
  readonly on?: RequestFilter;
}

/** A pattern of EventBridge has at most 2,048 characters; names of clusters are shared out over so many rules. */
const MAX_NAMES = 1_000;

function inRules(names: readonly string[]): string[][] {
  const rules: string[][] = [];
  let room = 0;
  for (const name of names) {
    if (name.length > room || rules.length === 0) {
      rules.push([]);
      room = MAX_NAMES;
    }
    rules.at(-1)?.push(name);
    room -= name.length + 3;
  }
  return rules;
}

const suffixes = (names: readonly string[]): { suffix: string }[] => names.map((suffix) => ({ suffix }));

/** Every call that is told, by what it changes. */
export function tamperRules(parts: SentinelParts, scope: Construct): TamperRule[] {
  const { subscriptions, centralLogs, topics, table, queues, key } = parts;
  const { region } = Stack.of(scope);
  const ours = namePrefix(Stack.of(scope));
  const functions = allFunctions(parts).map(({ part }): SentinelFunction => part);
  const numbered = (id: string, index: number): string => (index === 0 ? id : `${id}${index + 1}`);
  return [
    ...inRules(subscriptions.map(({ clusterName }) => clusterName)).map(
      (names, index): TamperRule => ({
        id: numbered('audit-log', index),
        what: 'which logs a cluster writes',
        services: ['eks'],
        calls: ['UpdateClusterConfig'],
        on: { name: names, logging: { clusterLogging: { enabled: [false] } } },
      }),
    ),
    ...inRules([...subscriptions, ...centralLogs].map(({ subscription }) => subscription.logGroupName)).map(
      (names, index): TamperRule => ({
        id: numbered('log-group', index),
        what: 'the log group of a cluster or its filters',
        services: ['logs'],
        calls: [
          'DeleteLogGroup',
          'DeleteLogStream',
          'PutRetentionPolicy',
          'PutSubscriptionFilter',
          'DeleteSubscriptionFilter',
          'AssociateKmsKey',
          'DisassociateKmsKey',
        ],
        on: { logGroupName: names },
      }),
    ),
    {
      id: 'functions',
      what: 'a function of the sentinel',
      services: ['lambda'],
      calls: [
        'DeleteFunction',
        'UpdateFunctionCode',
        'UpdateFunctionConfiguration',
        'PutFunctionConcurrency',
        'PutFunctionEventInvokeConfig',
        'UpdateFunctionEventInvokeConfig',
        'DeleteFunctionEventInvokeConfig',
        'AddPermission',
        'RemovePermission',
      ],
      on: { functionName: suffixes(functions.map(({ lambda }) => lambda.functionName)) },
    },
    {
      id: 'told',
      what: 'who is told (a topic or a subscription)',
      services: ['sns'],
      calls: [
        'DeleteTopic',
        'SetTopicAttributes',
        'AddPermission',
        'RemovePermission',
        'Subscribe',
        'Unsubscribe',
        'SetSubscriptionAttributes',
      ],
      on: {
        $or: [
          { topicArn: topics.all.map(({ topic }) => topic.topicArn) },
          { subscriptionArn: topics.all.map(({ topic }) => ({ prefix: `${topic.topicArn}:` })) },
        ],
      },
    },
    {
      id: 'access',
      what: 'what the sentinel may do in a cluster (an access entry of one of its roles)',
      services: ['eks'],
      calls: [
        'CreateAccessEntry',
        'UpdateAccessEntry',
        'DeleteAccessEntry',
        'AssociateAccessPolicy',
        'DisassociateAccessPolicy',
      ],
      // Where the ARN is a part of the path, its colons and slashes may be escaped; the name of a role needs no escapes.
      on: { principalArn: suffixes(functions.map(({ role }) => role.roleName)) },
    },
    {
      id: 'rules',
      what: 'a rule or an alarm of the sentinel',
      services: ['events', 'monitoring'],
      calls: [
        'DeleteRule',
        'DisableRule',
        'PutRule',
        'RemoveTargets',
        'PutTargets',
        'DeleteAlarms',
        'DisableAlarmActions',
        'SetAlarmState',
        'PutMetricAlarm',
      ],
      on: { $or: ['name', 'rule', 'alarmNames', 'alarmName'].map((name) => ({ [name]: [{ prefix: ours }] })) },
    },
    {
      id: 'stores',
      what: 'the findings table, a queue or the key of the sentinel',
      services: ['dynamodb', 'sqs', 'kms'],
      calls: [
        'DeleteTable',
        'UpdateTable',
        'UpdateTimeToLive',
        'PutResourcePolicy',
        'DeleteQueue',
        'PurgeQueue',
        'SetQueueAttributes',
        'DisableKey',
        'ScheduleKeyDeletion',
        'PutKeyPolicy',
      ],
      on: {
        $or: [
          { tableName: suffixes([table.table.tableName]) },
          { keyId: suffixes([key.keyId]) }, // by id or by ARN
          { queueUrl: [queues.deadLetters.queueUrl, queues.rejectedRecords.queueUrl] },
        ],
      },
    },
    // CloudTrail writes the events of IAM in us-east-1 alone.
    ...(Token.isUnresolved(region) || region === 'us-east-1'
      ? [
          {
            id: 'roles',
            what: 'a role of the sentinel',
            services: ['iam'],
            calls: [
              'DeleteRole',
              'PutRolePolicy',
              'DeleteRolePolicy',
              'AttachRolePolicy',
              'DetachRolePolicy',
              'UpdateAssumeRolePolicy',
              'PutRolePermissionsBoundary',
            ],
            on: { roleName: functions.map(({ role }) => role.roleName) },
          },
        ]
      : []),
    {
      id: 'account',
      what: 'what is logged in the whole account',
      services: ['cloudtrail', 'logs'],
      calls: ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'PutAccountPolicy', 'PutTransformer'],
    },
  ];
}
