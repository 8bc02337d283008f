import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { questionSchema } from '../../contract/follow-up.ts';
import { ITEM_KEYS } from '../../contract/item-keys.ts';
import { readJson } from '../../contract/read.ts';
import { defined } from '../../kit/defined.ts';
import type { TableItem } from './conditional-writes.ts';
import type {
  ContainmentRegister,
  HashedKind,
  LeaseHolder,
  PendingQuestion,
  StoredQuestion,
} from './containment-register.ts';
import { ItemTable } from './item-table.ts';

/** How long what is over is remembered, in seconds: whoever answers too late is told so. */
const DAY_S = 86_400;

/**
 * The register in the findings table:
 *
 * | item | attributes |
 * | --- | --- |
 * | `lease#<uid>` | `execution`, `leaseUntil`: who works on the namespace, and until when (epoch milliseconds) |
 * | `question#<id>` | `question` as JSON text, `taskToken`, and `answeredBy` once somebody has the right to answer |
 * | `asked-about#<finding id>`, `asked-in#<uid>` | `questionId` of the last question |
 * | `snapshot#<key>`, `hash-list#<key>` | `sha256`: what was noted for this file of the evidence bucket; without `expires` |
 * | `starts#<hour>` | `started`: how many were started in that hour (`2026-11-23T07`, UTC) |
 *
 * The others have `expires` (epoch seconds), when DynamoDB may delete it. Reads are consistent. The token stands here and in no
 * other place. Errors of DynamoDB are thrown as they are, after the SDK's retries.
 */
export class DynamoContainmentRegister implements ContainmentRegister {
  readonly #table: ItemTable;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#table = new ItemTable(db, tableName);
  }

  async lease(
    uid: string,
    execution: string,
    until: number,
    now: number,
    over = execution,
  ): Promise<LeaseHolder | undefined> {
    const old = await this.#table.put(
      { id: ITEM_KEYS.lease + uid, execution, leaseUntil: until, expires: dayAfter(until) },
      'attribute_not_exists(id) OR leaseUntil <= :now OR execution IN (:execution, :over)',
      { ':now': now, ':execution': execution, ':over': over },
    );
    return old && { execution: old['execution'] ?? '', until: old['leaseUntil'] };
  }

  async giveBack(uid: string, execution: string): Promise<void> {
    const values = { ':zero': 0, ':execution': execution };
    await this.#table.update(ITEM_KEYS.lease + uid, 'SET leaseUntil = :zero', 'execution = :execution', values);
  }

  async ask({ question, taskToken }: PendingQuestion): Promise<void> {
    const { id, findingId, target } = question;
    const expires = dayAfter(Date.parse(question.expiresAt));
    await this.#table.put({ id: ITEM_KEYS.question + id, question: JSON.stringify(question), taskToken, expires });
    if (findingId) await this.#table.put({ id: ITEM_KEYS.askedAbout + findingId, questionId: id, expires });
    await this.#table.put({ id: ITEM_KEYS.askedIn + target.uid, questionId: id, expires });
  }

  async question(id: string): Promise<StoredQuestion | undefined> {
    const { question, taskToken, answeredBy } =
      (await this.#read(ITEM_KEYS.question + id)) ?? (await this.#pointedAt(id)) ?? {};
    if (question === undefined || taskToken === undefined) return undefined;
    return {
      question: readJson(questionSchema, question, 'question in the table'),
      taskToken,
      ...defined({ answeredBy }),
    };
  }

  async answer(id: string, by: string): Promise<boolean> {
    const { won } = await this.#table.update(
      ITEM_KEYS.question + id,
      'SET answeredBy = :by',
      'attribute_exists(id) AND (attribute_not_exists(answeredBy) OR answeredBy = :by)',
      { ':by': by },
    );
    return won;
  }

  async reopen(id: string, by: string): Promise<void> {
    await this.#table.update(ITEM_KEYS.question + id, 'REMOVE answeredBy', 'answeredBy = :by', { ':by': by });
  }

  /** Not deleted by time: a snapshot is kept for as long as its namespace is in quarantine. */
  async noteHash(kind: HashedKind, key: string, sha256: string): Promise<void> {
    const values = { ':hashes': new Set([sha256]) };
    await this.#table.update(ITEM_KEYS[kind] + key, 'ADD sha256 :hashes', undefined, values);
  }

  async hashes(kind: HashedKind, key: string): Promise<string[]> {
    return [...((await this.#read(ITEM_KEYS[kind] + key))?.['sha256'] ?? [])];
  }

  /** A start whose answer alone was lost counts twice: rather one too few than one too many. */
  async countStart(max: number, now: number): Promise<boolean> {
    if (max < 1) return false;
    const { won } = await this.#table.update(
      ITEM_KEYS.starts + new Date(now).toISOString().slice(0, 13),
      'ADD started :one SET expires = :expires',
      'attribute_not_exists(started) OR started < :max',
      { ':one': 1, ':max': max, ':expires': dayAfter(now) },
    );
    return won;
  }

  async #pointedAt(id: string): Promise<TableItem | undefined> {
    for (const pointer of [ITEM_KEYS.askedAbout, ITEM_KEYS.askedIn]) {
      const questionId = (await this.#read(pointer + id))?.['questionId'];
      if (questionId !== undefined) return this.#read(ITEM_KEYS.question + questionId);
    }
    return undefined;
  }

  #read(id: string): Promise<TableItem | undefined> {
    return this.#table.read(id);
  }
}

const dayAfter = (ms: number): number => Math.ceil(ms / 1000) + DAY_S;
