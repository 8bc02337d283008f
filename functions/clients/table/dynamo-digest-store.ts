import {
  aboutSchema,
  type DigestRow,
  type DigestWindow,
  sampleSchema,
  windowSchema,
} from '../../contract/digest-message.ts';
import { ITEM_KEYS } from '../../contract/item-keys.ts';
import { readJson } from '../../contract/read.ts';
import { queryAgenda } from './agenda-query.ts';
import { batchGet } from './batch-get.ts';
import type { TableItem } from './conditional-writes.ts';
import type { DigestStore, DueDigest } from './digests.ts';
import { DynamoDigestGates, rowsOf } from './dynamo-digest-gates.ts';
import { readItem } from './read-item.ts';

/** The gates, and the digests that are read and sent. Apart from the gates, so that *detect* loads no reader. */
export class DynamoDigestStore extends DynamoDigestGates implements DigestStore {
  async due(limit: number): Promise<DueDigest[]> {
    const query = { agenda: 'digest', to: Date.now(), most: limit };
    const items = await queryAgenda(this.db, this.tableName, query);
    return items.map(({ id, tries = 0 }) => ({ id: String(id).slice(ITEM_KEYS.digest.length), tries }));
  }

  async take(id: string, until: number): Promise<boolean> {
    const { won } = await this.writes.update(
      ITEM_KEYS.digest + id,
      'SET due = :until ADD tries :one',
      'agenda = :digest AND due <= :now',
      { ':until': until, ':one': 1, ':digest': 'digest', ':now': Date.now() },
    );
    return won;
  }

  async rows(
    id: string,
    most: number,
  ): Promise<{ window: DigestWindow; rows: DigestRow[]; complete: boolean } | undefined> {
    const head = await readItem(this.db, this.tableName, ITEM_KEYS.digest + id);
    if (!head) return undefined;
    const query = { agenda: rowsOf(id), newestFirst: true, most: most + 1 };
    const found = await queryAgenda(this.db, this.tableName, query);
    const ids = found.slice(0, most).map((row) => row['id'] as string);
    const items = await batchGet(this.db, this.tableName, ids, { consistent: true });
    return {
      window: readJson(windowSchema, head['window'], 'window of a digest in the table'),
      rows: [...items.values()].map(rowOf),
      complete: found.length <= most,
    };
  }

  async close(id: string): Promise<void> {
    await this.writes.update(ITEM_KEYS.digest + id, 'REMOVE agenda, due, tries', 'attribute_exists(id)');
  }
}

const rowOf = ({ about, earliest, latest, findings }: TableItem): DigestRow => ({
  ...readJson(aboutSchema, about, 'row of a digest in the table'),
  count: findings,
  first: readJson(sampleSchema, earliest, 'finding of a digest in the table'),
  latest: readJson(sampleSchema, latest, 'finding of a digest in the table'),
});
