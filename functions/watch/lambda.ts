import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EKSClient } from '@aws-sdk/client-eks';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { AwsEks } from '../clients/aws/aws-eks.ts';
import { EksKubernetes } from '../clients/kubernetes/eks-kubernetes.ts';
import { KubeCanaryApi } from '../clients/kubernetes/kube-canary-api.ts';
import { LambdaDigestMessages } from '../clients/send/lambda-digest-messages.ts';
import { LambdaInvestigator } from '../clients/send/lambda-investigator.ts';
import { StoredDigests } from '../clients/table/digests.ts';
import { DynamoAgenda } from '../clients/table/dynamo-agenda.ts';
import { DynamoCanaries } from '../clients/table/dynamo-canaries.ts';
import { DynamoDigestStore } from '../clients/table/dynamo-digest-store.ts';
import { DynamoJobRuns } from '../clients/table/dynamo-job-runs.ts';
import { Environment } from '../kit/environment.ts';
import { createHandler } from './handler.ts';
import { jobsOf } from './jobs.ts';

const environment = new Environment(process.env);
const db = new DynamoDBClient();
const lambda = new LambdaClient();
const eks = new EKSClient();
const tableName = environment.required('FINDINGS_TABLE');
const place = { region: environment.required('AWS_REGION'), account: environment.required('ACCOUNT') };

/** The entry of the deployed function. */
export const handler = createHandler({
  jobs: jobsOf(environment.optional('FIRST_NETWORK') === 'true'),
  clients: {
    kubernetes: new EksKubernetes({
      eks: new AwsEks(eks),
      credentials: eks.config.credentials,
      api: (config) => new KubeCanaryApi(config),
    }),
    canaries: new DynamoCanaries(db, tableName),
    table: new DynamoAgenda(db, tableName),
    digests: new StoredDigests(new DynamoDigestStore(db, tableName)),
    messages: new LambdaDigestMessages(lambda, environment.required('ALERT_FUNCTION')),
    investigator: new LambdaInvestigator(lambda, {
      byDefault: environment.required('INVESTIGATE_FUNCTION'),
      clusters: environment.stringLists('INVESTIGATE_FUNCTIONS'),
    }),
  },
  runs: new DynamoJobRuns(db, { tableName, network: environment.optional('NETWORK') ?? '' }),
  settings: {
    maxPerRun: environment.positiveInteger('WATCH_MAX_PER_RUN', 100),
    role: environment.required('ROLE_ARN'),
  },
  clusters: environment.stringList('CLUSTERS').map((name) => ({ name, ...place })),
});
