import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConditionalWrites, type TableItem } from './conditional-writes.ts';
import { readItem } from './read-item.ts';

/** The writes, and reads of single items as they were just written. Apart, so that *detect* loads no reader. */
export class ItemTable extends ConditionalWrites {
  /** @returns undefined where there is none */
  readonly read: (id: string) => Promise<TableItem | undefined>;

  constructor(db: DynamoDBClient, tableName: string) {
    super(db, tableName);
    this.read = (id) => readItem(db, tableName, id);
  }
}
