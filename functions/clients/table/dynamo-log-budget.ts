import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { defined } from '../../kit/defined.ts';
import type { LogBudget, Reservation } from './log-budget.ts';

/** How long a day's count is kept, for people who look: DynamoDB deletes it afterwards. */
const KEEP_SECONDS = 7 * 86_400;

/**
 * The daily budget in the findings table: one item a day, `id` = `log-budget#2026-11-23`, with the attribute
 * `scannedBytes`, added to atomically. Errors of DynamoDB are thrown as they are: without a count nothing is asked.
 */
export class DynamoLogBudget implements LogBudget {
  readonly #db: DynamoDBClient;
  readonly #tableName: string;
  readonly #bytesPerDay: number;
  readonly #now: () => number;

  constructor(db: DynamoDBClient, options: { tableName: string; bytesPerDay: number; now?: () => number }) {
    this.#db = db;
    this.#tableName = options.tableName;
    this.#bytesPerDay = options.bytesPerDay;
    this.#now = options.now ?? Date.now;
  }

  async reserve(estimatedBytes: number): Promise<Reservation | undefined> {
    const bytes = Math.ceil(estimatedBytes);
    const left = this.#bytesPerDay - bytes;
    if (left < 0) return undefined;
    const id = `log-budget#${new Date(this.#now()).toISOString().slice(0, 10)}`;
    try {
      await this.#add(id, bytes, left);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
    return { settle: (scannedBytes) => this.#add(id, Math.ceil(scannedBytes) - bytes) };
  }

  /** @param atMost fails where more than this has been taken already */
  async #add(id: string, bytes: number, atMost?: number): Promise<void> {
    if (bytes === 0 && atMost === undefined) return;
    await this.#db.send(
      new UpdateItemCommand({
        TableName: this.#tableName,
        Key: { id: { S: id } },
        UpdateExpression: 'ADD scannedBytes :bytes SET expires = if_not_exists(expires, :expires)',
        ExpressionAttributeValues: {
          ':bytes': { N: String(bytes) },
          ':expires': { N: String(Math.floor(this.#now() / 1000) + KEEP_SECONDS) },
          ...defined({ ':atMost': atMost === undefined ? undefined : { N: String(atMost) } }),
        },
        ...defined({
          ConditionExpression:
            atMost === undefined ? undefined : 'attribute_not_exists(scannedBytes) OR scannedBytes <= :atMost',
        }),
      }),
    );
  }
}
