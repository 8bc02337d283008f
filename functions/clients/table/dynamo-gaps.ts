import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Cluster } from '../../contract/finding.ts';
import { clusterKey, ITEM_KEYS } from '../../contract/item-keys.ts';
import { defined } from '../../kit/defined.ts';
import type { GapState, Gaps } from './gaps.ts';
import { ItemTable } from './item-table.ts';

const keyOf = (cluster: Cluster): string => ITEM_KEYS.replay + clusterKey(cluster);

/** Gaps in the findings table: one item for a cluster, with `seenUntil`, `canaryAt`, `filterSince` and `gap`. It does not expire. */
export class DynamoGaps implements Gaps {
  readonly #table: ItemTable;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#table = new ItemTable(db, tableName);
  }

  async read(cluster: Cluster): Promise<GapState | undefined> {
    const item = await this.#table.read(keyOf(cluster));
    if (!item) return undefined;
    const { seenUntil, canaryAt, filterSince, gap } = item;
    return { seenUntil, ...defined({ canaryAt, filterSince, gap }) };
  }

  async write(cluster: Cluster, state: GapState): Promise<void> {
    await this.#table.put({ id: keyOf(cluster), ...state });
  }
}
