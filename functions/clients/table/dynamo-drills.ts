import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clusterKey, ITEM_KEYS } from '../../contract/item-keys.ts';
import { ConditionalWrites } from './conditional-writes.ts';
import type { Drill, Drills } from './drills.ts';
import { expiryIn } from './finding-item.ts';

/** Longer than CloudWatch Logs tries to deliver. */
const KEPT_DAYS = 2;

/** The drills as `sentinel drill` registers them, in DynamoDB. */
export class DynamoDrills implements Drills {
  readonly #writes: ConditionalWrites;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#writes = new ConditionalWrites(db, tableName);
  }

  async register({ nonce, cluster, namespace, principal, from, until }: Drill): Promise<void> {
    const item = {
      place: clusterKey(cluster),
      madeNamespace: namespace,
      principal,
      validFrom: from,
      validUntil: until,
    };
    const inTheWay = await this.#writes.put(
      { id: ITEM_KEYS.drill + nonce, ...item, expires: expiryIn(KEPT_DAYS) },
      'attribute_not_exists(id)',
    );
    if (inTheWay) throw new Error('a drill with this nonce is registered already');
  }
}
