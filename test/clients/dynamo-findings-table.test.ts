import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { dynamoTable } from './dynamo-table.ts';
import { someFinding } from './findings-table.contract.ts';

/** What the contract cannot show on a DynamoDB that works; the contract itself runs against one in the system suite. */
const db = mockClient(DynamoDBClient);
const table = dynamoTable(new DynamoDBClient({ region: 'eu-central-1' }), {
  tableName: 'findings',
  keepDays: 10,
});
beforeEach(() => {
  db.reset();
});

const inTheWay = (item?: Record<string, { S?: string; N?: string }>) =>
  new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata: {},
    ...(item && { Item: item as never }),
  });

describe('claim', () => {
  test('a write whose answer alone was lost is ours: the SDK repeats it, and meets its own token', async () => {
    db.on(PutItemCommand).callsFake(({ Item }) => {
      throw inTheWay(Item);
    });
    await expect(table.claim(someFinding(), 1_000)).resolves.toMatchObject({ state: 'owned' });
  });
  test.each([
    [
      'claimed by another',
      { state: { S: 'claimed' }, token: { S: 'x' }, leaseUntil: { N: '7' } },
      { state: 'held', until: 7 },
    ],
    ['handed over', { state: { S: 'handed-over' }, token: { S: 'x' } }, { state: 'done' }],
    ['alerted', { state: { S: 'alerted' } }, { state: 'done' }],
  ])('%s', async (_, item, expected) => {
    db.on(PutItemCommand).rejects(inTheWay(item));
    await expect(table.claim(someFinding(), 1_000)).resolves.toEqual(expected);
  });
});

test.each(['ProvisionedThroughputExceededException', 'AccessDeniedException', 'InternalServerError'])(
  '%s is thrown by every method, and taken for nothing else',
  async (name) => {
    const error = Object.assign(new Error(name), { name });
    db.on(PutItemCommand).rejects(error);
    db.on(UpdateItemCommand).rejects(error);
    db.on(QueryCommand).rejects(error);
    db.on(GetItemCommand).rejects(error);
    for (const call of [
      () => table.claim(someFinding(), 1_000),
      () => table.releaseClaim('id', 'token'),
      () => table.handedOver('id', 'token'),
      () => table.record(someFinding()),
      () => table.recordForDigest(someFinding(), true, 1_000),
      () => table.counted('id'),
      () => table.leaseDelivery('id', 1_000),
      () => table.delivered('id', 'topic'),
      () => table.alerted('id'),
      () => table.releaseDelivery('id', 'token'),
      () => table.looked('id', 1, { indicators: {} }, true),
      () => table.due('alert', 1),
      () => table.take('id', 1),
      () => table.letGo('id'),
      () => table.read('id'),
      () => table.find('id'),
      () => table.find('nsf-0123456789ab'),
      () => table.close('id', { reason: 'r', decidedBy: 'b', decidedAt: 'a' }),
    ])
      await expect(call()).rejects.toBe(error);
  },
);

test('the finding, its expiry and what people look for are in the item', async () => {
  db.on(PutItemCommand).resolves({});
  const finding = someFinding();
  await table.claim(finding, 45_000);
  const item = db.commandCalls(PutItemCommand)[0]?.args[0].input.Item;
  expect(item).toMatchObject({
    id: { S: finding.id },
    state: { S: 'claimed' },
    outcome: { S: 'created' },
    clusterName: { S: 'prod' },
    finding: { S: JSON.stringify(finding) },
  });
  const days = (Number(item?.['expires']?.N) - Date.now() / 1000) / 86_400;
  expect(days).toBeGreaterThan(9.9);
  expect(days).toBeLessThan(10.1);
});

test('a claim is on the agenda, for when it does not end in an alert', async () => {
  db.on(PutItemCommand).resolves({});
  await table.claim(someFinding(), 45_000);
  const item = db.commandCalls(PutItemCommand)[0]?.args[0].input.Item;
  expect(item).toMatchObject({ agenda: { S: 'alert' }, tries: { N: '0' } });
  expect(Number(item?.['due']?.N) - Number(item?.['claimedAt']?.N)).toBe(10 * 60_000);
});

test('what was only recorded is not on the agenda', async () => {
  db.on(PutItemCommand).resolves({});
  await table.record(someFinding());
  expect(db.commandCalls(PutItemCommand)[0]?.args[0].input.Item).not.toHaveProperty('agenda');
});

