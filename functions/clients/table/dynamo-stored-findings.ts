import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { STORED_ATTRIBUTES } from '../../contract/item-keys.ts';
import { defined } from '../../kit/defined.ts';
import { attributesOf, type TableItem } from './conditional-writes.ts';
import {
  closureOf,
  deletionOf,
  findingOf,
  latestOf,
  madeOf,
  objectsOf,
  playbookEndOf,
  toldOf,
} from './read-finding-item.ts';
import type { StoredFinding, StoredFindings, UnreadableFinding } from './stored-findings.ts';

/**
 * The findings in DynamoDB, by a scan: the index holds only what *watch* has to do, and an index of all findings would cost a write for
 * each, for a list that a person reads now and then.
 */
export class DynamoStoredFindings implements StoredFindings {
  readonly #db: DynamoDBClient;
  readonly #tableName: string;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#db = db;
    this.#tableName = tableName;
  }

  async *all(idPrefix = ''): AsyncGenerator<StoredFinding | UnreadableFinding> {
    const [filter, values] =
      idPrefix === ''
        ? ['attribute_exists(finding)', undefined]
        : ['attribute_exists(finding) AND begins_with(id, :prefix)', attributesOf({ ':prefix': idPrefix })];
    const query = {
      TableName: this.#tableName,
      Select: 'SPECIFIC_ATTRIBUTES' as const,
      ProjectionExpression: STORED_ATTRIBUTES.map((name) => (name === 'state' ? '#state' : name)).join(', '),
      ExpressionAttributeNames: { '#state': 'state' }, // a reserved word
      FilterExpression: filter,
      ...defined({ ExpressionAttributeValues: values }),
    };
    for await (const { Items: items = [] } of paginateScan({ client: this.#db }, query))
      for (const item of items) {
        const stored = storedIn(unmarshall(item));
        if (stored) yield stored;
      }
  }
}

function storedIn(item: TableItem): StoredFinding | UnreadableFinding | undefined {
  const { id, state } = item;
  try {
    const finding = findingOf(item);
    if (!finding) return undefined;
    return {
      id,
      finding,
      state,
      ...defined({
        told: toldOf(item),
        latest: latestOf(item),
        closed: closureOf(item),
        playbookEnd: playbookEndOf(item),
        deleted: deletionOf(item),
        objects: objectsOf(item),
        made: madeOf(item),
      }),
    };
  } catch (error) {
    return { id, problem: (error as Error).message };
  }
}
