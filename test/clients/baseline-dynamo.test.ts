import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoBaseline } from '../../functions/clients/table/dynamo-baseline.ts';
import { accept, type KnownCreator, teach } from '../../functions/contract/lessons.ts';

/** What the contract cannot show on a DynamoDB that works; the contract itself runs against one in the system suite. */
const db = mockClient(DynamoDBClient);
const baseline = new DynamoBaseline(new DynamoDBClient({ region: 'eu-central-1' }), 'findings');
beforeEach(() => {
  db.reset();
});

const CLUSTER = { name: 'prod', region: 'eu-central-1', account: '111122223333' };
const DEV = 'arn:aws:iam::111122223333:role/Dev';
const NOW = Date.parse('2026-11-23T10:00:00Z');
const LESSON = { cluster: CLUSTER, principal: DEV, namePattern: 'team-*', decidedBy: 'alice' };
const KEY = `baseline#111122223333#eu-central-1#prod#${DEV}#`;
const known: KnownCreator = {
  ...LESSON,
  decidedAt: '2026-11-23T10:00:00.000Z',
  expiresAt: '2027-02-21T10:00:00.000Z',
  origin: 'proposal',
};
const item = (namePattern: string) => ({
  id: { S: KEY + namePattern },
  known: { S: JSON.stringify({ ...known, namePattern }) },
});
const batch = (...items: object[]) => ({ Responses: { findings: items as never[] } });

describe('a look-up', () => {
  test('reads by the keys that can cover the name, and nothing else', async () => {
    db.on(BatchGetItemCommand).resolves(batch(item('team-*')));
    const question = { cluster: CLUSTER, principal: DEV, name: 'team-a-b' };
    await expect(baseline.lookUp(question, NOW)).resolves.toEqual(known);
    const { RequestItems } = db.commandCalls(BatchGetItemCommand)[0]?.args[0].input ?? {};
    expect(RequestItems).toEqual({
      findings: { Keys: ['team-a-b', 'team-a-*', 'team-*'].map((pattern) => ({ id: { S: KEY + pattern } })) },
    });
  });

  test('of what can be no name asks nothing', async () => {
    const question = { cluster: CLUSTER, principal: DEV, name: 'Kube_System' };
    await expect(baseline.lookUp(question, NOW)).resolves.toBeUndefined();
    expect(db.calls()).toHaveLength(0);
  });

  test('asks again for what DynamoDB left out, and does not take it for unknown', async () => {
    const left = { findings: { Keys: [{ id: { S: `${KEY}team-*` } }] } };
    db.on(BatchGetItemCommand)
      .resolvesOnce({ ...batch(), UnprocessedKeys: left })
      .resolves(batch(item('team-*')));
    await expect(baseline.lookUp({ cluster: CLUSTER, principal: DEV, name: 'team-a' }, NOW)).resolves.toEqual(known);
    expect(db.commandCalls(BatchGetItemCommand)[1]?.args[0].input.RequestItems).toEqual(left);
  });

  test('that is never answered in full fails', async () => {
    const left = { findings: { Keys: [{ id: { S: `${KEY}team-*` } }] } };
    db.on(BatchGetItemCommand).resolves({ ...batch(), UnprocessedKeys: left });
    const answer = baseline.lookUp({ cluster: CLUSTER, principal: DEV, name: 'team-a' }, NOW);
    await expect(answer).rejects.toThrow('did not answer for all keys');
  });
});

test('the list follows the pages of the index, and reads what it names', async () => {
  const ids = Array.from({ length: 130 }, (_, index) => `team-${index}`);
  const from = { id: { S: 'x' } };
  db.on(QueryCommand)
    .resolvesOnce({ Items: ids.slice(0, 60).map(item), LastEvaluatedKey: from })
    .resolves({ Items: ids.slice(60).map(item) });
  db.on(BatchGetItemCommand).callsFake(({ RequestItems }) =>
    batch(...RequestItems.findings.Keys.map(({ id }: { id: { S: string } }) => item(id.S.slice(KEY.length)))),
  );
  const listed = await baseline.list(NOW);
  expect(listed.map(({ namePattern }) => namePattern)).toEqual(ids);
  expect(db.commandCalls(QueryCommand).map(({ args }) => args[0].input)).toMatchObject([
    {
      IndexName: 'agenda',
      ExpressionAttributeValues: { ':agenda': { S: 'baseline' }, ':from': { N: String(NOW + 1) } },
    },
    { ExclusiveStartKey: from },
  ]);
  expect(db.commandCalls(BatchGetItemCommand)).toHaveLength(2);
});

test('what was said expires by itself', async () => {
  db.on(PutItemCommand).resolves({});
  await accept(baseline, LESSON, NOW);
  expect(db.commandCalls(PutItemCommand)[0]?.args[0].input.Item).toEqual({
    ...item('team-*'),
    agenda: { S: 'baseline' },
    due: { N: String(NOW + 90 * 86_400_000) },
    expires: { N: String(NOW / 1000 + 90 * 86_400) },
  });
});

test.each(['AccessDeniedException', 'ResourceNotFoundException'])('%s is thrown by every method', async (name) => {
  const error = Object.assign(new Error(name), { name });
  for (const command of [BatchGetItemCommand, DeleteItemCommand, GetItemCommand, PutItemCommand, QueryCommand])
    db.on(command as typeof GetItemCommand).rejects(error);
  for (const call of [
    () => baseline.lookUp({ cluster: CLUSTER, principal: DEV, name: 'team-a' }, NOW),
    () => teach(baseline, { ...LESSON, findingId: 'id' }, NOW),
    () => accept(baseline, LESSON, NOW),
    () => baseline.list(NOW),
    () => baseline.revoke(LESSON),
  ])
    await expect(call()).rejects.toBe(error);
});
