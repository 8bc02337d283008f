import { gunzipSync } from 'node:zlib';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  GetQueryResultsCommand,
  PutLogEventsCommand,
  PutSubscriptionFilterCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { AddPermissionCommand, PutFunctionEventInvokeConfigCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clientSettings } from '../../tools/twin/identities.ts';
import { startTwin, type Twin } from '../../tools/twin/twin.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';
import { Probes } from './probe/probe.ts';
import { Queues } from './probe/queue.ts';

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

describe('Logs Insights', () => {
  const logGroupName = '/insights';
  const now = Math.floor(Date.now() / 1000) * 1000;
  const events = [
    { verb: 'create', code: 201, user: { name: 'ada', groups: ['a', 'b'] }, dryRun: false },
    { verb: 'get', code: 403, uri: '/api/v1/namespaces' },
    { many: Object.fromEntries(Array.from({ length: 250 }, (_, at) => [`k${at}`, at])), last: 'x' },
  ];
  const messages = [...events.map((event) => JSON.stringify(event)), '{"verb":"create","cut":"'];
  beforeAll(async () => {
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'a-stream' }));
    const logEvents = messages.map((message, at) => ({ timestamp: now + at, message }));
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 'a-stream', logEvents }));
  });

  /** The lines, as their numbers. */
  async function found(filter: string, { from = now, to = now, limit = 10 } = {}): Promise<number[]> {
    const queryString = `fields @timestamp, @logStream, substr(@message, 0, 30) as line | ${filter}sort @timestamp desc | limit ${limit}`;
    const range = { startTime: from / 1000, endTime: to / 1000 + 1 };
    const { queryId } = await logs.send(new StartQueryCommand({ logGroupName, ...range, queryString, limit }));
    const { status, results = [] } = await logs.send(new GetQueryResultsCommand({ queryId }));
    expect(status).toBe('Complete');
    return results.map((row) => {
      const [timestamp, stream, line] = ['@timestamp', '@logStream', 'line'].map(
        (name) => row.find(({ field }) => field === name)?.value,
      );
      const index = Date.parse(`${timestamp?.replace(' ', 'T')}Z`) - now;
      expect([stream, line]).toEqual(['a-stream', messages[index]?.slice(0, 30)]);
      return index;
    });
  }

  test.each<[string, number[]]>([
    ['', [3, 2, 1, 0]],
    ['verb = "create"', [0]],
    ['verb = "Create"', []],
    ['verb like "rea"', [0]],
    ['code = 403', [1]],
    ['code = "403"', []],
    ['user.groups.1 = "b"', [0]],
    ['ispresent(dryRun)', []],
    ['not ispresent(verb) and @message like "create"', [3]],
    ['not (ispresent(verb) and verb = "get")', [3, 2, 0]],
    ['(verb = "get" or verb = "create") and code = 201', [0]],
    ['verb = "get" or verb = "create" and code = 500', [1]],
    ['uri like "/namespaces" and @logStream like "a-"', [1]],
    ['many.k199 = 199', [2]],
    ['many.k200 = 200', []],
    ['last = "x"', []],
  ])('filter %s', async (filter, expected) => {
    expect(await found(filter && `filter ${filter} | `)).toEqual(expected);
  });

  test('the newest, within the window', async () => {
    expect(await found('', { limit: 2 })).toEqual([3, 2]);
    expect(await found('', { from: now - 60_000, to: now - 30_000 })).toEqual([]);
  });

  test.each(['verb != "create"', 'verb like /cr/', 'verb in ["create"]', "verb = 'create'", 'verb =', '(verb = "get"'])(
    'refuses what it does not know: %s',
    async (filter) => {
      await expect(found(`filter ${filter} | `)).rejects.toMatchObject({ name: 'MalformedQueryException' });
    },
  );

  test('and a log group that is not there', async () => {
    const query = {
      logGroupName: '/none',
      startTime: 0,
      endTime: 1,
      queryString: 'fields @message | sort @timestamp desc | limit 1',
    };
    await expect(logs.send(new StartQueryCommand(query))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
