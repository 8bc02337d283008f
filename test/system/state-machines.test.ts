/** What the emulator's patches make of state machines; playbooks.test.ts rests on it. */
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clientSettings } from '../../tools/twin/identities.ts';
import { startTwin, type Twin } from '../../tools/twin/twin.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';
import { type Probe, Probes } from './probe/probe.ts';
import { Queues } from './probe/queue.ts';

let twin: Twin;
let probes: Probes;
let queues: Queues;
let sfn: SFNClient;
let probe: Probe;
beforeAll(async () => {
  twin = await startTwin(progress());
  probes = await Probes.open(twin);
  queues = new Queues(twin);
  sfn = new SFNClient(clientSettings(twin.emulator));
  probe = await probes.create('step');
}, BRING_UP_MS);
afterAll(() => twin?.close());

/** A machine of one state, with the role of that name. @returns its ARN */
async function machine(name: string, roleArn: string, state: object): Promise<string> {
  const definition = JSON.stringify({ StartAt: 'Only', States: { Only: { Type: 'Task', End: true, ...state } } });
  const { stateMachineArn = '' } = await sfn.send(new CreateStateMachineCommand({ name, roleArn, definition }));
  return stateMachineArn;
}

const start = async (stateMachineArn: string, more: { name?: string; input?: string } = {}): Promise<string> =>
  (await sfn.send(new StartExecutionCommand({ stateMachineArn, ...more }))).executionArn ?? '';
const look = (executionArn: string) => sfn.send(new DescribeExecutionCommand({ executionArn }));
async function ended(executionArn: string) {
  const end = Date.now() + 15_000;
  for (;;) {
    const { status, error, cause } = await look(executionArn);
    if (status !== 'RUNNING' || Date.now() > end) return { status, error, cause };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits for an answer to the token that it puts into a queue. */
async function waiting(name: string) {
  const queue = await queues.create(name);
  const arn = await machine(name, probe.roleArn, {
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Parameters: { QueueUrl: queue.url, 'MessageBody.$': '$$.Task.Token' },
    TimeoutSeconds: 30,
  });
  return { arn, token: async () => (await queues.take(queue)) ?? '' };
}

const answer = (taskToken: string) => new SendTaskSuccessCommand({ taskToken, output: '{}' });

describe('a state machine', () => {
  test('invokes what its role may invoke, and nothing else', async () => {
    const allowed = { actions: ['lambda:InvokeFunction'], resource: probe.arn };
    const { roleArn: able } = await probes.create('able', [allowed]);
    const { roleArn: unable } = await probes.create('unable', [{ ...allowed, resource: `${probe.arn}-other` }]);
    expect(await ended(await start(await machine('able', able, { Resource: probe.arn })))).toMatchObject({
      status: 'SUCCEEDED',
    });
    expect(await ended(await start(await machine('unable', unable, { Resource: probe.arn })))).toMatchObject({
      status: 'FAILED',
      error: 'Lambda.AWSLambdaException',
      cause: expect.stringContaining('lambda:InvokeFunction'),
    });
  });

  test('that is to wait does not when the function that should ask has failed', async () => {
    const { roleArn } = await probes.create('asking', [{ actions: ['lambda:InvokeFunction'], resource: probe.arn }]);
    const arn = await machine('asking', roleArn, {
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: { FunctionName: probe.arn, Payload: { fail: 'NobodyAsked', 'token.$': '$$.Task.Token' } },
      TimeoutSeconds: 300,
    });
    expect(await ended(await start(arn))).toMatchObject({ status: 'FAILED', error: 'NobodyAsked' });
  });

  test('is answered by whoever has the permission for it, once', async () => {
    const { arn, token } = await waiting('answered');
    const person = async (name: string, resource: string) => {
      await new IAMClient(clientSettings(twin.emulator)).send(
        new PutRolePolicyCommand({
          RoleName: 'Outsider',
          PolicyName: 'answers',
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'states:SendTaskSuccess', Resource: resource }],
          }),
        }),
      );
      const credentials = await twin.identities.assume('Outsider', name);
      return new SFNClient({ ...clientSettings(twin.emulator), credentials });
    };
    const execution = await start(arn);
    const taskToken = await token();
    await expect((await person('one', `${arn}-other`)).send(answer(taskToken))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    const two = await person('two', arn);
    await two.send(answer(taskToken));
    expect(await ended(execution)).toMatchObject({ status: 'SUCCEEDED' });
    await expect(two.send(answer(taskToken))).rejects.toMatchObject({ name: 'TaskDoesNotExist' });
  });

  test('that is stopped stays so, and takes no answer', async () => {
    const { arn, token } = await waiting('stopped');
    const execution = await start(arn);
    const taskToken = await token();
    await sfn.send(new StopExecutionCommand({ executionArn: execution }));
    await expect(sfn.send(answer(taskToken))).rejects.toMatchObject({ name: 'TaskDoesNotExist' });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await look(execution)).toMatchObject({ status: 'ABORTED' });
  });

  test('is started once by the same start, while it runs', async () => {
    const { arn } = await waiting('once');
    const first = await start(arn, { name: 'one', input: '{}' });
    expect(await start(arn, { name: 'one', input: '{}' })).toBe(first);
    await expect(start(arn, { name: 'one', input: '{"other":1}' })).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    });
  });
});
