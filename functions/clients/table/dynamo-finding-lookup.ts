import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { isShortened, shortFindingId } from '../../contract/ids.ts';
import { defined } from '../../kit/defined.ts';
import { attributesOf } from './conditional-writes.ts';
import type { FindingLookup, FoundFinding } from './finding-lookup.ts';
import { SHORT_ID_INDEX } from './findings-table.ts';
import { findingOf } from './read-finding-item.ts';
import { readItem } from './read-item.ts';

/** More findings than this never begin alike unless somebody has tried for it: then the digits do not tell them apart. */
const MOST_ALIKE = 100;

/** Findings by their ids in the findings table, without a scan: by the key, or by the index of the short ids. */
export class DynamoFindingLookup implements FindingLookup {
  readonly #db: DynamoDBClient;
  readonly #tableName: string;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#db = db;
    this.#tableName = tableName;
  }

  async find(id: string): Promise<FoundFinding> {
    if (!isShortened(id)) return this.#whole(id);
    const [only, ...others] = await this.#beginningWith(id);
    if (only === undefined) return { state: 'unknown' };
    return others.length > 0 ? { state: 'ambiguous' } : this.#whole(only);
  }

  async #whole(id: string): Promise<FoundFinding> {
    const item = await readItem(this.#db, this.#tableName, id);
    // What an executed playbook has noted under such a key is not a finding.
    if (item?.['state'] === undefined) return { state: 'unknown' };
    const expires = Number(item['expires']) * 1_000;
    if (expires <= Date.now()) return { state: 'expired', since: new Date(expires).toISOString() };
    return { state: 'found', id, ...defined({ finding: findingOf(item) }) };
  }

  async #beginningWith(id: string): Promise<string[]> {
    const { Items: items = [] } = await this.#db.send(
      new QueryCommand({
        TableName: this.#tableName,
        IndexName: SHORT_ID_INDEX,
        KeyConditionExpression: 'shortId = :short',
        ExpressionAttributeValues: attributesOf({ ':short': shortFindingId(id) }),
        Limit: MOST_ALIKE,
      }),
    );
    return items.map((item) => String(unmarshall(item)['id'])).filter((each) => each.startsWith(id));
  }
}
