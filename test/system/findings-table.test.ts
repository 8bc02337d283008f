import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DynamoBaseline } from '../../functions/clients/table/dynamo-baseline.ts';
import { DynamoContainmentRegister } from '../../functions/clients/table/dynamo-containment-register.ts';
import { DynamoDigestStore } from '../../functions/clients/table/dynamo-digest-store.ts';
import { DynamoStoredFindings } from '../../functions/clients/table/dynamo-stored-findings.ts';
import { AGENDA_ATTRIBUTES, AGENDA_INDEX, SHORT_ID_INDEX } from '../../functions/clients/table/findings-table.ts';
import { clientSettings } from '../../tools/twin/identities.ts';
import { startTwin, type Twin } from '../../tools/twin/twin.ts';
import { baselineContract } from '../clients/baseline.contract.ts';
import { containmentRegisterContract } from '../clients/containment-register.contract.ts';
import { digestStoreContract } from '../clients/digest-store.contract.ts';
import { dynamoTable } from '../clients/dynamo-table.ts';
import { findingsTableContract, someFinding } from '../clients/findings-table.contract.ts';
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

test('the findings are listed with what became of them, and nothing else is', async () => {
  const finding = someFinding({ id: 'nsf-5eed0000000000000000000000000001' });
  await table().claim(finding, 1_000);
  await table().alerted(finding.id, { severity: 'HIGH', score: 60, indicators: {} });
  await table().playbookEnded(finding.id, { outcome: 'contained', at: '2026-11-30T12:00:00Z' });
  await table().playbookEnded(finding.id, { outcome: 'released', at: '2026-11-30T11:00:00Z' });
  await table().playbookEnded('nsf-of-nothing', { outcome: 'contained', at: '2026-11-30T12:00:00Z' });
  const stored = new DynamoStoredFindings(db, 'findings');
  const listed: object[] = [];
  for await (const each of stored.all('nsf-5eed')) listed.push(each);
  expect(listed).toEqual([
    {
      id: finding.id,
      finding,
      state: 'alerted',
      told: { severity: 'HIGH', score: 60, indicators: {} },
      latest: { severity: 'HIGH', score: 60, indicators: {} },
      playbookEnd: { outcome: 'contained', at: '2026-11-30T12:00:00Z' },
    },
  ]);
  const ids: string[] = [];
  for await (const { id } of stored.all()) ids.push(id);
  expect(ids.length).toBeGreaterThan(1);
  expect(ids.filter((id) => id.includes('#') || id === 'nsf-of-nothing')).toEqual([]);
});
