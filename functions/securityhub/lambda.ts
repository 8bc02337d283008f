import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecurityHubClient } from '@aws-sdk/client-securityhub';
import { AwsSecurityHub } from '../clients/send/aws-security-hub.ts';
import { DynamoClosures } from '../clients/table/dynamo-closures.ts';
import { Environment } from '../kit/environment.ts';
import { createHandler } from './handler.ts';

const environment = new Environment(process.env);

/** The entry of the deployed function. */
export const handler = createHandler(
  {
    hub: new AwsSecurityHub(new SecurityHubClient()),
    table: new DynamoClosures(new DynamoDBClient(), environment.required('FINDINGS_TABLE')),
  },
  { account: environment.required('ACCOUNT'), product: environment.required('PRODUCT_ARN') },
);
