import { gunzipSync } from 'node:zlib';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateAccessEntryCommand,
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  EKSClient,
} from '@aws-sdk/client-eks';
import { AddPermissionCommand, PutFunctionEventInvokeConfigCommand } from '@aws-sdk/client-lambda';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BRING_UP_MS, progress } from './bring-up.ts';
import { Probes } from './probe/probe.ts';
import { clientSettings } from './twin/identities.ts';
import { startTwin, type Twin } from './twin/twin.ts';

const HERE = '111122223333';

let twin: Twin;
let probes: Probes;
let sqs: SQSClient;
let logs: CloudWatchLogsClient;
let sns: SNSClient;
let eks: EKSClient;
beforeAll(async () => {
  twin = await startTwin(progress(), { retrySeconds: 1 });
  const root = clientSettings(twin.emulator);
  probes = await Probes.open(twin);
  sqs = new SQSClient(root);
  logs = new CloudWatchLogsClient(root);
  sns = new SNSClient(root);
  eks = new EKSClient(root);
}, BRING_UP_MS);
afterAll(() => twin?.close());

interface Queue {
  url: string;
  arn: string;
}

/** @param topicArn a topic that may send to it */
async function queue(name: string, topicArn?: string): Promise<Queue> {
  const arn = `arn:aws:sqs:us-east-1:${HERE}:${name}`;
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const Statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: arn,
    Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
  if (topicArn) await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }));
  return { url, arn };
}

/** Takes a message out; undefined when none comes within the time. */
async function take({ url }: Queue, seconds = 10): Promise<string | undefined> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 1, WaitTimeSeconds: seconds }),
  );
  const [message] = Messages;
  if (message) await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }));
  return message?.Body;
}

describe('a function', () => {
  const describeCluster = { actions: ['eks:DescribeCluster'], resource: `arn:aws:eks:us-east-1:${HERE}:cluster/twin` };

  test('runs on Node 24, and speaks to Kubernetes as the role that it has', async () => {
    const known = await probes.create('known', [describeCluster]);
    await twin.identities.grant(known.roleArn, { groups: ['viewers'] });
    const unknown = await probes.create('unknown', [describeCluster]);
    expect((await probes.call(known, {})).payload).toMatchObject({ node: expect.stringMatching(/^v24\./) });
    expect((await probes.call(known, { whoAmI: 'twin' })).payload).toMatchObject({
      code: 201,
      userInfo: {
        username: `arn:aws:sts::${HERE}:assumed-role/known-role/known`,
        groups: ['viewers', 'system:authenticated'],
        extra: { canonicalArn: [known.roleArn] },
      },
    });
    expect((await probes.call(unknown, { whoAmI: 'twin' })).payload).toMatchObject({ code: 401 });
  });

  test('gets AccessDenied for what its role may not do', async () => {
    const poor = await probes.create('poor');
    expect(await probes.call(poor, { whoAmI: 'twin' })).toMatchObject({
      failed: true,
      payload: { errorType: 'AccessDeniedException', errorMessage: expect.stringContaining('eks:DescribeCluster') },
    });
  });

  test('reports the name of the error that it threw', async () => {
    const failing = await probes.create('failing');
    expect(await probes.call(failing, { fail: 'NamespaceGone' })).toMatchObject({
      failed: true,
      payload: { errorType: 'NamespaceGone', errorMessage: 'as asked' },
    });
  });
});

