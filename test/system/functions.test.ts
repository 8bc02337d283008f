import { PutFunctionEventInvokeConfigCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTwin, type Twin } from '../../tools/twin/twin.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';
import { Probes } from './probe/probe.ts';
import { Queues } from './probe/queue.ts';

const HERE = '111122223333';

let twin: Twin;
let probes: Probes;
let queues: Queues;
beforeAll(async () => {
  twin = await startTwin(progress(), { retrySeconds: 1 });
  probes = await Probes.open(twin);
  queues = new Queues(twin);
}, BRING_UP_MS);
afterAll(() => twin?.close());

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
    const end = await queues.create('end');
    const second = await probes.create('second', [{ actions: ['sqs:SendMessage'], resource: end.arn }]);
    const first = await probes.create('first', [{ actions: ['lambda:InvokeFunction'], resource: second.arn }]);
    await configure(first.name, { OnSuccess: { Destination: second.arn } });
    await configure(second.name, { OnSuccess: { Destination: end.arn } });
    await probes.start(first, { greeting: 'ü' });
    const record = JSON.parse((await queues.take(end)) ?? '{}');
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
      const failures = await queues.create(`failures-${retries}`);
      const letters = await queues.create(`letters-${retries}`);
      const send = [failures, letters].map(({ arn }) => ({ actions: ['sqs:SendMessage'], resource: arn }));
      const probe = await probes.create(`broken-${retries}`, send, letters.arn);
      await configure(probe.name, { OnFailure: { Destination: failures.arn } }, retries);
      await probes.start(probe, { fail: 'Broken' });
      expect(JSON.parse((await queues.take(failures)) ?? '{}')).toMatchObject({
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: attempts },
        requestPayload: { fail: 'Broken' },
        responseContext: { functionError: 'Unhandled' },
        responsePayload: { errorType: 'Broken' },
      });
      expect(await queues.take(letters)).toBeDefined();
      expect(await queues.take(failures, 1)).toBeUndefined();
    },
  );

  test('does not reach a destination that its role may not reach', async () => {
    const closed = await queues.create('closed');
    const probe = await probes.create('unable');
    await configure(probe.name, { OnSuccess: { Destination: closed.arn } });
    await probes.start(probe, {});
    expect(await queues.take(closed, 2)).toBeUndefined();
  });

  test('is refused over 1 MB', async () => {
    const probe = await probes.create('small');
    await expect(probes.start(probe, { text: 'x'.repeat(1024 * 1024) })).rejects.toMatchObject({
      name: 'RequestTooLargeException',
    });
  });
});
