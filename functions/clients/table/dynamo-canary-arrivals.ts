import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Cluster } from '../../contract/finding.ts';
import { clusterKey, ITEM_KEYS } from '../../contract/item-keys.ts';
import type { CanaryArrival, CanaryArrivals } from './canaries.ts';
import { ConditionalWrites } from './conditional-writes.ts';

/**
 * The canaries as *detect* knows them, in DynamoDB. Apart from those of *watch*, so that *detect* loads no reader.
 *
 * | item | attributes |
 * | --- | --- |
 * | `canary#<nonce>` | `place`, `principal`, `sentAt` by *watch*; `auditId` by *detect*, of the event that had it; `expires` |
 * | `canary-state#<place>` | `sentAt`, `clusterUid`, `seenUid` by *watch*; `arrivedAt` by *detect* |
 */
export class DynamoCanaryArrivals implements CanaryArrivals {
  readonly #writes: ConditionalWrites;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#writes = new ConditionalWrites(db, tableName);
  }

  async arrived(
    { nonce, principal, auditId, isDelivered }: CanaryArrival,
    cluster: Cluster,
  ): Promise<number | undefined> {
    const place = clusterKey(cluster);
    const { won, item } = await this.#writes.update(
      ITEM_KEYS.canary + nonce,
      'SET auditId = :auditId',
      'place = :place AND principal = :principal AND (attribute_not_exists(auditId) OR auditId = :auditId)',
      { ':auditId': auditId, ':place': place, ':principal': principal },
    );
    if (!won) return undefined;
    const sentAt = Number(item['sentAt']);
    if (!isDelivered) return sentAt;
    await this.#writes.update(
      ITEM_KEYS.canaryState + place,
      'SET arrivedAt = :sentAt',
      'attribute_not_exists(arrivedAt) OR arrivedAt < :sentAt',
      { ':sentAt': sentAt },
    );
    return sentAt;
  }
}
