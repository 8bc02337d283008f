import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Closure } from '../../contract/follow-up.ts';
import { defined } from '../../kit/defined.ts';
import type { Closures, FindingRecord } from './findings-table.ts';
import { ItemTable } from './item-table.ts';
import { closureOf, deletionOf, findingOf, latestOf } from './read-finding-item.ts';

/** What a person decides about findings, in DynamoDB. */
export class DynamoClosures implements Closures {
  readonly #table: ItemTable;

  constructor(db: DynamoDBClient, tableName: string) {
    this.#table = new ItemTable(db, tableName);
  }

  async read(id: string): Promise<FindingRecord | undefined> {
    const item = await this.#table.read(id);
    const state = item?.['state'];
    if (!item || state === undefined) return undefined;
    const settled = state === 'alerted' || state === 'recorded';
    return defined({
      finding: findingOf(item),
      settled,
      closed: closureOf(item),
      deleted: deletionOf(item),
      latest: latestOf(item),
    });
  }

  async close(id: string, closure: Closure): Promise<boolean> {
    // Without the number of the look that is awaited, one that is under way puts no other on the agenda.
    const { won } = await this.#table.update(
      id,
      'SET closed = :closed REMOVE agenda, due, look',
      '#state IN (:alerted, :recorded)',
      { ':closed': JSON.stringify(closure), ':alerted': 'alerted', ':recorded': 'recorded' },
    );
    return won;
  }
}
