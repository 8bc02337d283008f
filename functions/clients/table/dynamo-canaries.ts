import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Cluster } from '../../contract/finding.ts';
import { clusterKey, ITEM_KEYS } from '../../contract/item-keys.ts';
import { defined } from '../../kit/defined.ts';
import type { Canaries, Canary, CanaryState } from './canaries.ts';
import { expiryIn } from './finding-item.ts';
import { ItemTable } from './item-table.ts';

/** Longer than CloudWatch Logs tries to deliver. */
const KEPT_DAYS = 2;

/** The canaries as *watch* knows them, in DynamoDB. */
export class DynamoCanaries implements Canaries {
  readonly #table: ItemTable;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#table = new ItemTable(db, tableName);
  }

  async keep({ nonce, cluster, principal, sentAt }: Canary): Promise<void> {
    const item = { place: clusterKey(cluster), principal, sentAt, expires: expiryIn(KEPT_DAYS) };
    await this.#table.put({ id: ITEM_KEYS.canary + nonce, ...item }, 'attribute_not_exists(id)');
  }

  async sent({ cluster, sentAt }: Canary, clusterUid: string | undefined): Promise<void> {
    const values = { ':sentAt': sentAt, ':uid': clusterUid };
    const uid = clusterUid === undefined ? '' : ', seenUid = :uid, clusterUid = if_not_exists(clusterUid, :uid)';
    await this.#table.update(
      ITEM_KEYS.canaryState + clusterKey(cluster),
      `SET sentAt = :sentAt${uid}`,
      undefined,
      values,
    );
  }

  async state(cluster: Cluster): Promise<CanaryState> {
    const item = await this.#table.read(ITEM_KEYS.canaryState + clusterKey(cluster));
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
    const id = ITEM_KEYS.canaryState + clusterKey(cluster);
    await this.#table.update(id, 'SET clusterUid = :uid', undefined, { ':uid': clusterUid });
  }
}
