import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { TableItem } from './conditional-writes.ts';

/** The item as it was just written. @returns undefined where there is none */
export async function readItem(db: DynamoDBClient, tableName: string, id: string): Promise<TableItem | undefined> {
  const { Item: item } = await db.send(
    new GetItemCommand({ TableName: tableName, Key: { id: { S: id } }, ConsistentRead: true }),
  );
  return item && unmarshall(item);
}
