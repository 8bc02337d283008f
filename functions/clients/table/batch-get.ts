import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { defined } from '../../kit/defined.ts';
import { attributesOf, type TableItem } from './conditional-writes.ts';

/** Keys in one BatchGetItem. */
const MAX_BATCH = 100;
/** Batches that DynamoDB answers in part are asked again so often. */
const MAX_ROUNDS = 8;
/** When it answered in part, it is short of capacity. */
const PAUSE_MS = 100;

/**
 * The items of these ids that there are, by their id.
 *
 * @param options.consistent as they were just written
 * @throws when DynamoDB does not answer for all of them: what was not read is not unknown
 */
export async function batchGet(
  db: DynamoDBClient,
  tableName: string,
  ids: Iterable<string>,
  { signal, consistent = false }: { signal?: AbortSignal | undefined; consistent?: boolean } = {},
): Promise<Map<string, TableItem>> {
  const items = new Map<string, TableItem>();
  let left = [...new Set(ids)];
  const rounds = MAX_ROUNDS + left.length / MAX_BATCH;
  for (let round = 0; left.length > 0; round++) {
    if (round > rounds) throw new Error('DynamoDB did not answer for all keys');
    const Keys = left.slice(0, MAX_BATCH).map((id) => attributesOf({ id }));
    const { Responses, UnprocessedKeys } = await db.send(
      new BatchGetItemCommand({
        RequestItems: { [tableName]: { Keys, ...defined({ ConsistentRead: consistent || undefined }) } },
      }),
      defined({ abortSignal: signal }),
    );
    for (const item of (Responses?.[tableName] ?? []).map((attributes) => unmarshall(attributes)))
      items.set(item['id'], item);
    const again = (UnprocessedKeys?.[tableName]?.Keys ?? []).map((key) => unmarshall(key)['id'] as string);
    left = [...left.slice(MAX_BATCH), ...again];
    if (again.length > 0) await sleep(PAUSE_MS, undefined, defined({ signal }));
  }
  return items;
}
