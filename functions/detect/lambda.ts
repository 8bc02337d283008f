import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { LambdaInvestigator } from '../clients/send/lambda-investigator.ts';
import { SqsRejectedRecords } from '../clients/send/sqs-rejected-records.ts';
import { StoredDigestGates } from '../clients/table/digests.ts';
import { DynamoCanaryArrivals } from '../clients/table/dynamo-canary-arrivals.ts';
import { DynamoClaims } from '../clients/table/dynamo-claims.ts';
import { DynamoDigestGates } from '../clients/table/dynamo-digest-gates.ts';
import { DynamoDrillArrivals } from '../clients/table/dynamo-drill-arrivals.ts';
import { audiencesFrom } from '../contract/digest-audiences.ts';
import { Environment } from '../kit/environment.ts';
import { createHandler } from './handler.ts';

const environment = new Environment(process.env);
const db = new DynamoDBClient();
const tableName = environment.required('FINDINGS_TABLE');
const audiences = audiencesFrom(environment.stringLists('DIGEST_AUDIENCES'));

/** The entry of the deployed function. */
export const handler = createHandler(
  {
    table: new DynamoClaims(db, {
      tableName,
      keepDays: environment.positiveInteger('FINDINGS_DAYS', 400),
    }),
    digests: new StoredDigestGates(new DynamoDigestGates(db, tableName), Date.now, audiences),
    canaries: new DynamoCanaryArrivals(db, tableName),
    drills: new DynamoDrillArrivals(db, tableName),
    investigator: new LambdaInvestigator(new LambdaClient(), {
      byDefault: environment.required('INVESTIGATE_FUNCTION'),
      clusters: environment.stringLists('INVESTIGATE_FUNCTIONS'),
    }),
    rejected: new SqsRejectedRecords(new SQSClient(), environment.required('REJECTED_QUEUE_URL')),
  },
  {
    maxUnzippedBytes: environment.positiveInteger('MAX_UNZIPPED_BYTES', 64 * 1024 * 1024),
    region: environment.required('AWS_REGION'),
    heldPausesMs: [500, 1_500, 4_000],
    central: environment.stringLists('CENTRAL_LOGS'),
  },
);
