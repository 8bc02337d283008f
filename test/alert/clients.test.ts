import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand, type PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { S3AlertArchive } from '../../functions/clients/bucket/s3-alert-archive.ts';
import { LocalAlertArchive } from '../../functions/clients/local/alert-archive.ts';
import { LocalSender } from '../../functions/clients/local/sender.ts';
import { EventBridgeSender } from '../../functions/clients/send/event-bridge-sender.ts';
import { SnsSender } from '../../functions/clients/send/sns-sender.ts';

const ALERT = {
  subject: 'subject',
  body: '{"default":"{\\"id\\":1}","email":"text"}',
  byProtocol: true,
  attributes: { severity: 'HIGH' },
};
const CHAT = { body: '{"version":"1.0"}', byProtocol: false, attributes: {} };

describe('the sender for SNS', () => {
  const sns = mockClient(SNSClient);
  const sender = new SnsSender(new SNSClient({ region: 'us-east-1' }), { topic: 'arn:topic', chat: 'arn:chat' });
  beforeEach(() => {
    sns.reset();
  });

  test('get messages by protocol with subject and attributes, and plain ones without', async () => {
    sns.on(PublishCommand).resolves({ MessageId: '1' });
    await sender.send('topic', ALERT);
    await sender.send('chat', CHAT);
    expect(sns.commandCalls(PublishCommand).map(({ args }) => args[0].input)).toEqual([
      {
        TopicArn: 'arn:topic',
        Subject: 'subject',
        Message: ALERT.body,
        MessageStructure: 'json',
        MessageAttributes: { severity: { DataType: 'String', StringValue: 'HIGH' } },
      },
      { TopicArn: 'arn:chat', Message: CHAT.body, MessageAttributes: {} },
    ]);
  });

  test('send several values of an attribute as an array, which filter policies match by any of them', async () => {
    sns.on(PublishCommand).resolves({});
    await sender.send('topic', { ...CHAT, attributes: { digest: ['daily', '@0123456789'] } });
    expect(sns.commandCalls(PublishCommand)[0]?.args[0].input.MessageAttributes).toEqual({
      digest: { DataType: 'String.Array', StringValue: '["daily","@0123456789"]' },
    });
  });

  test('pass errors on', async () => {
    sns.on(PublishCommand).rejects(new Error('throttled'));
    await expect(sender.send('topic', ALERT)).rejects.toThrow('throttled');
    await expect(new SnsSender(new SNSClient(), { topic: 'arn:topic' }).send('chat', CHAT)).rejects.toThrow(
      'no topic is configured for chat',
    );
  });
});

describe('the sender for EventBridge', () => {
  const client = mockClient(EventBridgeClient);
  const sender = new EventBridgeSender(new EventBridgeClient({ region: 'us-east-1' }), { events: 'arn:bus' });
  const EVENT = { subject: 'Namespace Sentinel Finding', body: '{"id":"a"}', byProtocol: false, attributes: {} };
  beforeEach(() => {
    client.reset();
  });

  test('puts one event on the bus of the destination', async () => {
    client.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
    await sender.send('events', EVENT);
    expect(client.commandCalls(PutEventsCommand).map(({ args }) => args[0].input)).toEqual([
      {
        Entries: [
          { EventBusName: 'arn:bus', Source: 'namespace-sentinel', DetailType: EVENT.subject, Detail: EVENT.body },
        ],
      },
    ]);
  });

  test.each<[string, PutEventsResultEntry[], string]>([
    ['names a reason', [{ ErrorCode: 'InternalFailure', ErrorMessage: 'try again' }], 'InternalFailure try again'],
    ['names none', [{}], 'no reason was given'],
    ['says nothing of it', [], 'no reason was given'],
  ])(
    'fails, so that the retry sends it, when the answer is good and %s for not taking the event',
    async (_, Entries, why) => {
      client.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries });
      await expect(sender.send('events', EVENT)).rejects.toThrow(`EventBridge did not take the event: ${why}`);
    },
  );

  test('passes errors on', async () => {
    client.on(PutEventsCommand).rejects(new Error('throttled'));
    await expect(sender.send('events', EVENT)).rejects.toThrow('throttled');
    await expect(sender.send('chat', EVENT)).rejects.toThrow('no event bus is configured for chat');
    const { subject: _, ...bare } = EVENT;
    await expect(sender.send('events', bare)).rejects.toThrow('an event for events has no detail-type');
  });
});

test('the archive in S3 stores under the key and says where', async () => {
  const s3 = mockClient(S3Client);
  s3.on(PutObjectCommand).resolves({});
  const archive = new S3AlertArchive(new S3Client({ region: 'us-east-1' }), 'evidence');
  expect(await archive.store('a/b.json', '{}', 'application/json')).toBe('s3://evidence/a/b.json');
  expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toEqual({
    Bucket: 'evidence',
    Key: 'a/b.json',
    Body: '{}',
    ContentType: 'application/json',
  });
  s3.on(PutObjectCommand).rejects(new Error('denied'));
  await expect(archive.store('a/b.json', '{}', 'application/json')).rejects.toThrow('denied');
});

describe('the local twins', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sentinel-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('of the sender write what each subscriber would get', async () => {
    const sender = new LocalSender(join(folder, 'messages'));
    await sender.send('topic', ALERT);
    await sender.send('chat', CHAT);
    expect(sender.sent).toEqual([
      { destination: 'topic', message: ALERT },
      { destination: 'chat', message: CHAT },
    ]);
    const names = ['001-topic-default.json', '001-topic-email.txt', '002-chat-default.json'];
    expect(sender.files).toEqual(names.map((name) => join(folder, 'messages', name)));
    const contents = await Promise.all(sender.files.map((file) => readFile(file, 'utf8')));
    expect(contents).toEqual(['{"id":1}\n', 'Subject: subject\n\ntext', '{"version":"1.0"}\n']);
  });

  test('of the archive write into their folder', async () => {
    const place = await new LocalAlertArchive(folder).store('a/b.json', '{}');
    expect(place).toBe(join(folder, 'a', 'b.json'));
    expect(await readFile(place, 'utf8')).toBe('{}');
  });
});
