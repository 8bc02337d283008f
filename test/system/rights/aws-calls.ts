/** Actions on things of the stack, and of others. No call does harm where it succeeds. */
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  InvokeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { GetSubscriptionAttributesCommand, ListSubscriptionsByTopicCommand, PublishCommand } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { ITEM_KEYS } from '../../../functions/contract/item-keys.ts';
import { accountCalls } from './aws-account-calls.ts';
import { type Call, each } from './aws-call.ts';
import type { AwsThings } from './aws-things.ts';

/** Items of the findings table by their kind, and a finding, whose key is its id. */
const ITEMS: Readonly<Record<string, string>> = {
  finding: 'nsf-00000000',
  ...Object.fromEntries(Object.values(ITEM_KEYS).map((prefix) => [`\`${prefix}\``, `${prefix}tried`])),
};

/** What of the findings table can be queried, with its partition key. */
const QUERIED: Readonly<Record<string, { key: string; IndexName?: string }>> = {
  'the table': { key: 'id' },
  'the agenda': { key: 'agenda', IndexName: 'agenda' },
  'the short ids': { key: 'shortId', IndexName: 'short-id' },
};

const table = ({ table: TableName }: AwsThings): Call[] => {
  const Key = (id: string) => ({ id: { S: id } });
  const of = (action: string, on: string, send: Call['send']): Call => ({ action: `dynamodb:${action}`, on, send });
  return [
    ...each(ITEMS, (id, on) => [
      of('GetItem', on, ({ db }) => db.send(new GetItemCommand({ TableName, Key: Key(id) }))),
      of('BatchGetItem', on, ({ db }) =>
        db.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [Key(id)] } } })),
      ),
      of('PutItem', on, ({ db }) => db.send(new PutItemCommand({ TableName, Item: Key(id) }))),
      of('UpdateItem', on, ({ db }) => db.send(new UpdateItemCommand({ TableName, Key: Key(id) }))),
      of('DeleteItem', on, ({ db }) => db.send(new DeleteItemCommand({ TableName, Key: Key(id) }))),
    ]),
    of('Scan', 'the table', ({ db }) => db.send(new ScanCommand({ TableName, Limit: 1 }))),
    ...each(QUERIED, ({ key, ...index }, on) => [
      of('Query', on, ({ db }) =>
        db.send(
          new QueryCommand({
            TableName,
            ...index,
            KeyConditionExpression: '#key = :key',
            ExpressionAttributeNames: { '#key': key },
            ExpressionAttributeValues: { ':key': { S: 'x' } },
          }),
        ),
      ),
    ]),
  ];
};

const RUN = 'containment/1/r/c/uid/runs/contain/one';
/** Objects of the evidence bucket, by what is stored in them. */
const OBJECTS: Readonly<Record<string, string>> = {
  'an alert': 'alerts/1/r/c/id/report.html',
  'a snapshot': 'snapshots/1/r/c/uid/snapshot.json.gz',
  'its ConfigMaps': 'configmaps/1/r/c/uid/configmaps.json.gz',
  'that it was released': 'releases/1/r/c/uid/released.json',
  'a record of *contain*': `${RUN}/steps/cutIdentity.json`,
  'a record of *probe*': `${RUN}/steps/verifyIsolation.json`,
  'a record of *release*': `${RUN}/steps/restoreNetwork.json`,
  'a report': `${RUN}/report.json`,
  'a list of hashes': `${RUN}/hashes.txt`,
  'a manifest': `${RUN}/manifests/binding.yaml`,
  'a decision': `${RUN}/decision.json`,
  evidence: `${RUN}/evidence/pods.json`,
  'anything else': 'elsewhere/x',
};
const ONCE = ['a snapshot', 'its ConfigMaps', 'that it was released'];

