import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoContainmentRegister } from '../../functions/clients/table/dynamo-containment-register.ts';
import { someQuestion } from './containment-register.contract.ts';

/** What the contract cannot show on a DynamoDB that works; the contract itself runs against one in the system suite. */
const db = mockClient(DynamoDBClient);
const register = new DynamoContainmentRegister(new DynamoDBClient({ region: 'eu-central-1' }), 'findings');
beforeEach(() => {
  db.reset();
});

test('errors of DynamoDB are thrown by every method, and taken for nothing else', async () => {
  const error = Object.assign(new Error('AccessDeniedException'), { name: 'AccessDeniedException' });
  db.onAnyCommand().rejects(error);
  for (const call of [
    () => register.lease('uid', 'a', 2, 1),
    () => register.giveBack('uid', 'a'),
    () => register.ask(someQuestion()),
    () => register.question('id'),
    () => register.answer('id', 'a'),
    () => register.reopen('id', 'a'),
    () => register.countStart(1, 0),
  ])
    await expect(call()).rejects.toBe(error);
});

test('reads are consistent: an answer that was taken just now is seen', async () => {
  db.on(GetItemCommand).resolves({});
  await register.question('q');
  const inputs = db.commandCalls(GetItemCommand).map(({ args }) => args[0].input);
  expect(inputs.map(({ Key }) => Key?.['id']?.S)).toEqual(['question#q', 'asked-about#q', 'asked-in#q']);
  expect(inputs.every(({ ConsistentRead }) => ConsistentRead)).toBe(true);
});

test('a repeated lease whose answer alone was lost is ours', async () => {
  db.on(PutItemCommand).resolves({});
  await register.lease('uid', 'mine', 2, 1);
  const { ConditionExpression, ExpressionAttributeValues } = db.commandCalls(PutItemCommand)[0]?.args[0].input ?? {};
  expect(ConditionExpression).toContain('execution IN (:execution, :over)');
  expect(ExpressionAttributeValues).toMatchObject({ ':execution': { S: 'mine' }, ':over': { S: 'mine' } });
});

test('a pointer to a question that is gone leads to none', async () => {
  db.on(GetItemCommand).resolves({});
  db.on(GetItemCommand, { Key: { id: { S: 'asked-about#nsf-1' } } }).resolves({ Item: { questionId: { S: 'q' } } });
  await expect(register.question('nsf-1')).resolves.toBeUndefined();
});

test('the token is in the item of the question alone, and everything expires', async () => {
  db.on(PutItemCommand).resolves({});
  db.on(UpdateItemCommand).resolves({});
  const open = someQuestion();
  await register.ask(open);
  await register.lease('uid', 'a', 5_000, 1);
  const items = db.commandCalls(PutItemCommand).map(({ args }) => args[0].input.Item ?? {});
  expect(items.filter((item) => JSON.stringify(item).includes(open.taskToken)).map(({ id }) => id?.S)).toEqual([
    `question#${open.question.id}`,
  ]);
  const expiry = Math.ceil(Date.parse(open.question.expiresAt) / 1000) + 86_400;
  expect(items.map((item) => Number(item['expires']?.N))).toEqual([expiry, expiry, expiry, 86_405]);
  await register.countStart(1, 0);
  expect(db.commandCalls(UpdateItemCommand)[0]?.args[0].input).toMatchObject({
    Key: { id: { S: 'starts#1970-01-01T00' } },
    ExpressionAttributeValues: { ':expires': { N: '86400' } },
  });
});

test('a condition that does not hold is not an error', async () => {
  db.on(UpdateItemCommand).rejects(new ConditionalCheckFailedException({ message: '', $metadata: {} }));
  await expect(register.answer('id', 'a')).resolves.toBe(false);
  await expect(register.countStart(1, 0)).resolves.toBe(false);
  await expect(register.giveBack('uid', 'a')).resolves.toBeUndefined();
});
