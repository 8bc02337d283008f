import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from '@jest/globals';
import { DynamoBaseline } from '../../functions/clients/table/dynamo-baseline.ts';
import { DynamoContainmentRegister } from '../../functions/clients/table/dynamo-containment-register.ts';
import { DynamoDigestStore } from '../../functions/clients/table/dynamo-digest-store.ts';
import { AGENDA_ATTRIBUTES, AGENDA_INDEX, SHORT_ID_INDEX } from '../../functions/clients/table/findings-table.ts';
import { clientSettings } from '../../tools/twin/identities.ts';
import { startTwin, type Twin } from '../../tools/twin/twin.ts';
import { baselineContract } from '../clients/baseline.contract.ts';
import { containmentRegisterContract } from '../clients/containment-register.contract.ts';
import { digestStoreContract } from '../clients/digest-store.contract.ts';
import { dynamoTable } from '../clients/dynamo-table.ts';
import { findingsTableContract } from '../clients/findings-table.contract.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';

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
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'agenda', AttributeType: 'S' },
        { AttributeName: 'due', AttributeType: 'N' },
        { AttributeName: 'shortId', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: AGENDA_INDEX,
          KeySchema: [
            { AttributeName: 'agenda', KeyType: 'HASH' },
            { AttributeName: 'due', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...AGENDA_ATTRIBUTES] },
        },
        {
          IndexName: SHORT_ID_INDEX,
          KeySchema: [{ AttributeName: 'shortId', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
}, BRING_UP_MS);
afterAll(() => twin?.close());

const table = () => dynamoTable(db, { tableName: 'findings', keepDays: 400 });
findingsTableContract(table);
baselineContract(() => ({ baseline: new DynamoBaseline(db, 'findings'), table: table() }));
digestStoreContract(() => new DynamoDigestStore(db, 'findings'));
containmentRegisterContract(() => new DynamoContainmentRegister(db, 'findings'));
