import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Cluster } from '../../contract/finding.ts';
import { ITEM_KEYS } from '../../contract/item-keys.ts';
import { defined } from '../../kit/defined.ts';
import { ConditionalWrites } from './conditional-writes.ts';
import type { GapState, Gaps } from './gaps.ts';
import { readItem } from './read-item.ts';

const keyOf = ({ account = '', region = '', name = '' }: Cluster): string =>
  `${ITEM_KEYS.replay}${account}#${region}#${name}`;

/** Gaps in the findings table: one item for a cluster, with `seenUntil`, `canaryAt`, `filterSince` and `gap`. It does not expire. */
export class DynamoGaps implements Gaps {
  readonly #db: DynamoDBClient;
  readonly #tableName: string;
  readonly #writes: ConditionalWrites;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#db = db;
    this.#tableName = tableName;
    this.#writes = new ConditionalWrites(db, tableName);
  }

  async read(cluster: Cluster): Promise<GapState | undefined> {
    const item = await readItem(this.#db, this.#tableName, keyOf(cluster));
    if (!item) return undefined;
    const { seenUntil, canaryAt, filterSince, gap } = item;
    return { seenUntil, ...defined({ canaryAt, filterSince, gap }) };
  }

  async write(cluster: Cluster, state: GapState): Promise<void> {
    await this.#writes.put({ id: keyOf(cluster), ...state });
  }
}
