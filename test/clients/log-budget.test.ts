import { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { DynamoLogBudget } from '../../functions/clients/table/dynamo-log-budget.ts';
import { budgetOf, type LogBudget, type ScanKind } from '../../functions/clients/table/log-budget.ts';

jest.setTimeout(30_000);

const GIB = 1024 ** 3;
/** What is written in a day; the budget is twelve times as much. */
const DAY = 10 * GIB;
const BUDGET = 12 * DAY;
const LOG = '/aws/eks/prod/cluster';
const mock = mockClient(DynamoDBClient);
let now: number;
/** The table's items, by id. */
let items: Record<string, { scannedBytes: number; expires: number }>;
let budget: LogBudget;

beforeEach(() => {
  mock.reset();
  now = Date.parse('2026-11-23T23:59:00Z');
  items = {};
  budget = new DynamoLogBudget(new DynamoDBClient({}), {
    tableName: 'findings',
    rule: { volumes: 12 },
    now: () => now,
  });
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

const reserve = (actor: string, bytes: number, kind: ScanKind = 'whole', logGroup = LOG) =>
  budget.reserve({ logGroup, bytesPerDay: DAY, share: { actor, isFirst: kind !== 'later' }, kind, bytes });
const pool = (day = '2026-11-23', logGroup = LOG) => items[`log-budget#${day}#${logGroup}`]?.scannedBytes ?? 0;

describe('the budget of a day', () => {
  test.each<[string, number, Parameters<typeof budgetOf>[1], number]>([
    ['is in proportion to what is written', 100 * GIB, { volumes: 12 }, 1_200 * GIB],
    ['is enough for small logs', 0, { volumes: 12 }, 5 * GIB],
    ['is no more than configured', 100 * GIB, { volumes: 12, atMost: 50 * GIB }, 50 * GIB],
    ['is no more than configured for a small log, too', 0, { volumes: 12, atMost: GIB }, GIB],
  ])('%s', (_, bytesPerDay, rule, bytes) => {
    expect(budgetOf(bytesPerDay, rule)).toBe(bytes);
  });

  test('is counted in two items a day that go by themselves: of the log group, and of the actor in it', async () => {
    expect(await reserve('ci', 30)).toBeDefined();
    expect(await reserve('ci', 30.2)).toBeDefined();
    expect(await reserve('dev', 10)).toBeDefined();
    const expires = Math.floor(now / 1000) + 7 * 86_400;
    expect(items[`log-budget#2026-11-23#${LOG}`]).toEqual({ scannedBytes: 71, expires });
    const own = Object.entries(items).filter(([id]) =>
      /^log-budget#2026-11-23#\/aws\/eks\/prod\/cluster#[0-9a-f]{16}$/.test(id),
    );
    expect(own.map(([, item]) => item)).toEqual([
      { scannedBytes: 61, expires },
      { scannedBytes: 10, expires },
    ]);
  });

  test('begins again at midnight UTC; what was taken the day before is put right there', async () => {
    const reservation = await reserve('ci', 100);
    now += 120_000;
    expect(await reserve('ci', 50)).toBeDefined();
    await reservation?.settle(10);
    expect([pool(), pool('2026-11-24')]).toEqual([10, 50]);
  });

  test('is another one for each log group', async () => {
    for (const actor of ['a', 'b', 'c']) expect(await reserve(actor, BUDGET / 4)).toBeDefined();
    expect(await reserve('d', BUDGET / 4)).toBeUndefined();
    expect(await reserve('a', BUDGET / 4, 'whole', '/aws/eks/test/cluster')).toBeDefined();
  });

  test('counts what was really scanned, also beyond the share', async () => {
    await (await reserve('ci', 10))?.settle(BUDGET / 2);
    expect(pool()).toBe(BUDGET / 2);
    expect(await reserve('ci', 1)).toBeUndefined();
    expect(await reserve('dev', 1)).toBeDefined();
    await (await reserve('dev', 10))?.settle(0);
    expect(pool()).toBe(BUDGET / 2 + 1);
  });

  test('writes nothing where the estimate was right, and takes nothing where there is none', async () => {
    await (await reserve('ci', 10))?.settle(10);
    expect(mock.commandCalls(UpdateItemCommand)).toHaveLength(2);
    expect(await reserve('ci', BUDGET)).toBeUndefined();
    expect(pool()).toBe(10);
  });

  test('without a count nothing is asked', async () => {
    mock.on(UpdateItemCommand).rejects(new Error('throttled'));
    await expect(reserve('ci', 1)).rejects.toThrow('throttled');
  });
});

describe('shares', () => {
  test('an actor has a quarter, and a little more for the time about its requests', async () => {
    expect(await reserve('mallory', BUDGET / 4)).toBeDefined();
    expect(await reserve('mallory', DAY / 24)).toBeUndefined();
    expect(await reserve('mallory', DAY / 24, 'later')).toBeUndefined();
    expect(await reserve('mallory', DAY / 24, 'short')).toBeDefined();
    expect(await reserve('oscar', DAY)).toBeDefined();
  });

  test('later looks never spend what is kept for first ones', async () => {
    for (const actor of ['a', 'b', 'c', 'd']) await reserve(actor, BUDGET / 4, 'later');
    expect(pool()).toBe(BUDGET / 2);
    expect(await reserve('oscar', DAY, 'later')).toBeUndefined();
    expect(await reserve('oscar', DAY)).toBeDefined();
  });

  test('whole windows never spend what is kept for short ones', async () => {
    for (let actor = 0; actor < 50; actor++) await reserve(`actor-${actor}`, DAY);
    expect(pool()).toBe(9 * DAY);
    expect(await reserve('oscar', DAY)).toBeUndefined();
    expect(await reserve('oscar', DAY / 24, 'short')).toBeDefined();
  });

  test('seventeen actors that do all they can leave the eighteenth the hour before its request', async () => {
    for (let actor = 0; actor < 17; actor++)
      for (const [kind, bytes] of [
        ['whole', DAY],
        ['later', DAY / 50],
        ['short', DAY / 24],
      ] as const)
        for (let scan = 0; scan < 400; scan++) if (!(await reserve(`actor-${actor}`, bytes, kind))) break;
    expect(await reserve('oscar', DAY)).toBeUndefined();
    expect(await reserve('oscar', DAY / 24, 'short')).toBeDefined();
  });

  test('whatever one actor does, another one has its first look in full, and its later ones', async () => {
    const scan = fc.record({
      kind: fc.constantFrom<ScanKind>('whole', 'short', 'later'),
      bytes: fc.oneof(fc.nat(DAY), fc.constant(DAY), fc.nat(3 * BUDGET)),
      scanned: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(scan, { maxLength: 80 }), async (scans) => {
        items = {};
        let granted = 0;
        for (const { kind, bytes, scanned } of scans) {
          const reservation = await reserve('mallory', bytes, kind);
          if (!reservation) continue;
          granted++;
          await reservation.settle(bytes * scanned);
        }
        expect(granted).toBeLessThanOrEqual(scans.length);
        expect(pool()).toBeLessThanOrEqual(0.265 * BUDGET + scans.length);
        expect(await reserve('oscar', DAY)).toBeDefined();
        expect(await reserve('oscar', DAY / 50, 'later')).toBeDefined();
        expect(await reserve('oscar', DAY / 50, 'later')).toBeDefined();
      }),
      { numRuns: 100 },
    );
  });

  test('however many actors there are, no more is scanned than the budget', async () => {
    const scan = fc.record({
      actor: fc.constantFrom(...Array.from({ length: 12 }, (_, index) => `actor-${index}`)),
      kind: fc.constantFrom<ScanKind>('whole', 'short', 'later'),
      bytes: fc.nat(3 * DAY),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(scan, { minLength: 20, maxLength: 120 }), async (scans) => {
        items = {};
        for (const { actor, kind, bytes } of scans) await reserve(actor, bytes, kind);
        expect(pool()).toBeLessThanOrEqual(BUDGET);
        const own = Object.entries(items).filter(([id]) => id !== `log-budget#2026-11-23#${LOG}`);
        expect(own.reduce((sum, [, { scannedBytes }]) => sum + scannedBytes, 0)).toBe(pool());
        for (const [id, { scannedBytes }] of own)
          expect(scannedBytes).toBeLessThanOrEqual((id.endsWith('#short') ? 0.015 : 0.25) * BUDGET);
      }),
      { numRuns: 60 },
    );
  });
});