describe('an asynchronous invocation', () => {
  test('hands its success to another function, whose success goes to a queue', async () => {
    const end = await queue('end');
    const second = await probes.create('second', [{ actions: ['sqs:SendMessage'], resource: end.arn }]);
    const first = await probes.create('first', [{ actions: ['lambda:InvokeFunction'], resource: second.arn }]);
    await configure(first.name, { OnSuccess: { Destination: second.arn } });
    await configure(second.name, { OnSuccess: { Destination: end.arn } });
    await probes.start(first, { greeting: 'ü' });
    const record = JSON.parse((await take(end)) ?? '{}');
    expect(record).toMatchObject({
      version: '1.0',
      requestContext: { condition: 'Success', functionArn: `${second.arn}:$LATEST`, approximateInvokeCount: 1 },
      requestPayload: {
        requestContext: { condition: 'Success', functionArn: `${first.arn}:$LATEST` },
        requestPayload: { greeting: 'ü' },
        responsePayload: { event: { greeting: 'ü' } },
      },
    });
  });

  const configure = (FunctionName: string, DestinationConfig: object, MaximumRetryAttempts = 0) =>
    probes.lambda.send(
      new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts, DestinationConfig }),
    );

  test.each([
    { retries: 0, attempts: 1 },
    { retries: 1, attempts: 2 },
  ])(
    'with $retries retries fails after $attempts attempts, into the destination and the dead letters',
    async ({ retries, attempts }) => {
      const failures = await queue(`failures-${retries}`);
      const letters = await queue(`letters-${retries}`);
      const send = [failures, letters].map(({ arn }) => ({ actions: ['sqs:SendMessage'], resource: arn }));
      const probe = await probes.create(`broken-${retries}`, send, letters.arn);
      await configure(probe.name, { OnFailure: { Destination: failures.arn } }, retries);
      await probes.start(probe, { fail: 'Broken' });
      expect(JSON.parse((await take(failures)) ?? '{}')).toMatchObject({
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: attempts },
        requestPayload: { fail: 'Broken' },
        responseContext: { functionError: 'Unhandled' },
        responsePayload: { errorType: 'Broken' },
      });
      expect(await take(letters)).toBeDefined();
      expect(await take(failures, 1)).toBeUndefined();
    },
  );

  test('does not reach a destination that its role may not reach', async () => {
    const closed = await queue('closed');
    const probe = await probes.create('unable');
    await configure(probe.name, { OnSuccess: { Destination: closed.arn } });
    await probes.start(probe, {});
    expect(await take(closed, 2)).toBeUndefined();
  });

  test('is refused over 1 MB', async () => {
    const probe = await probes.create('small');
    await expect(probes.start(probe, { text: 'x'.repeat(1024 * 1024) })).rejects.toMatchObject({
      name: 'RequestTooLargeException',
    });
  });
});

