import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDigestStore } from '../../functions/clients/table/dynamo-digest-store.ts';
import { entryOf, windowOf } from '../../functions/contract/digest.ts';
import { someFinding } from './findings-table.contract.ts';

const db = mockClient(DynamoDBClient);
const WINDOW = windowOf({ name: 'prod' }, 0);
const ENTRY = entryOf(someFinding(), 'not-investigated');
let store: DynamoDigestStore;
beforeEach(() => {
  db.reset();
  store = new DynamoDigestStore(new DynamoDBClient({ region: 'us-east-1' }), 'findings');
});

test.each(['ProvisionedThroughputExceededException', 'AccessDeniedException', 'TimeoutError'])(
  '%s is passed on by every method: nothing is taken for told or counted',
  async (name) => {
    const error = Object.assign(new Error(name), { name });
    for (const command of [PutItemCommand, UpdateItemCommand, QueryCommand, GetItemCommand, BatchGetItemCommand])
      db.on(command as typeof PutItemCommand).rejects(error);
    const entry = { findingId: 'f', kind: 'k', weight: 1, refused: true };
    for (const call of [
      () => store.enter('g', entry, 1),
      () => store.follow('g', 'f'),
      () => store.count(WINDOW, ENTRY),
      () => store.due(1),
      () => store.take('d', 1),
      () => store.rows('d', 1),
      () => store.close('d'),
    ])
      await expect(call()).rejects.toBe(error);
  },
);

test('of two deliveries of one event at once, the one that comes second is let in as well', async () => {
  const inTheWay = (...ids: string[]) =>
    new ConditionalCheckFailedException({
      message: '',
      $metadata: {},
      Item: { worst: { N: '1' }, speakers: { SS: ids }, kinds: { SS: ids } },
    });
  db.on(UpdateItemCommand).rejectsOnce(inTheWay('other')).rejects(inTheWay('other', 'f'));
  const entry = { findingId: 'f', kind: 'f', weight: 1, refused: false };
  expect(await store.enter('g', entry, 3)).toMatchObject({ isIn: true, state: { ids: ['other', 'f'] } });
});

test('a digest is on the agenda before anything is counted in it, and made once', async () => {
  db.on(PutItemCommand).resolves({});
  db.on(UpdateItemCommand).resolves({});
  await store.count(WINDOW, ENTRY);
  await store.count(WINDOW, ENTRY);
  const [made, counted, again] = db.calls().map(({ args }) => args[0].input as Record<string, never>);
  expect(made).toMatchObject({
    Item: { id: { S: `digest#${WINDOW.id}` }, agenda: { S: 'digest' }, due: { N: String(3_600_000 + 120_000) } },
    ConditionExpression: 'attribute_not_exists(id)',
  });
  for (const input of [counted, again])
    expect(input).toMatchObject({ Key: { id: { S: expect.stringContaining(`digest-row#${WINDOW.id}#`) } } });
  expect(db.calls()).toHaveLength(3);
});

test('an item of a few hundred bytes stands for any number of findings', async () => {
  db.on(PutItemCommand).resolves({});
  db.on(UpdateItemCommand).resolves({});
  const hostile = '\u0001"'.repeat(100_000);
  const finding = someFinding({
    namespace: { name: hostile },
    actor: { kind: 'user', username: hostile, impersonated: { username: hostile } },
    request: { sourceIps: [hostile], at: hostile },
  });
  await store.count(WINDOW, entryOf(finding, 'refused'));
  const [update] = db.commandCalls(UpdateItemCommand);
  expect(JSON.stringify(update?.args[0].input).length).toBeLessThan(20_000);
});
