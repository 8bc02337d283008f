import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Question } from '../../contract/follow-up.ts';
import { defined } from '../../kit/defined.ts';
import { ConditionalWrites, type Item } from './conditional-writes.ts';
import type { ContainmentRegister, KeptQuestion, LeaseHolder, OpenQuestion } from './containment-register.ts';

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
 * | `starts#<hour>` | `started`: how many were started in that hour (`2026-11-23T07`, UTC) |
 *
 * Each has `expires` (epoch seconds), when DynamoDB may delete it. Reads are consistent. The token stands here and in no
 * other place. Errors of DynamoDB are thrown as they are, after the SDK's retries.
 */
export class DynamoContainmentRegister implements ContainmentRegister {
  readonly #db: DynamoDBClient;
  readonly #tableName: string;
  readonly #writes: ConditionalWrites;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#db = db;
    this.#tableName = tableName;
    this.#writes = new ConditionalWrites(db, tableName);
  }

  async lease(
    uid: string,
    execution: string,
    until: number,
    now: number,
    over = execution,
  ): Promise<LeaseHolder | undefined> {
    const old = await this.#writes.put(
      {
        id: { S: `lease#${uid}` },
        execution: { S: execution },
        leaseUntil: { N: String(until) },
        expires: dayAfter(until),
      },
      'attribute_not_exists(id) OR leaseUntil <= :now OR execution IN (:execution, :over)',
      { ':now': { N: String(now) }, ':execution': { S: execution }, ':over': { S: over } },
    );
    return old && { execution: old['execution']?.S ?? '', until: Number(old['leaseUntil']?.N) };
  }

  async giveBack(uid: string, execution: string): Promise<void> {
    await this.#writes.update(`lease#${uid}`, 'SET leaseUntil = :zero', 'execution = :execution', {
      ':zero': { N: '0' },
      ':execution': { S: execution },
    });
  }

  async ask({ question, taskToken }: OpenQuestion): Promise<void> {
    const { id, findingId, target } = question;
    const expires = dayAfter(Date.parse(question.expiresAt));
    await this.#put({
      id: { S: `question#${id}` },
      question: { S: JSON.stringify(question) },
      taskToken: { S: taskToken },
      expires,
    });
    for (const pointer of [...(findingId ? [`asked-about#${findingId}`] : []), `asked-in#${target.uid}`])
      await this.#put({ id: { S: pointer }, questionId: { S: id }, expires });
  }

  async question(id: string): Promise<KeptQuestion | undefined> {
    const item = (await this.#read(`question#${id}`)) ?? (await this.#pointedAt(id));
    const text = item?.['question']?.S;
    const taskToken = item?.['taskToken']?.S;
    const answeredBy = item?.['answeredBy']?.S;
    if (text === undefined || taskToken === undefined) return undefined;
    return { question: JSON.parse(text) as Question, taskToken, ...defined({ answeredBy }) };
  }

  async answer(id: string, by: string): Promise<boolean> {
    const { won } = await this.#writes.update(
      `question#${id}`,
      'SET answeredBy = :by',
      'attribute_exists(id) AND (attribute_not_exists(answeredBy) OR answeredBy = :by)',
      { ':by': { S: by } },
    );
    return won;
  }

  async reopen(id: string, by: string): Promise<void> {
    await this.#writes.update(`question#${id}`, 'REMOVE answeredBy', 'answeredBy = :by', { ':by': { S: by } });
  }

  /** A start of which only the answer was lost counts twice: rather one too few than one too many. */
  async countStart(max: number, now: number): Promise<boolean> {
    if (max < 1) return false;
    const { won } = await this.#writes.update(
      `starts#${new Date(now).toISOString().slice(0, 13)}`,
      'ADD started :one SET expires = :expires',
      'attribute_not_exists(started) OR started < :max',
      { ':one': { N: '1' }, ':max': { N: String(max) }, ':expires': dayAfter(now) },
    );
    return won;
  }

  async #pointedAt(id: string): Promise<Item | undefined> {
    for (const pointer of [`asked-about#${id}`, `asked-in#${id}`]) {
      const questionId = (await this.#read(pointer))?.['questionId']?.S;
      if (questionId !== undefined) return this.#read(`question#${questionId}`);
    }
    return undefined;
  }

  async #read(id: string): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.#tableName, Key: { id: { S: id } }, ConsistentRead: true });
    return (await this.#db.send(command)).Item;
  }

  async #put(item: Item): Promise<void> {
    await this.#db.send(new PutItemCommand({ TableName: this.#tableName, Item: item }));
  }
}

const dayAfter = (ms: number): { N: string } => ({ N: String(Math.ceil(ms / 1000) + DAY_S) });
