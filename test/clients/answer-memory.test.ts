import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoAnswerMemory } from '../../functions/clients/table/dynamo-answer-memory.ts';

const mock = mockClient(DynamoDBClient);
const { signal } = new AbortController();
let now: number;
let memory: DynamoAnswerMemory;
/** The table's items, by id. */
let items: Map<string, Record<string, unknown>>;

beforeEach(() => {
  mock.reset();
  now = Date.parse('2026-11-23T10:00:00Z');
  items = new Map();
  memory = new DynamoAnswerMemory(new DynamoDBClient({}), 'findings', () => now);
  mock.on(UpdateItemCommand).callsFake(({ Key, UpdateExpression, ConditionExpression, ExpressionAttributeValues }) => {
    const id = unmarshall(Key)['id'];
    const values = unmarshall(ExpressionAttributeValues ?? {});
    const item: Record<string, unknown> = items.get(id) ?? { id };
    const until = item['turnUntil'] as number | undefined;
    if (
      ConditionExpression === 'attribute_not_exists(turnUntil) OR turnUntil <= :now' &&
      until !== undefined &&
      until > values[':now']
    )
      throw new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
    if (ConditionExpression === 'attribute_exists(turnUntil)' && until === undefined)
      throw new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
    if (UpdateExpression === 'REMOVE turnUntil') delete item['turnUntil'];
    else
      for (const part of UpdateExpression.replace('SET ', '').split(', ')) {
        const [name, value] = part.split(' = ');
        item[name] = values[value];
      }
    items.set(id, item);
    return {};
  });
  mock.on(BatchGetItemCommand).callsFake(({ RequestItems: { findings } }) => {
    expect(findings.ConsistentRead).toBe(true);
    const found = findings.Keys.flatMap(
      (key: Parameters<typeof unmarshall>[0]) => items.get(unmarshall(key)['id']) ?? [],
    );
    return { Responses: { findings: found.map((item: object) => marshall(item)) } };
  });
});

describe('what was read', () => {
  test('is kept, packed, under a key of its kind, and goes by itself', async () => {
    expect(await memory.recall('k', signal)).toBeUndefined();
    expect(await memory.keep('k', '{"a":"ä"}')).toBe(true);
    expect(await memory.recall('k', signal)).toBe('{"a":"ä"}');
    expect(await memory.recall('other', signal)).toBeUndefined();
    const [[id, item] = []] = [...items];
    expect(id).toMatch(/^answer#[0-9a-f]{32}$/);
    expect(item).toMatchObject({ expires: Math.floor(now / 1000) + 2 * 86_400 });
  });

  test('is replaced by what was read later', async () => {
    await memory.keep('k', '1');
    await memory.keep('k', '2');
    expect(await memory.recall('k', signal)).toBe('2');
  });

  test('is not kept where an item would be too large, and then what was kept before stands', async () => {
    await memory.keep('k', '1');
    expect(await memory.keep('k', JSON.stringify(randomBytes(600_000).toString('base64')))).toBe(false);
    expect(await memory.recall('k', signal)).toBe('1');
    expect(await memory.keep('k', JSON.stringify('x'.repeat(2_000_000)))).toBe(true);
  });

  test('that unpacks to more than was ever packed is refused', async () => {
    await memory.keep('k', '1');
    for (const item of items.values()) item['answer'] = gzipSync(Buffer.alloc(40 * 1024 * 1024));
    await expect(memory.recall('k', signal)).rejects.toThrow();
  });
});

describe('the turn', () => {
  test('is one at a time, until it is given back or over', async () => {
    expect(await memory.takeTurn('k', 1_000)).toBe(true);
    expect(await memory.takeTurn('k', 1_000)).toBe(false);
    expect(await memory.takeTurn('other', 1_000)).toBe(true);
    await memory.giveTurnBack('k');
    expect(await memory.takeTurn('k', 1_000)).toBe(true);
    now += 1_000;
    expect(await memory.takeTurn('k', 1_000)).toBe(true);
    await memory.giveTurnBack('k');
    await memory.giveTurnBack('k');
  });

  test('does not touch what is kept', async () => {
    await memory.keep('k', '1');
    await memory.takeTurn('k', 1_000);
    expect(await memory.recall('k', signal)).toBe('1');
  });
});
