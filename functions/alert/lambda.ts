import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { S3AlertArchive } from '../clients/bucket/s3-alert-archive.ts';
import { EventBridgeSender } from '../clients/send/event-bridge-sender.ts';
import { SfnPlaybooks } from '../clients/send/sfn-playbooks.ts';
import { SnsSender } from '../clients/send/sns-sender.ts';
import { StoredDigests } from '../clients/table/digests.ts';
import { DynamoContainmentRegister } from '../clients/table/dynamo-containment-register.ts';
import { DynamoDeliveries } from '../clients/table/dynamo-deliveries.ts';
import { DynamoDigestStore } from '../clients/table/dynamo-digest-store.ts';
import { audiencesFrom } from '../contract/digest-audiences.ts';
import { defined } from '../kit/defined.ts';
import { Environment } from '../kit/environment.ts';
import { readAutoStart } from './auto-start.ts';
import { DELIVERY_LEASE_MS } from './delivery.ts';
import { readDestinations } from './destinations/index.ts';
import { createHandler } from './handler.ts';
import { readPlaybooks } from './state-machine-arns.ts';

const environment = new Environment(process.env);
const { destinations, targets } = readDestinations(environment.required('DESTINATIONS'));
const tableName = environment.required('FINDINGS_TABLE');
const audiences = audiencesFrom(environment.stringLists('DIGEST_AUDIENCES'));
const db = new DynamoDBClient();
const sfn = new SFNClient();

/** The entry of the deployed function. Its timeout must be at most 40 seconds. */
export const handler = createHandler(
  {
    table: new DynamoDeliveries(db, { tableName, keepDays: environment.positiveInteger('FINDINGS_DAYS', 400) }),
    senders: {
      sns: new SnsSender(new SNSClient(), targets),
      eventbridge: new EventBridgeSender(new EventBridgeClient(), targets),
    },
    digests: new StoredDigests(new DynamoDigestStore(db, tableName), Date.now, audiences),
    archive: new S3AlertArchive(new S3Client(), environment.required('EVIDENCE_BUCKET')),
    autoStart: {
      register: new DynamoContainmentRegister(db, tableName),
      playbooks: (contain) => new SfnPlaybooks(sfn, contain),
    },
  },
  {
    destinations,
    leaseMs: DELIVERY_LEASE_MS,
    archiveMs: 5_000,
    recordPausesMs: [200, 800, 3_000],
    playbooks: readPlaybooks(environment.optional('PLAYBOOKS')),
    protectedNamespaces: environment.stringList('PROTECTED_NAMESPACES'),
    autoStart: readAutoStart(environment.optional('AUTO_START')),
    ...defined({ timeZone: environment.optional('TIME_ZONE') }),
    readers: environment.optional('READER_POLICY'),
  },
);
