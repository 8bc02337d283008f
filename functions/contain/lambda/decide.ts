import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { S3EvidenceStore } from '../../clients/bucket/s3-evidence-store.ts';
import { LambdaFollowUps } from '../../clients/send/lambda-follow-ups.ts';
import { SfnExecutions } from '../../clients/send/sfn-playbooks.ts';
import { DynamoBaseline } from '../../clients/table/dynamo-baseline.ts';
import { DynamoClosures } from '../../clients/table/dynamo-closures.ts';
import { DynamoContainmentRegister } from '../../clients/table/dynamo-containment-register.ts';
import { DynamoFindingLookup } from '../../clients/table/dynamo-finding-lookup.ts';
import { Environment } from '../../kit/environment.ts';
import { DECIDE_FUNCTION_STEPS } from '../decide/index.ts';
import { runDecide } from '../decide/run-decide.ts';
import { handlerOf } from './handler.ts';

const environment = new Environment(process.env);
const tableName = environment.required('FINDINGS_TABLE');
const db = new DynamoDBClient();

const clients = {
  register: new DynamoContainmentRegister(db, tableName),
  playbooks: new SfnExecutions(new SFNClient()),
  table: new DynamoClosures(db, tableName),
  lookup: new DynamoFindingLookup(db, tableName),
  baseline: new DynamoBaseline(db, tableName),
  store: new S3EvidenceStore(new S3Client(), environment.required('EVIDENCE_BUCKET')),
  followUps: new LambdaFollowUps(new LambdaClient(), environment.required('ALERT_FUNCTION')),
};
const settings = {
  release: {
    byDefault: environment.required('RELEASE_MACHINE'),
    clusters: environment.stringLists('RELEASE_MACHINES'),
  },
};

/** The entry of the deployed function. */
export const handler = handlerOf('decide', DECIDE_FUNCTION_STEPS, (step, payload) =>
  runDecide(step, payload, clients, settings),
);
