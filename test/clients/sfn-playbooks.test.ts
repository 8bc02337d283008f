import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { SfnPlaybooks } from '../../functions/clients/send/sfn-playbooks.ts';
import type { PlanAnswer } from '../../functions/contract/follow-up.ts';

const sfn = mockClient(SFNClient);
const MACHINE = 'arn:aws:states:eu-central-1:111122223333:stateMachine:contain';
const EXECUTION = 'arn:aws:states:eu-central-1:111122223333:execution:contain:one';
const playbooks = new SfnPlaybooks(new SFNClient({ region: 'eu-central-1' }), MACHINE);
const error = { message: '', $metadata: {} };
const named = (name: string) => Object.assign(new Error(name), { name });
beforeEach(() => void sfn.reset());

test('contain is started under its name, with its input', async () => {
  sfn.on(StartExecutionCommand).resolves({ executionArn: EXECUTION });
  await expect(playbooks.start('one', { mode: 'isolate', namespace: 'x"y' })).resolves.toBe(EXECUTION);
  expect(sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input).toEqual({
    stateMachineArn: MACHINE,
    name: 'one',
    input: '{"mode":"isolate","namespace":"x\\"y"}',
  });
});

test('a name that was used starts nothing; any other failure is an error', async () => {
  sfn
    .on(StartExecutionCommand)
    .rejectsOnce(new ExecutionAlreadyExists(error))
    .rejects(named('StateMachineDoesNotExist'));
  await expect(playbooks.start('one', {})).resolves.toBeUndefined();
  await expect(playbooks.start('one', {})).rejects.toThrow('StateMachineDoesNotExist');
});

describe('whether an execution has ended', () => {
  test.each([
    ['RUNNING', false],
    ['PENDING_REDRIVE', false],
    ['SUCCEEDED', true],
    ['FAILED', true],
    ['TIMED_OUT', true],
    ['ABORTED', true],
    [undefined, undefined],
  ] as const)('%s', async (status, ended) => {
    sfn.on(DescribeExecutionCommand, { executionArn: EXECUTION }).resolves({ ...(status && { status }) });
    await expect(playbooks.ended(EXECUTION)).resolves.toBe(ended);
  });
  test('one that never was has ended', async () => {
    sfn.on(DescribeExecutionCommand).rejects(new ExecutionDoesNotExist(error));
    await expect(playbooks.ended(EXECUTION)).resolves.toBe(true);
  });
  test.each(['AccessDeniedException', 'ThrottlingException', 'InvalidArn', 'TimeoutError'])(
    '%s does not say',
    async (name) => {
      sfn.on(DescribeExecutionCommand).rejects(named(name));
      await expect(playbooks.ended(EXECUTION)).resolves.toBeUndefined();
    },
  );
});

describe('an answer', () => {
  const answer: PlanAnswer = {
    decision: 'approve',
    planHash: 'ab'.repeat(32),
    reason: 'so "that"\u202e',
    decidedBy: 'alice',
    decidedAt: '2026-11-23T07:30:00Z',
  };
  test('reaches the state that waits', async () => {
    sfn.on(SendTaskSuccessCommand).resolves({});
    await expect(playbooks.answer('token', answer)).resolves.toBe(true);
    const { taskToken, output = '' } = sfn.commandCalls(SendTaskSuccessCommand)[0]?.args[0].input ?? {};
    expect([taskToken, JSON.parse(output)]).toEqual(['token', answer]);
  });
  test.each([
    ['timed out', new TaskTimedOut(error)],
    ['is gone', new TaskDoesNotExist(error)],
    ['has another token', new InvalidToken(error)],
  ])('finds that the state %s', async (_, thrown) => {
    sfn.on(SendTaskSuccessCommand).rejects(thrown);
    await expect(playbooks.answer('token', answer)).resolves.toBe(false);
  });
  test.each(['AccessDeniedException', 'ThrottlingException'])('that fails with %s is an error', async (name) => {
    sfn.on(SendTaskSuccessCommand).rejects(named(name));
    await expect(playbooks.answer('token', answer)).rejects.toThrow(name);
  });
});
