import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateAccessEntryCommand,
  CreateCapabilityCommand,
  DeleteAccessEntryCommand,
  DeleteCapabilityCommand,
  DescribeAccessEntryCommand,
  DescribeCapabilityCommand,
  DescribeClusterCommand,
  EKSClient,
} from '@aws-sdk/client-eks';
import { CreateAccessKeyCommand, CreateRoleCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SnsTopicView } from '../../bin/commands/drill/topic-view.ts';
import { AwsCapabilities } from '../../functions/clients/aws/aws-capabilities.ts';
import { AwsEks } from '../../functions/clients/aws/aws-eks.ts';
import { AwsTrail } from '../../functions/clients/aws/aws-trail.ts';
import { logDeliveries } from '../../tools/twin/delivery-status.ts';
import { clientSettings, USER } from '../../tools/twin/identities.ts';
import { mails } from '../../tools/twin/mailbox.ts';
import { startTwin, type Twin } from '../../tools/twin/twin.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';
import { type Queue, Queues } from './probe/queue.ts';

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

  test('logs which queue took a message, and which did not, where that is switched on', async () => {
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'logged' }));
    const [open, shut] = [await queues.create('open', TopicArn), await queues.create('shut')];
    for (const queue of [open, shut]) await subscribe(TopicArn, queue);
    const publish = async () => (await sns.send(new PublishCommand({ TopicArn, Message: 'x' }))).MessageId ?? '';
    const view = new SnsTopicView(
      { sns, logs: new CloudWatchLogsClient(clientSettings(twin.emulator)) },
      'logged',
      TopicArn,
    );
    const { signal } = new AbortController();
    const before = await publish();
    await logDeliveries(twin, TopicArn);
    const id = await publish();
    expect(await view.statuses(before, 0, signal)).toEqual([]);
    expect(
      (await view.statuses(id, 0, signal)).map(({ destination, status, statusCode }) => ({
        destination,
        status,
        statusCode,
      })),
    ).toEqual([
      { destination: open.arn, status: 'SUCCESS', statusCode: 200 },
      { destination: shut.arn, status: 'FAILURE', statusCode: 403 },
    ]);
  });
});

test('a topic sends mail, with the body that is for mail', async () => {
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'mail' }));
  const Attributes = { FilterPolicy: JSON.stringify({ severity: ['HIGH'] }) };
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'a@example.com' }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'b@example.com', Attributes }));
  const Message = JSON.stringify({ default: '{}', email: 'prose\nand more' });
  await sns.send(new PublishCommand({ TopicArn, Subject: 'Subject', MessageStructure: 'json', Message }));
  expect(mails(twin)).toEqual([
    { at: expect.any(Number), to: 'a@example.com', subject: 'Subject', text: 'prose\nand more' },
  ]);
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

  test('is in CloudTrail with what lets people in, and who did that', async () => {
    const principalArn = twin.identities.arn('role', 'Outsider');
    const iam = new IAMClient(clientSettings(twin.emulator));
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: USER }));
    const rights = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'eks:*', Resource: '*' }] };
    const policy = { UserName: USER, PolicyName: 'eks', PolicyDocument: JSON.stringify(rights) };
    await iam.send(new PutUserPolicyCommand(policy));
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = key ?? {};
    const credentials = { accessKeyId, secretAccessKey };
    const deployer = new EKSClient({ ...clientSettings(twin.emulator), credentials });
    const entry = { clusterName: 'twin', principalArn };
    await deployer.send(new CreateAccessEntryCommand({ ...entry, kubernetesGroups: ['viewers'] }));
    await deployer.send(new CreateAccessEntryCommand(entry)).catch(() => {});
    await deployer.send(new DeleteAccessEntryCommand(entry));
    const trail = new AwsTrail(new CloudTrailClient(clientSettings(twin.emulator)), 0);
    const names = ['CreateAccessEntry', 'DeleteAccessEntry'];
    const window = { from: Date.now() - 3_600_000, to: Date.now() + 60_000 };
    const question = { eventSource: 'eks.amazonaws.com', names, ...window, max: 100 };
    const { events } = await trail.lookUp(question, AbortSignal.timeout(10_000));
    const by = { actorArn: twin.identities.arn('user', USER), source: 'eks.amazonaws.com' };
    // those of the people that are in the cluster for long are as old as they
    expect(events).toHaveLength(3);
    expect(events).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          ...by,
          name: 'CreateAccessEntry',
          parameters: expect.objectContaining({ name: 'twin', principalArn, kubernetesGroups: ['viewers'] }),
        }),
        expect.objectContaining({ ...by, name: 'CreateAccessEntry', errorCode: 'ResourceInUseException' }),
        expect.objectContaining({
          ...by,
          name: 'DeleteAccessEntry',
          parameters: { name: 'twin', principalArn: encodeURIComponent(principalArn) },
        }),
      ]),
    );
  });

  test('takes no access entry for a principal that does not exist', async () => {
    const principalArn = twin.identities.arn('role', 'Nobody');
    await expect(eks.send(new CreateAccessEntryCommand({ clusterName: 'twin', principalArn }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  test('has capabilities, which act by the access entry of their role', async () => {
    const principalArn = twin.identities.arn('role', 'Capability');
    const iam = new IAMClient(clientSettings(twin.emulator));
    await iam.send(new CreateRoleCommand({ RoleName: 'Capability', AssumeRolePolicyDocument: '{}' }));
    const one = { clusterName: 'twin', capabilityName: 'argo' };
    const made = { ...one, type: 'ARGOCD', roleArn: principalArn, deletePropagationPolicy: 'RETAIN' } as const;
    await eks.send(new CreateCapabilityCommand(made));
    const capabilities = new AwsCapabilities(eks, new AwsEks(eks));
    const seen = () =>
      capabilities.of({ name: 'twin', account: HERE, region: twin.emulator.region }, AbortSignal.timeout(10_000));
    expect(await seen()).toEqual([{ name: 'argo', type: 'ARGOCD', status: 'ACTIVE', roleArn: principalArn }]);
    const entry = { clusterName: 'twin', principalArn };
    expect((await eks.send(new DescribeAccessEntryCommand(entry))).accessEntry?.principalArn).toBe(principalArn);
    await eks.send(new DeleteCapabilityCommand(one));
    expect(await seen()).toEqual([]);
    await expect(eks.send(new DescribeCapabilityCommand(one))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(eks.send(new DescribeAccessEntryCommand(entry))).rejects.toThrow();
  });
});