test('the agenda is read page by page until there is enough, the newest first', async () => {
  const page = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => ({ id: { S: `nsf-${from + index}` }, tries: { N: '3' } }));
  db.on(QueryCommand)
    .resolvesOnce({ Items: page(0, 2), LastEvaluatedKey: { id: { S: 'nsf-1' } } })
    .resolvesOnce({ Items: page(2, 5), LastEvaluatedKey: { id: { S: 'nsf-4' } } });
  const due = await table.due('look', 5);
  expect(due.map(({ id, tries }) => `${id} ${tries}`)).toEqual(['nsf-0 3', 'nsf-1 3', 'nsf-2 3', 'nsf-3 3', 'nsf-4 3']);
  expect(due[0]).toMatchObject({ cluster: '', actor: '', rank: 0 });
  const [first, second] = db.commandCalls(QueryCommand).map(({ args }) => args[0].input);
  expect(first).toMatchObject({ ScanIndexForward: false, Limit: 5 });
  expect(second).toMatchObject({ ExclusiveStartKey: { id: { S: 'nsf-1' } }, Limit: 3 });
});

test('what a look saw in the namespace stays until a later one sees it again', async () => {
  db.on(UpdateItemCommand).resolves({});
  const [objects, made] = [{ kinds: [{ kind: 'Pod', count: 2 }] }, { images: ['x/miner'] }];
  await table.alerted('id', { indicators: {}, contents: { objects, made } });
  await table.looked('id', 1, { indicators: {}, contents: { made } }, false);
  await table.looked('id', 2, { indicators: {} }, false);
  const inputs = db.commandCalls(UpdateItemCommand).map(({ args }) => args[0].input);
  expect(
    inputs.map(({ UpdateExpression = '' }) => ['objects', 'made'].filter((each) => UpdateExpression.includes(each))),
  ).toEqual([['objects', 'made'], ['made'], []]);
  expect(inputs[0]?.ExpressionAttributeValues).toMatchObject({
    ':verdict': { S: '{"indicators":{}}' },
    ':objects': { S: JSON.stringify(objects) },
    ':made': { S: JSON.stringify(made) },
  });
});

test('what is read is read as it was just written, and an item of another kind is not a finding', async () => {
  db.on(GetItemCommand).resolves({ Item: { id: { S: 'lease#x' }, execution: { S: 'e' } } });
  await expect(table.read('lease#x')).resolves.toBeUndefined();
  expect(db.commandCalls(GetItemCommand)[0]?.args[0].input.ConsistentRead).toBe(true);
  db.on(GetItemCommand).resolves({ Item: { id: { S: 'nsf-1' }, state: { S: 'alerted' } } });
  await expect(table.read('nsf-1')).resolves.toEqual({ settled: true });
});

describe('a finding that a person names', () => {
  const ID = 'nsf-0123456789abcdef0123456789abcdef';
  const item = { id: { S: ID }, state: { S: 'alerted' } };

  test('is not the item of a lease or of a question, whatever is typed', async () => {
    db.on(GetItemCommand).resolves({ Item: { id: { S: 'lease#x' }, execution: { S: 'e' } } });
    await expect(table.find('lease#x')).resolves.toEqual({ state: 'unknown' });
  });

  test('is expired although DynamoDB has not deleted it yet', async () => {
    db.on(GetItemCommand).resolves({ Item: { ...item, expires: { N: '1000000000' } } });
    await expect(table.find(ID)).resolves.toEqual({ state: 'expired', since: '2001-09-09T01:46:40.000Z' });
  });

  test('is asked of the index by the digits that subjects have, and told apart by the others', async () => {
    const other = 'nsf-0123456789abffffffffffffffffffff';
    db.on(QueryCommand).resolves({ Items: [{ id: { S: ID } }, { id: { S: other } }] });
    db.on(GetItemCommand).resolves({ Item: item });
    await expect(table.find(ID.slice(0, 16))).resolves.toEqual({ state: 'ambiguous' });
    await expect(table.find(ID.slice(0, 17))).resolves.toMatchObject({ state: 'found', id: ID });
    expect(db.commandCalls(QueryCommand).map(({ args: [{ input }] }) => input)).toEqual(
      Array.from({ length: 2 }, () =>
        expect.objectContaining({
          IndexName: 'short-id',
          ExpressionAttributeValues: { ':short': { S: 'nsf-0123456789ab' } },
        }),
      ),
    );
  });
});
