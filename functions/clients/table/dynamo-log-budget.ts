import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ITEM_KEYS } from '../../contract/item-keys.ts';
import { ConditionalWrites } from './conditional-writes.ts';
import type { LogBudget, Reservation } from './log-budget.ts';

/** How long a day's count is kept, for people who look: DynamoDB deletes it afterwards. */
const KEEP_SECONDS = 7 * 86_400;

/**
 * The daily budget in the findings table: one item a day, `id` = `log-budget#2026-11-23`, with the attribute
 * `scannedBytes`, added to atomically. Errors of DynamoDB are thrown as they are: without a count nothing is asked.
 */
export class DynamoLogBudget implements LogBudget {
  readonly #writes: ConditionalWrites;
  readonly #bytesPerDay: number;
  readonly #now: () => number;

  constructor(db: DynamoDBClient, options: { tableName: string; bytesPerDay: number; now?: () => number }) {
    this.#writes = new ConditionalWrites(db, options.tableName);
    this.#bytesPerDay = options.bytesPerDay;
    this.#now = options.now ?? Date.now;
  }

  async reserve(estimatedBytes: number): Promise<Reservation | undefined> {
    const bytes = Math.ceil(estimatedBytes);
    const atMost = this.#bytesPerDay - bytes;
    if (atMost < 0) return undefined;
    const id = ITEM_KEYS.logBudget + new Date(this.#now()).toISOString().slice(0, 10);
    if (!(await this.#add(id, bytes, atMost))) return undefined;
    return {
      settle: async (scannedBytes) => {
        const difference = Math.ceil(scannedBytes) - bytes;
        if (difference !== 0) await this.#add(id, difference);
      },
    };
  }

  /** @param atMost nothing is done where more than this has been taken already. @returns whether it was done */
  async #add(id: string, bytes: number, atMost?: number): Promise<boolean> {
    const expires = Math.floor(this.#now() / 1000) + KEEP_SECONDS;
    const { won } = await this.#writes.update(
      id,
      'ADD scannedBytes :bytes SET expires = if_not_exists(expires, :expires)',
      atMost === undefined ? undefined : 'attribute_not_exists(scannedBytes) OR scannedBytes <= :atMost',
      { ':bytes': bytes, ':expires': expires, ':atMost': atMost },
    );
    return won;
  }
}
