import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { run } from './run.ts';

const [stacks, sqs, lambda] = [mockClient(CloudFormationClient), mockClient(SQSClient), mockClient(LambdaClient)];
const events = mockClient(EventBridgeClient);
const QUEUE = 'https://sqs.eu-west-1.amazonaws.com/111122223333/dead-letters';

const failedCall = (name: string, payload: unknown, errorMessage = 'table throttled') =>
  JSON.stringify({
    requestContext: {
      functionArn: `arn:aws:lambda:eu-west-1:111122223333:function:${name}:$LATEST`,
      condition: 'RetriesExhausted',
    },
    requestPayload: payload,
    responsePayload: { errorType: 'Error', errorMessage },
  });

/** What waits, until it is taken out; what was read is hidden. */
let waiting: string[];
/** Beside a body, what EventBridge writes. */
let attributes: Map<string, Record<string, string>>;
beforeEach(() => {
  for (const mock of [stacks, sqs, lambda, events]) mock.reset();
  attributes = new Map();
  events.on(PutEventsCommand).resolves({ Entries: [{ EventId: '1' }] });
  const hidden = new Set<string>();
  stacks.on(DescribeStacksCommand).resolves({
    Stacks: [
      {
        StackName: 's',
        CreationTime: new Date(),
        StackStatus: 'CREATE_COMPLETE',
        Outputs: [{ OutputKey: 'DeadLetterQueueUrl', OutputValue: QUEUE }],
      },
    ],
  });
  sqs.on(ReceiveMessageCommand).callsFake(() => {
    const next = waiting.filter((body) => !hidden.has(body)).slice(0, 10);
    for (const body of next) hidden.add(body);
    return {
      Messages: next.map((each) => ({
        MessageId: each,
        Body: each.split('\n')[0] ?? '',
        ReceiptHandle: each,
        Attributes: { SentTimestamp: '1795417371301' },
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes.get(each) ?? {}).map(([name, StringValue]) => [
            name,
            { DataType: 'String', StringValue },
          ]),
        ),
      })),
    };
  });
  sqs.on(DeleteMessageCommand).callsFake(({ ReceiptHandle }) => {
    waiting = waiting.filter((body) => body !== ReceiptHandle);
    return {};
  });
  lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
  waiting = [];
});

const invoked = () =>
  lambda
    .commandCalls(InvokeCommand)
    .map(({ args: [{ input }] }) => [input.FunctionName, input.InvocationType, JSON.parse(String(input.Payload))]);

