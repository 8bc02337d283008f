import { CreateTableCommand, DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clientSettings } from '../../tools/twin/identities.ts';
import { startTwin, type Twin } from '../../tools/twin/twin.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';

/** That the emulator refuses what a condition of our policies refuses: without that, the system suite would prove nothing. */

let twin: Twin;
let db: DynamoDBClient;
let s3: S3Client;
let events: EventBridgeClient;
beforeAll(async () => {
  twin = await startTwin(progress());
  const settings = clientSettings(twin.emulator);
  await new DynamoDBClient(settings).send(
    new CreateTableCommand({
      TableName: 'items',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  const owner = new S3Client({ ...settings, forcePathStyle: true });
  await owner.send(new CreateBucketCommand({ Bucket: 'evidence' }));
  const deny = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::evidence/once/*',
    Condition: { Null: { 's3:if-none-match': 'true' } },
  };
  await owner.send(
    new PutBucketPolicyCommand({
      Bucket: 'evidence',
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: [deny] }),
    }),
  );
  const iam = new IAMClient(settings);
  await iam.send(new CreateUserCommand({ UserName: 'writer' }));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'writer' }));
  const on = (operator: string, pattern: string) => ({
    [`ForAllValues:${operator}`]: { 'dynamodb:LeadingKeys': [pattern] },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  });
  const Statement = [
    { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: '*', Condition: on('StringLike', 'lease#*') },
    { Effect: 'Allow', Action: 'dynamodb:UpdateItem', Resource: '*', Condition: on('StringNotLike', '*#*') },
    { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::evidence/*' },
    {
      ...{ Effect: 'Allow', Action: 'events:PutEvents', Resource: '*' },
      Condition: { StringEquals: { 'events:source': 'ours' } },
    },
  ];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutUserPolicyCommand({ UserName: 'writer', PolicyName: 'writer', PolicyDocument }));
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = key ?? {};
  const own = { ...settings, credentials: { accessKeyId, secretAccessKey } };
  db = new DynamoDBClient(own);
  events = new EventBridgeClient(own);
  s3 = new S3Client({ ...own, forcePathStyle: true });
}, BRING_UP_MS);
afterAll(() => twin?.close());

describe('dynamodb:LeadingKeys', () => {
  const put = (id: string) => db.send(new PutItemCommand({ TableName: 'items', Item: { id: { S: id } } }));
  const update = (id: string) => db.send(new UpdateItemCommand({ TableName: 'items', Key: { id: { S: id } } }));

  test('allows the keys that are named, and refuses others', async () => {
    await put('lease#1');
    await expect(put('baseline#1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(put('nsf-1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('allows all keys but those that are named', async () => {
    await update('nsf-1');
    await expect(update('lease#1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

test('events:source allows events of the source that is named, and refuses others', async () => {
  const put = (Source: string) =>
    events.send(new PutEventsCommand({ Entries: [{ Source, DetailType: 'x', Detail: '{}' }] }));
  await expect(put('ours')).resolves.toMatchObject({ FailedEntryCount: 0 });
  await expect(put('theirs')).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

describe('s3:if-none-match', () => {
  const put = (Key: string, IfNoneMatch?: '*') =>
    s3.send(new PutObjectCommand({ Bucket: 'evidence', Key, Body: 'x', IfNoneMatch }));

  test('takes what is to be written once by a conditional write alone, and once', async () => {
    await expect(put('once/a')).rejects.toMatchObject({ name: 'AccessDenied' });
    await put('once/a', '*');
    await expect(put('once/a', '*')).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
    await expect(put('once/a')).rejects.toMatchObject({ name: 'AccessDenied' });
    await put('often/a');
    await put('often/a');
  });
});
