import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { Finding } from '../../contract/finding.ts';
import type { Verdict } from '../../contract/investigation.ts';
import {
  type Assessed,
  creatorKey,
  type Decision,
  decisionProblems,
  type Lesson,
  lessonProblems,
} from '../../contract/known-creator.ts';
import { defined } from '../../kit/defined.ts';
import { patternsOf } from '../../kubernetes/name-pattern.ts';
import { type Baseline, type CreatorKey, type KnownCreator, LessonRefused } from './baseline.ts';
import { AGENDA_INDEX } from './findings-table.ts';
import { bestOf, knownFrom } from './known-creators.ts';

type Item = Record<string, AttributeValue>;

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

  constructor(db: DynamoDBClient, tableName: string) {
    this.#db = db;
    this.#tableName = tableName;
  }

  async lookUp(
    { cluster, principal, name }: Parameters<Baseline['lookUp']>[0],
    now: number,
    signal?: AbortSignal,
  ): Promise<KnownCreator | undefined> {
    const keyOf = (namePattern: string): string => creatorKey({ cluster, principal, namePattern });
    const items = await this.#read(patternsOf(name).map(keyOf), signal);
    return bestOf(name, (namePattern) => items.get(keyOf(namePattern)), now);
  }

  async teach(decision: Decision, now: number): Promise<KnownCreator> {
    const problems = decisionProblems(decision, await this.#assessed(decision.findingId));
    if (problems.length > 0) throw new LessonRefused(problems.join(' '));
    return this.#put(knownFrom(decision, now));
  }

  async accept(lesson: Lesson, now: number): Promise<KnownCreator> {
    const problems = lessonProblems(lesson);
    if (problems.length > 0) throw new LessonRefused(problems.join(' '));
    return this.#put(knownFrom(lesson, now));
  }

  async list(now: number): Promise<KnownCreator[]> {
    const ids: string[] = [];
    let from: Item | undefined;
    do {
      const page = await this.#db.send(
        new QueryCommand({
          TableName: this.#tableName,
          IndexName: AGENDA_INDEX,
          KeyConditionExpression: 'agenda = :baseline AND due > :now',
          ExpressionAttributeValues: { ':baseline': { S: 'baseline' }, ':now': { N: String(now) } },
          ...defined({ ExclusiveStartKey: from }),
        }),
      );
      ids.push(...(page.Items ?? []).flatMap(({ id }) => id?.S ?? []));
      from = page.LastEvaluatedKey;
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

  async #put(entry: KnownCreator): Promise<KnownCreator> {
    const expires = Date.parse(entry.expiresAt);
    await this.#db.send(
      new PutItemCommand({
        TableName: this.#tableName,
        Item: {
          id: { S: creatorKey(entry) },
          known: { S: JSON.stringify(entry) },
          agenda: { S: 'baseline' },
          due: { N: String(expires) },
          expires: { N: String(Math.floor(expires / 1000)) },
        },
      }),
    );
    return entry;
  }

  async #assessed(findingId: string): Promise<Assessed | undefined> {
    const { Item: item } = await this.#db.send(
      new GetItemCommand({ TableName: this.#tableName, Key: { id: { S: findingId } }, ConsistentRead: true }),
    );
    const finding = item?.['finding']?.S;
    if (!item || finding === undefined) return undefined;
    const verdicts = [item['told']?.S, item['latest']?.S].flatMap((text) =>
      text === undefined ? [] : [JSON.parse(text) as Verdict],
    );
    return { finding: JSON.parse(finding) as Finding, verdicts };
  }

  /** @throws when DynamoDB does not answer for all of them: what was not read is not unknown */
  async #read(ids: readonly string[], signal?: AbortSignal): Promise<Map<string, KnownCreator>> {
    const read = new Map<string, KnownCreator>();
    let left = [...new Set(ids)];
    for (let round = 0; left.length > 0; round++) {
      if (round > MAX_ROUNDS + ids.length / MAX_BATCH) throw new Error('DynamoDB did not answer for all keys');
      const Keys = left.slice(0, MAX_BATCH).map((id) => ({ id: { S: id } }));
      const { Responses, UnprocessedKeys } = await this.#db.send(
        new BatchGetItemCommand({ RequestItems: { [this.#tableName]: { Keys } } }),
        defined({ abortSignal: signal }),
      );
      for (const { id, known } of Responses?.[this.#tableName] ?? [])
        if (id?.S !== undefined && known?.S !== undefined) read.set(id.S, JSON.parse(known.S) as KnownCreator);
      const again = (UnprocessedKeys?.[this.#tableName]?.Keys ?? []).flatMap(({ id }) => id?.S ?? []);
      left = [...left.slice(MAX_BATCH), ...again];
      if (again.length > 0) await sleep(PAUSE_MS, undefined, defined({ signal }));
    }
    return read;
  }
}
