import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ITEM_KEYS } from '../../contract/item-keys.ts';
import { sha256 } from '../../kit/sha256.ts';
import { ConditionalWrites } from './conditional-writes.ts';
import { type BudgetRule, budgetOf, type LogBudget, type Reservation, SHARES } from './log-budget.ts';

/** How long a day's count is kept, for people who look: DynamoDB deletes it afterwards. */
const KEEP_SECONDS = 7 * 86_400;

/**
 * The daily budgets in the findings table: one item for each day and log group, `log-budget#2026-11-23#/aws/eks/prod/cluster`,
 * and one for each actor in it, which has `#` and a hash at its end, and another with `#short` for the short windows. Both have the attribute `scannedBytes`, added to
 * atomically. Errors of DynamoDB are thrown as they are: without a count nothing is asked.
 */
export class DynamoLogBudget implements LogBudget {
  readonly #writes: ConditionalWrites;
  readonly #rule: BudgetRule;
  readonly #now: () => number;

  constructor(db: DynamoDBClient, options: { tableName: string; rule: BudgetRule; now?: () => number }) {
    this.#writes = new ConditionalWrites(db, options.tableName);
    this.#rule = options.rule;
    this.#now = options.now ?? Date.now;
  }

  async reserve(scan: Parameters<LogBudget['reserve']>[0]): Promise<Reservation | undefined> {
    const { logGroup, bytesPerDay, share, kind } = scan;
    const bytes = Math.ceil(scan.bytes);
    const budget = budgetOf(bytesPerDay, this.#rule);
    const parts = SHARES[kind];
    const day = new Date(this.#now()).toISOString().slice(0, 10);
    const pool = `${ITEM_KEYS.logBudget}${day}#${logGroup}`;
    const own = `${pool}#${sha256(share.actor).slice(0, 16)}${kind === 'short' ? '#short' : ''}`;
    if (!(await this.#add(own, bytes, parts.actor * budget - bytes))) return undefined;
    if (!(await this.#add(pool, bytes, parts.pool * budget - bytes))) {
      await this.#add(own, -bytes);
      return undefined;
    }
    return {
      settle: async (scannedBytes) => {
        const difference = Math.ceil(scannedBytes) - bytes;
        if (difference !== 0) await Promise.all([this.#add(own, difference), this.#add(pool, difference)]);
      },
    };
  }

  /** @param atMost nothing is done where more than this has been taken already. @returns whether it was done */
  async #add(id: string, bytes: number, atMost?: number): Promise<boolean> {
    if (atMost !== undefined && atMost < 0) return false;
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
