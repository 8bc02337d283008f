import { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoLogBudget } from '../../functions/clients/table/dynamo-log-budget.ts';

const mock = mockClient(DynamoDBClient);
let now: number;
/** The table's items, by id. */
let items: Record<string, { scannedBytes: number; expires: number }>;
const budget = () =>
  new DynamoLogBudget(new DynamoDBClient({}), { tableName: 'findings', bytesPerDay: 100, now: () => now });

beforeEach(() => {
  mock.reset();
  now = Date.parse('2026-11-23T23:59:00Z');
  items = {};
  mock
    .on(UpdateItemCommand)
    .callsFake(({ Key, ExpressionAttributeValues: values, ConditionExpression, UpdateExpression }) => {
      expect(UpdateExpression).toBe('ADD scannedBytes :bytes SET expires = if_not_exists(expires, :expires)');
      const item = items[Key.id.S];
      if (ConditionExpression !== undefined) {
        expect(ConditionExpression).toBe('attribute_not_exists(scannedBytes) OR scannedBytes <= :atMost');
        if (item && item.scannedBytes > Number(values[':atMost'].N))
          throw new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
      }
      const expires = item?.expires ?? Number(values[':expires'].N);
      items[Key.id.S] = { scannedBytes: (item?.scannedBytes ?? 0) + Number(values[':bytes'].N), expires };
      return {};
    });
});

describe('a day’s budget', () => {
  test('is counted in one item a day that goes by itself', async () => {
    expect(await budget().reserve(30)).toBeDefined();
    expect(await budget().reserve(30.2)).toBeDefined();
    expect(items).toEqual({
      'log-budget#2026-11-23': { scannedBytes: 61, expires: Math.floor(now / 1000) + 7 * 86_400 },
    });
  });

  test('can be used up to the last byte, and no further', async () => {
    expect(await budget().reserve(100)).toBeDefined();
    expect(await budget().reserve(1)).toBeUndefined();
    expect(await budget().reserve(0)).toBeDefined();
    expect(items['log-budget#2026-11-23']?.scannedBytes).toBe(100);
  });

  test('does not take what would be too much at once', async () => {
    expect(await budget().reserve(101)).toBeUndefined();
    expect(await budget().reserve(60)).toBeDefined();
    expect(await budget().reserve(60)).toBeUndefined();
  });

  test('begins anew at midnight UTC; what was taken the day before is put right there', async () => {
    const reservation = await budget().reserve(100);
    now += 120_000;
    expect(await budget().reserve(50)).toBeDefined();
    await reservation?.settle(10);
    expect([items['log-budget#2026-11-23']?.scannedBytes, items['log-budget#2026-11-24']?.scannedBytes]).toEqual([
      10, 50,
    ]);
  });

  test('counts what was really scanned, also beyond the budget', async () => {
    const [first, second] = [await budget().reserve(10), await budget().reserve(10)];
    await first?.settle(0);
    await second?.settle(500);
    expect(items['log-budget#2026-11-23']?.scannedBytes).toBe(500);
    expect(await budget().reserve(1)).toBeUndefined();
  });

  test('writes nothing where the estimate was right', async () => {
    await (await budget().reserve(10))?.settle(10);
    expect(mock.commandCalls(UpdateItemCommand)).toHaveLength(1);
  });

  test('without a count nothing is asked', async () => {
    mock.on(UpdateItemCommand).rejects(new Error('throttled'));
    await expect(budget().reserve(1)).rejects.toThrow('throttled');
  });
});
