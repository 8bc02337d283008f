import { gunzipSync } from 'node:zlib';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { AddPermissionCommand, PutFunctionEventInvokeConfigCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BRING_UP_MS, progress } from './bring-up.ts';
import { Probes } from './probe/probe.ts';
import { Queues } from './probe/queue.ts';
import { clientSettings } from './twin/identities.ts';
import { startTwin, type Twin } from './twin/twin.ts';

const HERE = '111122223333';

let twin: Twin;
let probes: Probes;
let queues: Queues;
let logs: CloudWatchLogsClient;
beforeAll(async () => {
  twin = await startTwin(progress());
  probes = await Probes.open(twin);
  queues = new Queues(twin);
  logs = new CloudWatchLogsClient(clientSettings(twin.emulator));
}, BRING_UP_MS);
afterAll(() => twin?.close());

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
    const got = await queues.create('subscribed');
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
    const record = JSON.parse((await queues.take(got)) ?? '{}');
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