describe('sentinel redrive', () => {
  test('says that nothing waits', async () => {
    await expect(run(['redrive', '--region', 'eu-west-1'])).resolves.toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Nothing waits.'),
    });
  });

  test('lists what waits and why, and changes nothing', async () => {
    waiting = Array.from({ length: 25 }, (_, index) => failedCall('detect', { index }));
    const { code, stdout, stderr } = await run(['redrive', '--region', 'eu-west-1']);
    expect(code).toBe(1);
    expect(stdout.trimEnd().split('\n')).toHaveLength(25);
    expect(stdout).toContain('waits  2026-11-23T07:02:51.301Z  detect  table throttled');
    expect(stderr).toContain('Fix the cause');
    expect([invoked(), waiting.length]).toEqual([[], 25]);
  });

  test('with --yes hands each to its function again, and takes it out of the queue', async () => {
    waiting = [failedCall('detect', { awslogs: { data: 'x' } }), failedCall('alert', { digest: {} })];
    await expect(run(['redrive', '--region', 'eu-west-1', '--yes'])).resolves.toMatchObject({ code: 0 });
    expect(invoked()).toEqual([
      ['detect', 'Event', { awslogs: { data: 'x' } }],
      ['alert', 'Event', { digest: {} }],
    ]);
    expect(waiting).toEqual([]);
  });

  test('leaves in the queue what Lambda does not take, and goes on', async () => {
    lambda
      .on(InvokeCommand, { FunctionName: 'detect' })
      .rejects(new Error('not authorized to perform: lambda:InvokeFunction'));
    waiting = [failedCall('detect', 1), failedCall('alert', 2)];
    const { code, stdout } = await run(['redrive', '--region', 'eu-west-1', '--yes', '--json']);
    expect(code).toBe(1);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((text) => JSON.parse(text)),
    ).toMatchObject([
      { status: 'not-redriven', function: 'detect', reason: expect.stringContaining('not authorized') },
      { status: 'redriven', function: 'alert' },
    ]);
    expect(waiting).toHaveLength(1);
  });

  test.each([
    ['an event without a source', JSON.stringify({ 'detail-type': 'Namespace Sentinel Finding', detail: {} })],
    ['no JSON', 'x'],
    [
      'another service',
      JSON.stringify({ requestContext: { functionArn: 'arn:aws:iam::111122223333:role/r' }, requestPayload: 1 }),
    ],
    [
      'no payload',
      JSON.stringify({ requestContext: { functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:f' } }),
    ],
  ])('leaves what is not a failed call: %s', async (_, body) => {
    waiting = [body];
    const { code, stdout } = await run(['redrive', '--region', 'eu-west-1', '--yes']);
    expect([code, invoked(), waiting]).toEqual([1, [], [body]]);
    expect(stdout).toContain('not-redriven');
  });

  describe('an event that was not taken', () => {
    const event = (changes: object = {}) =>
      JSON.stringify({
        id: 'e1',
        source: 'namespace-sentinel',
        'detail-type': 'Namespace Sentinel Finding',
        detail: { id: 'nsf-1' },
        ...changes,
      });
    const waits = (
      body: string,
      { bus = 'SPagerDuty/', target = 'api-destination/Page/abc', error = 'SDK_CLIENT_ERROR' } = {},
    ) => {
      // The same event may wait for several targets: then its body is the same, and the message another one.
      const message = `${body}\n${waiting.length}`;
      waiting.push(message);
      attributes.set(message, {
        RULE_ARN: `arn:aws:events:eu-west-1:111122223333:rule/${bus}rule`,
        TARGET_ARN: `arn:aws:events:eu-west-1:111122223333:${target}`,
        ERROR_CODE: error,
        ERROR_MESSAGE: 'status code 400',
      });
    };
    const sent = () => events.commandCalls(PutEventsCommand).flatMap(({ args: [{ input }] }) => input.Entries ?? []);

    test('is listed with its target and why', async () => {
      waits(event());
      const { code, stdout } = await run(['redrive', '--region', 'eu-west-1']);
      expect(code).toBe(1);
      expect(stdout).toContain(
        'waits  2026-11-23T07:02:51.301Z  Namespace Sentinel Finding to api-destination/Page/abc  SDK_CLIENT_ERROR: status code 400',
      );
      expect([sent(), waiting.length]).toEqual([[], 1]);
    });

    test('with --yes is put on its bus again, as it was, and taken out of the queue', async () => {
      waits(event());
      await expect(run(['redrive', '--region', 'eu-west-1', '--yes'])).resolves.toMatchObject({ code: 0 });
      expect(sent()).toEqual([
        {
          EventBusName: 'SPagerDuty',
          Source: 'namespace-sentinel',
          DetailType: 'Namespace Sentinel Finding',
          Detail: '{"id":"nsf-1"}',
        },
      ]);
      expect(waiting).toEqual([]);
    });

    test('of several targets of a bus is put there once, and of another bus there too', async () => {
      waits(event(), { target: 'api-destination/Soar/a' });
      waits(event(), { target: 'api-destination/Page/b' });
      waits(event(), { bus: 'SEvents/' });
      await expect(run(['redrive', '--region', 'eu-west-1', '--yes'])).resolves.toMatchObject({ code: 0 });
      expect(sent().map(({ EventBusName }) => EventBusName)).toEqual(['SPagerDuty', 'SEvents']);
      expect(waiting).toEqual([]);
    });

    test('stays where EventBridge does not take it, also in an answer that is good otherwise', async () => {
      events.on(PutEventsCommand).resolves({ Entries: [{ ErrorCode: 'AccessDenied', ErrorMessage: 'no' }] });
      waits(event());
      const { code, stdout } = await run(['redrive', '--region', 'eu-west-1', '--yes']);
      expect([code, waiting.length]).toEqual([1, 1]);
      expect(stdout).toContain('AccessDenied');
    });

    test.each([
      ['of AWS', event({ source: 'aws.states' }), {}],
      ['that says it is ours, of a rule of the account', event(), { bus: '' }],
    ])('%s stays, and is told', async (_, body, where) => {
      waits(body, where);
      const { code, stdout } = await run(['redrive', '--region', 'eu-west-1', '--yes']);
      expect([code, sent(), waiting.length]).toEqual([1, [], 1]);
      expect(stdout).toMatch(/^not-redriven .*SDK_CLIENT_ERROR: status code 400; It is an event of AWS/m);
    });
  });

  test('prints no control character of an error message', async () => {
    waiting = [failedCall('detect', 1, 'evil\u001b[2J\nline')];
    const { stdout } = await run(['redrive', '--region', 'eu-west-1']);
    expect(stdout).not.toContain('\u001b');
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  test('says where there is no such stack', async () => {
    stacks.on(DescribeStacksCommand).rejects(new Error('Stack with id x does not exist'));
    await expect(run(['redrive', '--stack', 'x', '--region', 'eu-west-1'])).resolves.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no stack x'),
    });
  });
});
