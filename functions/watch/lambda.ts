import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { LambdaInvestigator } from '../clients/send/lambda-investigator.ts';
import { DynamoAgenda } from '../clients/table/dynamo-agenda.ts';
import { Environment } from '../kit/environment.ts';
import { createHandler } from './handler.ts';

const environment = new Environment(process.env);

/** The entry of the deployed function. */
export const handler = createHandler(
  {
    table: new DynamoAgenda(new DynamoDBClient(), environment.required('FINDINGS_TABLE')),
    investigator: new LambdaInvestigator(new LambdaClient(), {
      byDefault: environment.required('INVESTIGATE_FUNCTION'),
      clusters: environment.stringLists('INVESTIGATE_FUNCTIONS'),
    }),
  },
  { maxPerRun: environment.positiveInteger('WATCH_MAX_PER_RUN', 100) },
);
