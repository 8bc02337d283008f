import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { LambdaFollowUps } from '../../functions/clients/send/lambda-follow-ups.ts';
import type { FollowUp } from '../../functions/contract/follow-up.ts';
import { someQuestion } from './containment-register.contract.ts';

const lambda = mockClient(LambdaClient);
const followUps = new LambdaFollowUps(new LambdaClient({ region: 'eu-central-1' }), 'alert');
beforeEach(() => {
  lambda.reset();
  lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
});

const { question } = someQuestion();
const someFollowUp = (changes: Partial<FollowUp> = {}): FollowUp => ({
  schemaVersion: 1,
  id: 'nsf-1',
  messageId: 'one',
  playbook: 'contain',
  target: question.target,
  execution: question.execution,
  startedAt: question.askedAt,
  at: question.askedAt,
  outcome: 'contained',
  summary: 'Isolated.',
  steps: [],
  proofs: [],
  open: [],
  proposals: [],
  ...changes,
});
const told = async (followUp: FollowUp): Promise<FollowUp> => {
  await followUps.tell(followUp);
  const { Payload } = lambda.commandCalls(InvokeCommand).at(-1)?.args[0].input ?? {};
  return (JSON.parse(String(Payload)) as { followUp: FollowUp }).followUp;
};

test('alert is invoked without waiting for it, and what fits stays as it is', async () => {
  const followUp = someFollowUp({ question, cut: ['something'] });
  await expect(told(followUp)).resolves.toEqual(followUp);
  expect(lambda.commandCalls(InvokeCommand)[0]?.args[0].input).toMatchObject({
    FunctionName: 'alert',
    InvocationType: 'Event',
  });
});

test('an invocation that is refused is an error', async () => {
  lambda.on(InvokeCommand).rejects(new Error('TooManyRequestsException'));
  await expect(followUps.tell(someFollowUp())).rejects.toThrow('TooManyRequests');
});
