import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Cluster } from '../../contract/finding.ts';
import { ITEM_KEYS } from '../../contract/item-keys.ts';
import { defined } from '../../kit/defined.ts';
import type { Canaries, Canary, CanaryState } from './canaries.ts';
import { ConditionalWrites } from './conditional-writes.ts';
import { placeOf } from './dynamo-canary-arrivals.ts';
import { expiryIn } from './finding-item.ts';
import { readItem } from './read-item.ts';

/** Longer than CloudWatch Logs tries to deliver. */
const KEPT_DAYS = 2;

/** The canaries as *watch* knows them, in DynamoDB. */
export class DynamoCanaries implements Canaries {
  readonly #db: DynamoDBClient;
  readonly #tableName: string;
  readonly #writes: ConditionalWrites;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#db = db;
    this.#tableName = tableName;
    this.#writes = new ConditionalWrites(db, tableName);
  }

  async keep({ nonce, cluster, principal, sentAt }: Canary): Promise<void> {
    const item = { place: placeOf(cluster), principal, sentAt, expires: expiryIn(KEPT_DAYS) };
    await this.#writes.put({ id: ITEM_KEYS.canary + nonce, ...item }, 'attribute_not_exists(id)');
  }

  async sent({ cluster, sentAt }: Canary, clusterUid: string | undefined): Promise<void> {
    const values = { ':sentAt': sentAt, ':uid': clusterUid };
    const uid = clusterUid === undefined ? '' : ', seenUid = :uid, clusterUid = if_not_exists(clusterUid, :uid)';
    await this.#writes.update(
      ITEM_KEYS.canaryState + placeOf(cluster),
      `SET sentAt = :sentAt${uid}`,
      undefined,
      values,
    );
  }

  async state(cluster: Cluster): Promise<CanaryState> {
    const item = await readItem(this.#db, this.#tableName, ITEM_KEYS.canaryState + placeOf(cluster));
    const number = (name: string): number | undefined => (item?.[name] === undefined ? undefined : Number(item[name]));
    const uid = (name: string): string | undefined => (typeof item?.[name] === 'string' ? item[name] : undefined);
    return defined({
      sentAt: number('sentAt'),
      arrivedAt: number('arrivedAt'),
      clusterUid: uid('clusterUid'),
      seenUid: uid('seenUid'),
    });
  }

  async know(cluster: Cluster, clusterUid: string): Promise<void> {
    const id = ITEM_KEYS.canaryState + placeOf(cluster);
    await this.#writes.update(id, 'SET clusterUid = :uid', undefined, { ':uid': clusterUid });
  }
}
