import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Cluster } from '../../contract/finding.ts';
import { clusterKey, ITEM_KEYS } from '../../contract/item-keys.ts';
import { defined } from '../../kit/defined.ts';
import { batchGet } from './batch-get.ts';
import { ConditionalWrites } from './conditional-writes.ts';
import type { Stock, StockState } from './stock.ts';

const SHARDS = [...'0123456789abcdef'];
/** UIDs in one write: sent and answered they stay far below the largest item. */
const MAX_WRITE = 2_000;

const placeOf = (cluster: Cluster): string => ITEM_KEYS.stock + clusterKey(cluster);

/** By its first digit; an item of 400 KB holds ten thousand UIDs. */
const shardOf = (uid: string): string => (SHARDS.includes(uid[0] ?? '') ? (uid[0] as string) : '0');

/**
 * The stock in the findings table, in few items, so that it is cheap to read every five minutes:
 *
 * | item | attributes |
 * | --- | --- |
 * | `stock#<account>#<region>#<cluster>` | `triedAt`, `since`, `atLeast` |
 * | `stock#<account>#<region>#<cluster>#<first digit>` | `uids`, a set of texts |
 *
 * None of them expires.
 */
export class DynamoStock implements Stock {
  readonly #db: DynamoDBClient;
  readonly #tableName: string;
  readonly #writes: ConditionalWrites;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#db = db;
    this.#tableName = tableName;
    this.#writes = new ConditionalWrites(db, tableName);
  }

  async read(cluster: Cluster): Promise<StockState> {
    const place = placeOf(cluster);
    const ids = [place, ...SHARDS.map((shard) => `${place}#${shard}`)];
    const items = await batchGet(this.#db, this.#tableName, ids, { consistent: true });
    const { since, triedAt, atLeast = 0 } = items.get(place) ?? {};
    const uids = new Set<string>();
    for (const { uids: some = [] } of items.values()) for (const uid of some) uids.add(uid);
    return { ...defined({ since, triedAt }), atLeast, uids };
  }

  async try(cluster: Cluster, at: number): Promise<void> {
    await this.#writes.update(placeOf(cluster), 'SET triedAt = if_not_exists(triedAt, :at)', undefined, { ':at': at });
  }

  async begin(cluster: Cluster, since: number): Promise<void> {
    await this.#writes.update(placeOf(cluster), 'SET since = :since', undefined, { ':since': since });
  }

  add(cluster: Cluster, uids: readonly string[]): Promise<void> {
    return this.#change('ADD', cluster, uids);
  }

  remove(cluster: Cluster, uids: readonly string[]): Promise<void> {
    return this.#change('DELETE', cluster, uids);
  }

  async count(cluster: Cluster, atLeast: number): Promise<void> {
    await this.#writes.update(placeOf(cluster), 'SET atLeast = :atLeast', undefined, { ':atLeast': atLeast });
  }

  async #change(how: 'ADD' | 'DELETE', cluster: Cluster, uids: readonly string[]): Promise<void> {
    for (const shard of SHARDS) {
      const ofShard = uids.filter((uid) => shardOf(uid) === shard);
      for (let start = 0; start < ofShard.length; start += MAX_WRITE) {
        const values = { ':uids': new Set(ofShard.slice(start, start + MAX_WRITE)) };
        await this.#writes.update(`${placeOf(cluster)}#${shard}`, `${how} uids :uids`, undefined, values);
      }
    }
  }
}
