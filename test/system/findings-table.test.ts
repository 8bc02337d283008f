import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from '@jest/globals';
import { DynamoFindingsTable } from '../../functions/clients/dynamo-findings-table.ts';
import { findingsTableContract } from '../clients/findings-table.contract.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';
import { clientSettings } from './twin/identities.ts';
import { startTwin, type Twin } from './twin/twin.ts';

/** The promises of the findings table, on a DynamoDB that evaluates its conditions. */
let twin: Twin;
let db: DynamoDBClient;
beforeAll(async () => {
  twin = await startTwin(progress());
  db = new DynamoDBClient(clientSettings(twin.emulator));
  await db.send(
    new CreateTableCommand({
      TableName: 'findings',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
}, BRING_UP_MS);
afterAll(() => twin?.close());

findingsTableContract(() => new DynamoFindingsTable(db, { tableName: 'findings', keepDays: 400 }));
