import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { SentinelFunction } from '../base/sentinel-function.ts';
import { allFunctions, type SentinelParts } from './sentinel-parts.ts';

/** What of the requests that CloudTrail records is told: a filter on `requestParameters`, as a pattern of EventBridge. */
type RequestFilter = Readonly<Record<string, unknown>>;

/** Calls of one service by which somebody could blind the sentinel: a row. */
export interface TamperRule {
  readonly id: string;
  /** What is changed by them, as a message names it. */
  readonly what: string;
  /** `eventSource` of CloudTrail, without its domain. */
  readonly service: string;
  /** Operations of its API. CloudTrail writes a version behind those of Lambda, as `DeleteFunction20150331`. */
  readonly calls: readonly string[];
  /** Absent where they touch everything in the account and Region. */
  readonly on?: RequestFilter;
}

/** A pattern of EventBridge has at most 2,048 characters; names of clusters are shared out over so many rules. */
const MAX_NAMES = 1_000;

/** So much of a stack's name stands in the generated names in any case. */
const LONGEST_KEPT = 20;

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
  const { subscriptions, topics, table, queues } = parts;
  const { region, stackName } = Stack.of(scope);
  // CloudFormation names rules and alarms after the stack, and shortens its name where that is long.
  const ours =
    Token.isUnresolved(stackName) || stackName.length <= LONGEST_KEPT
      ? `${stackName}-`
      : stackName.slice(0, LONGEST_KEPT);
  const functions = allFunctions(parts).map(({ part }): SentinelFunction => part);
  const numbered = (id: string, index: number): string => (index === 0 ? id : `${id}${index + 1}`);
  return [
    ...inRules(subscriptions.map(({ clusterName }) => clusterName)).map(
      (names, index): TamperRule => ({
        id: numbered('audit-log', index),
        what: 'which logs a cluster writes',
        service: 'eks',
        calls: ['UpdateClusterConfig'],
        on: { name: names, logging: { clusterLogging: { enabled: [false] } } },
      }),
    ),
    ...inRules(subscriptions.map(({ subscription }) => subscription.logGroupName)).map(
      (names, index): TamperRule => ({
        id: numbered('log-group', index),
        what: 'the log group of a cluster or its filters',
        service: 'logs',
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
      id: 'account-logs',
      what: 'log groups of the whole account',
      service: 'logs',
      calls: ['PutAccountPolicy', 'PutTransformer'],
    },
    {
      id: 'functions',
      what: 'a function of the sentinel',
      service: 'lambda',
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
      id: 'topics',
      what: 'who is told (a topic or a subscription)',
      service: 'sns',
      calls: ['DeleteTopic', 'SetTopicAttributes', 'AddPermission', 'RemovePermission', 'Subscribe'],
      on: { topicArn: topics.all.map(({ topic }) => topic.topicArn) },
    },
    {
      id: 'subscriptions',
      what: 'who is told (a subscription)',
      service: 'sns',
      calls: ['Unsubscribe', 'SetSubscriptionAttributes'],
      on: { subscriptionArn: topics.all.map(({ topic }) => ({ prefix: `${topic.topicArn}:` })) },
    },
    {
      id: 'rules',
      what: 'a rule of the sentinel',
      service: 'events',
      calls: ['DeleteRule', 'DisableRule', 'PutRule'],
      on: { name: [{ prefix: ours }] },
    },
    {
      id: 'targets',
      what: 'where a rule of the sentinel leads',
      service: 'events',
      calls: ['RemoveTargets', 'PutTargets'],
      on: { rule: [{ prefix: ours }] },
    },
    {
      id: 'alarms',
      what: 'an alarm of the sentinel',
      service: 'monitoring',
      calls: ['DeleteAlarms', 'DisableAlarmActions', 'SetAlarmState', 'PutMetricAlarm'],
      on: { $or: ['alarmNames', 'alarmName'].map((name) => ({ [name]: [{ prefix: ours }] })) },
    },
    {
      id: 'table',
      what: 'the findings table',
      service: 'dynamodb',
      calls: ['DeleteTable', 'UpdateTable', 'UpdateTimeToLive', 'PutResourcePolicy'],
      on: { tableName: suffixes([table.table.tableName]) },
    },
    {
      id: 'queues',
      what: 'a queue of the sentinel',
      service: 'sqs',
      calls: ['DeleteQueue', 'PurgeQueue', 'SetQueueAttributes'],
      on: { queueUrl: [queues.deadLetters.queueUrl, queues.rejectedRecords.queueUrl] },
    },
    // CloudTrail writes the events of IAM in us-east-1 alone.
    ...(Token.isUnresolved(region) || region === 'us-east-1'
      ? [
          {
            id: 'roles',
            what: 'a role of the sentinel',
            service: 'iam',
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
      id: 'trail',
      what: 'what CloudTrail records',
      service: 'cloudtrail',
      calls: ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors'],
    },
  ];
}