describe('a subscription filter', () => {
  const put = (logGroupName: string, filterName: string, filterPattern: string, destinationArn: string) =>
    logs.send(new PutSubscriptionFilterCommand({ logGroupName, filterName, filterPattern, destinationArn }));
  const mayInvoke = (FunctionName: string, group: string, SourceAccount = HERE) =>
    probes.lambda.send(
      new AddPermissionCommand({
        FunctionName,
        StatementId: `${group}-${SourceAccount}`.replaceAll('/', '-'),
        Action: 'lambda:InvokeFunction',
        Principal: 'logs.amazonaws.com',
        SourceAccount,
        SourceArn: `arn:aws:logs:us-east-1:${HERE}:log-group:${group}:*`,
      }),
    );

  test('delivers what matches, as the service writes it, and retries', async () => {
    const got = await queue('subscribed');
    const probe = await probes.create('subscriber', [{ actions: ['sqs:SendMessage'], resource: got.arn }]);
    await probes.lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: probe.name,
        DestinationConfig: { OnSuccess: { Destination: got.arn } },
      }),
    );
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/some/group' }));
    await logs.send(new CreateLogStreamCommand({ logGroupName: '/some/group', logStreamName: 's' }));
    await mayInvoke(probe.name, '/some/group');
    await put(
      '/some/group',
      'wanted',
      '{ $.objectRef.resource = "namespaces" && $.verb = %^(create|patch)$% }',
      probe.arn,
    ).then(
      () => expect('a pattern with brackets').toBe('refused'),
      (error) => expect(error.name).toBe('InvalidParameterException'),
    );
    await put('/some/group', 'wanted', '{ $.objectRef.resource = "namespaces" && $.verb = %^cre% }', probe.arn);
    const message = (verb: string, resource: string) => JSON.stringify({ verb, objectRef: { resource } });
    const messages = [message('create', 'pods'), message('create', 'namespaces'), message('get', 'namespaces'), 'text'];
    const logEvents = messages.map((text, at) => ({ timestamp: Date.now() + at, message: text }));
    await logs.send(new PutLogEventsCommand({ logGroupName: '/some/group', logStreamName: 's', logEvents }));
    const record = JSON.parse((await take(got)) ?? '{}');
    const { data } = record.requestPayload.awslogs;
    expect(JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString())).toEqual({
      messageType: 'DATA_MESSAGE',
      owner: HERE,
      logGroup: '/some/group',
      logStream: 's',
      subscriptionFilters: ['wanted'],
      logEvents: [{ id: expect.stringMatching(/^\d{56}$/), timestamp: logEvents[1]?.timestamp, message: messages[1] }],
    });
  });

  test('is refused for a function that does not let the log group in, and as the third of its group', async () => {
    const probe = await probes.create('closed-function');
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/other' }));
    await expect(put('/other', 'a', '', probe.arn)).rejects.toThrow('Could not execute the lambda function');
    await mayInvoke(probe.name, '/other', '999999999999');
    await expect(put('/other', 'a', '', probe.arn)).rejects.toThrow('Could not execute the lambda function');
    await mayInvoke(probe.name, '/other');
    await put('/other', 'a', '', probe.arn);
    await put('/other', 'b', '', probe.arn);
    await put('/other', 'b', 'x', probe.arn);
    await expect(put('/other', 'c', '', probe.arn)).rejects.toMatchObject({ name: 'LimitExceededException' });
    await expect(put('/none', 'a', '', probe.arn)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('a filter pattern', () => {
  const logGroupName = '/patterns';
  const event = {
    verb: 'create',
    code: 201,
    dotted: { 'a.b': 'x y' },
    list: ['p', 'q'],
    yes: true,
    nothing: null,
    uri: '/api?dryRun=All',
  };
  beforeAll(async () => {
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's' }));
    const logEvents = [{ timestamp: Date.now(), message: JSON.stringify(event) }];
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 's', logEvents }));
  });
  test.each([
    ['', true],
    ['create', true],
    ['Create', false],
    ['create 201', true],
    ['create -dryRun', false],
    ['?nope ?dryRun', true],
    ['"x y"', true],
    ['%"verb":"c.*e"%', false], // quotes are not allowed in a regular expression
    ['%verb.{3}create%', true],
    ['%^create%', false],
    ['{ $.verb = "create" }', true],
    ['{ $.verb = create && $.code >= 200 && $.code < 300 }', true],
    ['{ ($.verb = get || $.verb = create) && $.code = 201 }', true],
    ['{ $.verb = get || $.verb = create && $.code = 500 }', false],
    ['{ $.verb = "cr*" }', true],
    ['{ $.verb = %^cr% }', true],
    ['{ $.uri = "*dryRun=*" }', true],
    ['{ $.dotted.[\'a.b\'] = "x y" }', true],
    ['{ $.list[1] = "q" }', true],
    ['{ $.list = "q" }', false],
    ['{ $.dotted != "q" }', false],
    ['{ $.missing != "q" }', false],
    ['{ $.verb != "q" }', true],
    ['{ $.missing NOT EXISTS }', true],
    ['{ $.yes IS TRUE && $.nothing IS NULL }', true],
  ])('%s: %s', async (filterPattern, matches) => {
    const found = logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern }));
    expect(
      await found.then(
        ({ events = [] }) => events.length > 0,
        () => false,
      ),
    ).toBe(matches);
  });
});

describe('a topic', () => {
  const subscribe = (TopicArn: string, { arn }: Queue, Attributes: Record<string, string> = {}) =>
    sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn, Attributes }));

  test('gives each protocol its body, filters by attributes, and wraps unless told not to', async () => {
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'topic' }));
    const wrapped = await queue('wrapped', TopicArn);
    const raw = await queue('raw', TopicArn);
    const high = await queue('high', TopicArn);
    const closed = await queue('closed-to-the-topic');
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
    expect(JSON.parse((await take(wrapped)) ?? '{}')).toMatchObject({
      Type: 'Notification',
      Subject: 'Subject',
      Message: '{"severity":"LOW"}',
      MessageAttributes: { severity: { Type: 'String', Value: 'LOW' } },
    });
    expect(await take(raw)).toBe('{"severity":"LOW"}');
    expect(await take(high, 1)).toBeUndefined();
    expect(await take(closed, 1)).toBeUndefined();
    await publish('HIGH');
    expect(JSON.parse((await take(high)) ?? '{}')).toMatchObject({ Message: '{"severity":"HIGH"}' });
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
