import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { defined } from '../../kit/defined.ts';
import { attributesOf, type TableItem } from './conditional-writes.ts';
import { AGENDA_INDEX } from './findings-table.ts';

/** Entries that are asked for at once. */
const PAGE = 1_000;

/** What is asked of the index: one partition, a range of its sort key, in one order. */
export interface AgendaQuery {
  agenda: string;
  /** Inclusive bounds of `due`. */
  from?: number;
  to?: number;
  newestFirst?: boolean;
  most: number;
}

/** Entries of the agenda, with what the index holds of each; page by page, so many at most. */
export async function queryAgenda(
  db: DynamoDBClient,
  tableName: string,
  { agenda, from = 0, to = Number.MAX_SAFE_INTEGER, newestFirst = false, most }: AgendaQuery,
): Promise<TableItem[]> {
  const items: TableItem[] = [];
  let start: Record<string, never> | undefined;
  do {
    const page = await db.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: AGENDA_INDEX,
        KeyConditionExpression: 'agenda = :agenda AND due BETWEEN :from AND :to',
        ExpressionAttributeValues: attributesOf({ ':agenda': agenda, ':from': from, ':to': to }),
        ScanIndexForward: !newestFirst,
        Limit: Math.min(most - items.length, PAGE),
        ...defined({ ExclusiveStartKey: start }),
      }),
    );
    items.push(...(page.Items ?? []).map((item) => unmarshall(item)));
    start = page.LastEvaluatedKey as typeof start;
  } while (start && items.length < most);
  return items;
}