const bucket = ({ bucket: Bucket }: AwsThings): Call[] => {
  const of = (action: string, on: string, send: Call['send']): Call => ({ action: `s3:${action}`, on, send });
  return [
    ...each(OBJECTS, (Key, on) => [
      of('GetObject', on, ({ s3 }) => s3.send(new GetObjectCommand({ Bucket, Key }))),
      of('PutObject', on, ({ s3 }) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', IfNoneMatch: '*' }))),
      of('DeleteObject', on, ({ s3 }) => s3.send(new DeleteObjectCommand({ Bucket, Key }))),
      of('PutObjectTagging', on, ({ s3 }) =>
        s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } })),
      ),
    ]),
    ...ONCE.map((on) =>
      of('PutObject', `${on}, over what is there`, ({ s3 }) =>
        s3.send(new PutObjectCommand({ Bucket, Key: OBJECTS[on], Body: 'y' })),
      ),
    ),
    of('ListBucket', 'the bucket', ({ s3 }) => s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 }))),
    of('PutBucketPolicy', 'the bucket', ({ s3 }) => s3.send(new PutBucketPolicyCommand({ Bucket, Policy: '{}' }))),
  ];
};

const messages = ({ functions, topics, queues }: AwsThings): Call[] => [
  ...each(functions, ({ name }, on) => [
    {
      action: 'lambda:InvokeFunction',
      on: `*${on}*`,
      // Asks for permission only.
      send: ({ lambda }) => lambda.send(new InvokeCommand({ FunctionName: name, InvocationType: 'DryRun' })),
    },
    {
      action: 'lambda:GetFunctionConfiguration',
      on: `*${on}*`,
      send: ({ lambda }) => lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name })),
    },
    {
      action: 'lambda:GetPolicy',
      on: `*${on}*`,
      send: ({ lambda }) => lambda.send(new GetPolicyCommand({ FunctionName: name })),
    },
    {
      action: 'lambda:UpdateFunctionConfiguration',
      on: `*${on}*`,
      send: ({ lambda }) => lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: name })),
    },
  ]),
  ...each(topics, (TopicArn, on) => [
    {
      action: 'sns:ListSubscriptionsByTopic',
      on: `the ${on} topic`,
      send: ({ sns }) => sns.send(new ListSubscriptionsByTopicCommand({ TopicArn })),
    },
    {
      action: 'sns:GetSubscriptionAttributes',
      on: `the ${on} topic`,
      send: ({ sns }) =>
        sns.send(
          new GetSubscriptionAttributesCommand({ SubscriptionArn: `${TopicArn}:00000000-0000-0000-0000-000000000000` }),
        ),
    },
    {
      action: 'sns:Publish',
      on: `the ${on} topic`,
      send: ({ sns }) => sns.send(new PublishCommand({ TopicArn, Message: '{}' })),
    },
  ]),
  ...each(queues, (QueueUrl, on) => [
    {
      action: 'sqs:SendMessage',
      on: `the queue of ${on}`,
      send: ({ sqs }) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' })),
    },
    {
      action: 'sqs:ReceiveMessage',
      on: `the queue of ${on}`,
      send: ({ sqs }) => sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 })),
    },
  ]),
];

const machines = ({ machines, tokens }: AwsThings): Call[] => [
  ...each(machines, (stateMachineArn, on) => {
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:none`;
    const of = (action: string, send: Call['send']): Call => ({ action: `states:${action}`, on, send });
    return [
      // Input that the machine refuses at once.
      of('StartExecution', ({ sfn }) => sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{}' }))),
      of('DescribeStateMachine', ({ sfn }) => sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))),
      of('UpdateStateMachine', ({ sfn }) => sfn.send(new UpdateStateMachineCommand({ stateMachineArn }))),
      of('ListExecutions', ({ sfn }) => sfn.send(new ListExecutionsCommand({ stateMachineArn }))),
      of('DescribeExecution', ({ sfn }) => sfn.send(new DescribeExecutionCommand({ executionArn }))),
      of('GetExecutionHistory', ({ sfn }) => sfn.send(new GetExecutionHistoryCommand({ executionArn }))),
      of('StopExecution', ({ sfn }) => sfn.send(new StopExecutionCommand({ executionArn }))),
    ];
  }),
  // Output of another form is refused after the permission, so that the question stays open.
  ...each(tokens, (taskToken, on) => [
    {
      action: 'states:SendTaskSuccess',
      on,
      send: ({ sfn }) => sfn.send(new SendTaskSuccessCommand({ taskToken, output: 'none' })),
    },
  ]),
];

/** All of them, on the things of the stack. */
export const callsOn = (things: AwsThings): Call[] => [
  ...table(things),
  ...bucket(things),
  ...messages(things),
  ...machines(things),
  ...accountCalls(things),
];
