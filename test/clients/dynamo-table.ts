import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoAgenda } from '../../functions/clients/table/dynamo-agenda.ts';
import { DynamoClaims } from '../../functions/clients/table/dynamo-claims.ts';
import { DynamoClosures } from '../../functions/clients/table/dynamo-closures.ts';
import { DynamoDeliveries } from '../../functions/clients/table/dynamo-deliveries.ts';
import { DynamoFindingLookup } from '../../functions/clients/table/dynamo-finding-lookup.ts';
import type { FindingsTable } from '../../functions/clients/table/findings-table.ts';

/** The findings table as all functions together see it, each through its own client. */
export function dynamoTable(db: DynamoDBClient, options: { tableName: string; keepDays: number }): FindingsTable {
  const { tableName } = options;
  const clients = [
    new DynamoClaims(db, options),
    new DynamoDeliveries(db, options),
    new DynamoAgenda(db, tableName),
    new DynamoClosures(db, tableName),
    new DynamoFindingLookup(db, tableName),
  ];
  const methods = clients.flatMap((client) =>
    Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(client))).flatMap(([name, { value }]) =>
      name === 'constructor' ? [] : [[name, value.bind(client)]],
    ),
  );
  return Object.fromEntries(methods);
}
