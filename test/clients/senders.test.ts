import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { LambdaInvestigator } from '../../functions/clients/send/lambda-investigator.ts';
import { SqsRejectedRecords } from '../../functions/clients/send/sqs-rejected-records.ts';
import { someFinding } from './findings-table.contract.ts';

const region = 'eu-central-1';
const functions = {
  byDefault: 'investigate',
  clusters: { 'investigate-a': ['blue', 'green'], 'investigate-b': ['red'] },
};

test('investigate is invoked without waiting for it: its result goes to its destination', async () => {
  const lambda = mockClient(LambdaClient);
  lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
  const request = { finding: someFinding() };
  await new LambdaInvestigator(new LambdaClient({ region }), functions).start(request);
  expect(lambda.commandCalls(InvokeCommand)[0]?.args[0].input).toEqual({
    FunctionName: 'investigate',
    InvocationType: 'Event',
    Payload: JSON.stringify(request),
  });
});

test.each([
  ['blue', 'investigate-a'],
  ['green', 'investigate-a'],
  ['red', 'investigate-b'],
  ['demo', 'investigate'],
  ['Blue', 'investigate'],
  ['constructor', 'investigate'],
  [undefined, 'investigate'],
])('a finding of cluster %s goes to %s', async (name, expected) => {
  const lambda = mockClient(LambdaClient);
  lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
  const finding = { ...someFinding(), cluster: { ...(name && { name }) } };
  await new LambdaInvestigator(new LambdaClient({ region }), functions).start({ finding });
  expect(lambda.commandCalls(InvokeCommand).map(({ args }) => args[0].input.FunctionName)).toEqual([expected]);
});

test('an invocation that is refused is an error', async () => {
  mockClient(LambdaClient).on(InvokeCommand).rejects(new Error('TooManyRequestsException'));
  const investigator = new LambdaInvestigator(new LambdaClient({ region }), functions);
  await expect(investigator.start({ finding: someFinding() })).rejects.toThrow('TooManyRequests');
});

test('a rejected record is one message, whole', async () => {
  const sqs = mockClient(SQSClient);
  sqs.on(SendMessageCommand).resolves({});
  const record = { reason: 'not JSON', record: 'x', bytes: 1, sha256: 'abc', eventId: '7' };
  await new SqsRejectedRecords(new SQSClient({ region }), 'https://queue').keep(record);
  const { QueueUrl, MessageBody = '' } = sqs.commandCalls(SendMessageCommand)[0]?.args[0].input ?? {};
  expect([QueueUrl, JSON.parse(MessageBody)]).toEqual(['https://queue', record]);
});
