import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetItemCommand, DeleteItemCommand, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type Assessed, creatorKey } from '../../contract/known-creator.ts';
import { type KnownCreator, knownCreatorSchema, narrowestOf } from '../../contract/lessons.ts';
import { readJson } from '../../contract/read.ts';
import { defined } from '../../kit/defined.ts';
import { patternsOf } from '../../kubernetes/name-pattern.ts';
import type { Baseline, CreatorKey } from './baseline.ts';
import { attributesOf, ConditionalWrites } from './conditional-writes.ts';
import { AGENDA_INDEX } from './findings-table.ts';
import { findingOf, latestOf, toldOf } from './read-finding-item.ts';
import { readItem } from './read-item.ts';

/** Keys in one BatchGetItem. */
const MAX_BATCH = 100;
/** Batches that DynamoDB answers in part are asked again so often. */
const MAX_ROUNDS = 8;
/** When it answered in part, it is short of capacity. */
const PAUSE_MS = 100;

/**
 * The baseline in the findings table, one item for each principal, cluster and pattern:
 *
 * | attribute | meaning |
 * | --- | --- |
 * | `id` | `baseline#<account>#<region>#<cluster>#<principal>#<name pattern>` |
 * | `known` | what was said, as JSON text |
 * | `agenda`, `due` | `baseline`, and when it expires (epoch milliseconds): it can be listed by the index |
 * | `expires` | when DynamoDB may delete it (epoch seconds) |
 *
 * The patterns that can cover a name are few, so a look-up reads by key and needs no index.
 */
export class DynamoBaseline implements Baseline {
  readonly #db: DynamoDBClient;
  readonly #tableName: string;
  readonly #writes: ConditionalWrites;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#db = db;
    this.#tableName = tableName;
    this.#writes = new ConditionalWrites(db, tableName);
  }

  async lookUp(
    { cluster, principal, name }: Parameters<Baseline['lookUp']>[0],
    now: number,
    signal?: AbortSignal,
  ): Promise<KnownCreator | undefined> {
    const keyOf = (namePattern: string): string => creatorKey({ cluster, principal, namePattern });
    const items = await this.#read(patternsOf(name).map(keyOf), signal);
    return narrowestOf(name, (namePattern) => items.get(keyOf(namePattern)), now);
  }

  async put(entry: KnownCreator): Promise<void> {
    const due = Date.parse(entry.expiresAt);
    await this.#writes.put({
      id: creatorKey(entry),
      known: JSON.stringify(entry),
      agenda: 'baseline',
      due,
      expires: Math.floor(due / 1000),
    });
  }

  async assessed(findingId: string): Promise<Assessed | undefined> {
    const item = await readItem(this.#db, this.#tableName, findingId);
    const finding = item && findingOf(item);
    if (!finding) return undefined;
    return { finding, verdicts: [toldOf(item), latestOf(item)].filter((verdict) => verdict !== undefined) };
  }

  async list(now: number): Promise<KnownCreator[]> {
    const ids: string[] = [];
    let from: Record<string, never> | undefined;
    do {
      const page = await this.#db.send(
        new QueryCommand({
          TableName: this.#tableName,
          IndexName: AGENDA_INDEX,
          KeyConditionExpression: 'agenda = :baseline AND due > :now',
          ExpressionAttributeValues: attributesOf({ ':baseline': 'baseline', ':now': now }),
          ...defined({ ExclusiveStartKey: from }),
        }),
      );
      ids.push(...(page.Items ?? []).map((item) => unmarshall(item)['id']));
      from = page.LastEvaluatedKey as typeof from;
    } while (from);
    const items = await this.#read(ids);
    return ids.flatMap((id) => items.get(id) ?? []);
  }

  async revoke(key: CreatorKey): Promise<boolean> {
    const { Attributes: old } = await this.#db.send(
      new DeleteItemCommand({
        TableName: this.#tableName,
        Key: { id: { S: creatorKey(key) } },
        ReturnValues: 'ALL_OLD',
      }),
    );
    return old !== undefined;
  }

  /** @throws when DynamoDB does not answer for all of them: what was not read is not unknown */
  async #read(ids: readonly string[], signal?: AbortSignal): Promise<Map<string, KnownCreator>> {
    const read = new Map<string, KnownCreator>();
    let left = [...new Set(ids)];
    for (let round = 0; left.length > 0; round++) {
      if (round > MAX_ROUNDS + ids.length / MAX_BATCH) throw new Error('DynamoDB did not answer for all keys');
      const Keys = left.slice(0, MAX_BATCH).map((id) => attributesOf({ id }));
      const { Responses, UnprocessedKeys } = await this.#db.send(
        new BatchGetItemCommand({ RequestItems: { [this.#tableName]: { Keys } } }),
        defined({ abortSignal: signal }),
      );
      for (const item of Responses?.[this.#tableName] ?? []) {
        const { id, known } = unmarshall(item);
        if (known !== undefined) read.set(id, readJson(knownCreatorSchema, known, 'known creator in the table'));
      }
      const again = (UnprocessedKeys?.[this.#tableName]?.Keys ?? []).map((key) => unmarshall(key)['id'] as string);
      left = [...left.slice(MAX_BATCH), ...again];
      if (again.length > 0) await sleep(PAUSE_MS, undefined, defined({ signal }));
    }
    return read;
  }
}
