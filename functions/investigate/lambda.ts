import { Logger } from '@aws-lambda-powertools/logger';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EKSClient } from '@aws-sdk/client-eks';
import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { AwsEks } from '../clients/aws/aws-eks.ts';
import { AwsFlowLogs } from '../clients/aws/aws-flow-logs.ts';
import { AwsImageScans } from '../clients/aws/aws-image-scans.ts';
import { AwsLogVolumes } from '../clients/aws/aws-log-volumes.ts';
import { AwsThreats } from '../clients/aws/aws-threats.ts';
import { AwsTrail } from '../clients/aws/aws-trail.ts';
import { SharedTrail } from '../clients/aws/shared-trail.ts';
import { EksKubernetes } from '../clients/kubernetes/eks-kubernetes.ts';
import { KubeApi } from '../clients/kubernetes/kube-api.ts';
import { InsightsLogSearch } from '../clients/logs/insights-log-search.ts';
import { RememberingLogSearch } from '../clients/logs/remembering-log-search.ts';
import { DynamoAnswerMemory } from '../clients/table/dynamo-answer-memory.ts';
import { DynamoBaseline } from '../clients/table/dynamo-baseline.ts';
import { DynamoLogBudget } from '../clients/table/dynamo-log-budget.ts';
import type { BudgetRule } from '../clients/table/log-budget.ts';
import { Environment } from '../kit/environment.ts';
import { createHandler } from './handler.ts';
import { readSettings } from './settings.ts';

const environment = new Environment(process.env);
const tableName = environment.required('FINDINGS_TABLE');
const mostGiB = environment.optional('LOG_BUDGET_GIB');
const rule: BudgetRule = {
  volumes: environment.positiveInteger('LOG_BUDGET_VOLUMES', 12),
  ...(mostGiB !== undefined && { atMost: environment.positiveInteger('LOG_BUDGET_GIB', 1) * 1024 ** 3 }),
};
const db = new DynamoDBClient();
const eksClient = new EKSClient();
const eks = new AwsEks(eksClient);

const memory = new DynamoAnswerMemory(db, tableName);
const logger = new Logger({ serviceName: 'investigate' });

const registries = new Map<string, ECRClient>();
function registryOf(region: string): ECRClient {
  const client = registries.get(region) ?? new ECRClient({ region });
  registries.set(region, client);
  return client;
}

/** The entry of the deployed function. */
export const handler = createHandler(
  {
    eks,
    kubernetes: new EksKubernetes({
      eks,
      credentials: eksClient.config.credentials,
      api: (config) => new KubeApi(config),
    }),
    logs: new RememberingLogSearch(
      new InsightsLogSearch(new CloudWatchLogsClient(), {
        budget: new DynamoLogBudget(db, { tableName, rule }),
        volumes: new AwsLogVolumes(new CloudWatchClient()),
      }),
      memory,
      (error) => logger.warn('what was read of a log could not be remembered', error as Error),
    ),
    // CloudTrail takes two look-ups a second from the whole account.
    trail: new SharedTrail(new AwsTrail(new CloudTrailClient({ maxAttempts: 5 })), memory),
    imageScans: new AwsImageScans(registryOf),
    threats: new AwsThreats(new GuardDutyClient()),
    flowLogs: new AwsFlowLogs(new EC2Client()),
    baseline: new DynamoBaseline(db, tableName),
  },
  readSettings(environment),
);
