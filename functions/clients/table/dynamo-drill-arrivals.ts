import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DrillSighting } from '../../contract/drill.ts';
import type { Cluster } from '../../contract/finding.ts';
import { clusterKey, ITEM_KEYS } from '../../contract/item-keys.ts';
import { ConditionalWrites } from './conditional-writes.ts';
import type { DrillArrivals } from './drills.ts';

/**
 * The drills as *detect* knows them, in DynamoDB.
 *
 * | item | attributes |
 * | --- | --- |
 * | `drill#<nonce>` | `place`, `madeNamespace`, `principal`, `validFrom`, `validUntil` by `sentinel drill`; `auditId` by *detect*, of the request that had it; `expires` |
 */
export class DynamoDrillArrivals implements DrillArrivals {
  readonly #writes: ConditionalWrites;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#writes = new ConditionalWrites(db, tableName);
  }

  async arrived({ nonce, namespace, principal, auditId, at }: DrillSighting, cluster: Cluster): Promise<boolean> {
    const { won } = await this.#writes.update(
      ITEM_KEYS.drill + nonce,
      'SET auditId = :auditId',
      'place = :place AND madeNamespace = :namespace AND principal = :principal AND validFrom <= :at AND validUntil >= :at ' +
        'AND (attribute_not_exists(auditId) OR auditId = :auditId)',
      {
        ':auditId': auditId,
        ':place': clusterKey(cluster),
        ':namespace': namespace,
        ':principal': principal,
        ':at': at,
      },
    );
    return won;
  }
}
