import { DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type AssessedFinding, creatorKey } from '../../contract/known-creator.ts';
import { type CreatorQuestion, type KnownCreator, knownCreatorSchema, narrowestOf } from '../../contract/lessons.ts';
import { readJson } from '../../contract/read.ts';
import { patternsOf } from '../../kubernetes/name-pattern.ts';
import { queryAgenda } from './agenda-query.ts';
import type { Baseline, CreatorKey } from './baseline.ts';
import { batchGet } from './batch-get.ts';
import { ConditionalWrites } from './conditional-writes.ts';
import { findingOf, latestOf, toldOf } from './read-finding-item.ts';
import { readItem } from './read-item.ts';

/**
 * The baseline in the findings table, one item for each principal, cluster and pattern:
 *
 * | attribute | meaning |
 * | --- | --- |
 * | `id` | `baseline#<account>#<region>#<cluster>#<principal>#<name pattern>`; `as#<principal>#<username>` where it acted as another |
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

  async lookUp(question: CreatorQuestion, now: number, signal?: AbortSignal): Promise<KnownCreator | undefined> {
    const keyOf = (namePattern: string): string => creatorKey({ ...question, namePattern });
    const items = await this.#read(patternsOf(question.name).map(keyOf), signal);
    return narrowestOf(question, (namePattern) => items.get(keyOf(namePattern)), now);
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

  async assessed(findingId: string): Promise<AssessedFinding | undefined> {
    const item = await readItem(this.#db, this.#tableName, findingId);
    const finding = item && findingOf(item);
    if (!finding) return undefined;
    return { finding, verdicts: [toldOf(item), latestOf(item)].filter((verdict) => verdict !== undefined) };
  }

  async list(now: number): Promise<KnownCreator[]> {
    const query = { agenda: 'baseline', from: now + 1, most: Number.POSITIVE_INFINITY };
    const ids = (await queryAgenda(this.#db, this.#tableName, query)).map(({ id }) => id as string);
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

  async #read(ids: readonly string[], signal?: AbortSignal): Promise<Map<string, KnownCreator>> {
    const items = await batchGet(this.#db, this.#tableName, ids, { signal });
    return new Map(
      [...items].flatMap(([id, { known }]) =>
        known === undefined ? [] : [[id, readJson(knownCreatorSchema, known, 'known creator in the table')] as const],
      ),
    );
  }
}
