import {
  CreateAccessEntryCommand,
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  EKSClient,
} from '@aws-sdk/client-eks';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BRING_UP_MS, progress } from './bring-up.ts';
import { type Queue, Queues } from './probe/queue.ts';
import { clientSettings } from './twin/identities.ts';
import { startTwin, type Twin } from './twin/twin.ts';

const HERE = '111122223333';

let twin: Twin;
let queues: Queues;
let sns: SNSClient;
let eks: EKSClient;
beforeAll(async () => {
  twin = await startTwin(progress());
  queues = new Queues(twin);
  sns = new SNSClient(clientSettings(twin.emulator));
  eks = new EKSClient(clientSettings(twin.emulator));
}, BRING_UP_MS);
afterAll(() => twin?.close());

describe('a topic', () => {
  const subscribe = (TopicArn: string, { arn }: Queue, Attributes: Record<string, string> = {}) =>
    sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn, Attributes }));

  test('gives each protocol its body, filters by attributes, and wraps unless told not to', async () => {
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'topic' }));
    const wrapped = await queues.create('wrapped', TopicArn);
    const raw = await queues.create('raw', TopicArn);
    const high = await queues.create('high', TopicArn);
    const closed = await queues.create('closed-to-the-topic');
    await subscribe(TopicArn, closed);
    await subscribe(TopicArn, wrapped);
    await subscribe(TopicArn, raw, { RawMessageDelivery: 'true' });
    await subscribe(TopicArn, high, { FilterPolicy: JSON.stringify({ severity: ['HIGH', 'CRITICAL'] }) });
    const publish = (severity: string) =>
      sns.send(
        new PublishCommand({
          TopicArn,
          Subject: 'Subject',
          MessageStructure: 'json',
          Message: JSON.stringify({ default: `{"severity":"${severity}"}`, email: 'prose' }),
          MessageAttributes: { severity: { DataType: 'String', StringValue: severity } },
        }),
      );
    await publish('LOW');
    expect(JSON.parse((await queues.take(wrapped)) ?? '{}')).toMatchObject({
      Type: 'Notification',
      Subject: 'Subject',
      Message: '{"severity":"LOW"}',
      MessageAttributes: { severity: { Type: 'String', Value: 'LOW' } },
    });
    expect(await queues.take(raw)).toBe('{"severity":"LOW"}');
    expect(await queues.take(high, 1)).toBeUndefined();
    expect(await queues.take(closed, 1)).toBeUndefined();
    await publish('HIGH');
    expect(JSON.parse((await queues.take(high)) ?? '{}')).toMatchObject({ Message: '{"severity":"HIGH"}' });
  });
});

describe('the cluster in EKS', () => {
  test('is the one that runs', async () => {
    const { cluster } = await eks.send(new DescribeClusterCommand({ name: 'twin' }));
    expect(cluster).toMatchObject({ endpoint: twin.endpoint.url, version: '1.36', status: 'ACTIVE' });
  });

  test('has access entries with the username that EKS fills in, as old as they are said to be', async () => {
    const principalArn = twin.identities.arn('role', 'Dev');
    const { accessEntry } = await eks.send(new DescribeAccessEntryCommand({ clusterName: 'twin', principalArn }));
    expect(accessEntry).toMatchObject({
      username: `arn:aws:sts::${HERE}:assumed-role/Dev/{{SessionName}}`,
      kubernetesGroups: ['developers'],
      tags: {},
    });
    expect(Date.now() - (accessEntry?.createdAt?.getTime() ?? 0)).toBeGreaterThan(89 * 86_400_000);
  });

  test('takes no access entry for a principal that does not exist', async () => {
    const principalArn = twin.identities.arn('role', 'Nobody');
    await expect(eks.send(new CreateAccessEntryCommand({ clusterName: 'twin', principalArn }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});
