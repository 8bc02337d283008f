import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EKSClient } from '@aws-sdk/client-eks';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import { AwsChain } from '../clients/aws/aws-chain.ts';
import { AwsDeployments } from '../clients/aws/aws-deployments.ts';
import { AwsEks } from '../clients/aws/aws-eks.ts';
import { AwsRoles } from '../clients/aws/aws-roles.ts';
import { AwsStackKey } from '../clients/aws/aws-stack-key.ts';
import { AwsTopicSubscriptions } from '../clients/aws/aws-topic-subscriptions.ts';
import { EksKubernetes } from '../clients/kubernetes/eks-kubernetes.ts';
import { KubeCanaryApi } from '../clients/kubernetes/kube-canary-api.ts';
import { AwsClusterLog } from '../clients/logs/aws-cluster-log.ts';
import { EventBridgeHealthMessages } from '../clients/send/event-bridge-health-messages.ts';
import { HealthMessagesToAll } from '../clients/send/health-messages.ts';
import { LambdaDetector } from '../clients/send/lambda-detector.ts';
import { LambdaDigestMessages } from '../clients/send/lambda-digest-messages.ts';
import { LambdaInvestigator } from '../clients/send/lambda-investigator.ts';
import { SnsHealthMessages } from '../clients/send/sns-health-messages.ts';
import { StoredDigests } from '../clients/table/digests.ts';
import { DynamoAgenda } from '../clients/table/dynamo-agenda.ts';
import { DynamoCanaries } from '../clients/table/dynamo-canaries.ts';
import { DynamoChainStates } from '../clients/table/dynamo-chain-states.ts';
import { DynamoDigestStore } from '../clients/table/dynamo-digest-store.ts';
import { DynamoExplanations } from '../clients/table/dynamo-explanations.ts';
import { DynamoGaps } from '../clients/table/dynamo-gaps.ts';
import { DynamoJobRuns } from '../clients/table/dynamo-job-runs.ts';
import { DynamoStock } from '../clients/table/dynamo-stock.ts';
import { Environment } from '../kit/environment.ts';
import { CUT_NAMESPACE_WRITES, NAMESPACE_WRITES } from '../kubernetes/filter-pattern.ts';
import { createHandler } from './handler.ts';
import { jobsOf } from './jobs.ts';

const environment = new Environment(process.env);
const db = new DynamoDBClient();
const lambda = new LambdaClient();
const sns = new SNSClient();
const iam = new IAMClient();
const eksClient = new EKSClient();
const eks = new AwsEks(eksClient);
const role = environment.required('ROLE_ARN');
const detect = environment.required('DETECT_ARN');
const stack = environment.required('STACK');
const tableName = environment.required('FINDINGS_TABLE');
const place = { region: environment.required('AWS_REGION'), account: environment.required('ACCOUNT') };

/** Absent where nobody wants events. */
const bus = environment.optional('EVENTS_BUS');
const stackName = stack.split('/')[1] ?? '';
const origin = { ...place, stack: stackName };

/** The entry of the deployed function. */
export const handler = createHandler({
  jobs: jobsOf(environment.optional('FIRST_NETWORK') === 'true'),
  clients: {
    deployed: {
      role,
      region: place.region,
      stackName,
      detectName: environment.required('DETECT_FUNCTION'),
      detectArn: detect,
      cutLineClusters: environment.stringList('CUT_LINE_CLUSTERS'),
      centralGroups: Object.entries(environment.stringLists('CENTRAL_LOG_GROUPS')).map(([name, filters]) => ({
        name,
        cutLines: filters.includes('cut-lines'),
      })),
      mappedClusters: environment.stringList('MAPPED_CLUSTERS'),
    },
    chain: new AwsChain({
      logs: new CloudWatchLogsClient(),
      iam,
      cloudWatch: new CloudWatchClient(),
      lambda,
    }),
    eks,
    stackKey: new AwsStackKey(new KMSClient(), environment.required('KEY_ARN')),
    keyMemory: { trouble: undefined },
    topicSubscriptions: new AwsTopicSubscriptions(sns),
    deployments: new AwsDeployments(new CloudFormationClient(), {
      stack,
      resource: environment.optional('DEPLOYMENT') ?? '',
    }),
    roles: new AwsRoles(iam),
    ownLists: environment.strings('OWN_LISTS'),
    place,
    chainStates: new DynamoChainStates(db, tableName),
    health: new HealthMessagesToAll([
      new SnsHealthMessages(sns, environment.required('HEALTH_TOPIC')),
      ...(bus === undefined ? [] : [new EventBridgeHealthMessages(new EventBridgeClient(), bus, origin)]),
    ]),
    kubernetes: new EksKubernetes({
      eks,
      credentials: eksClient.config.credentials,
      api: (config) => new KubeCanaryApi(config),
    }),
    canaries: new DynamoCanaries(db, tableName),
    stock: new DynamoStock(db, tableName),
    explanations: new DynamoExplanations(db, tableName),
    gaps: new DynamoGaps(db, tableName),
    clusterLog: new AwsClusterLog(new CloudWatchLogsClient(), {
      detect,
      patterns: [NAMESPACE_WRITES, CUT_NAMESPACE_WRITES],
    }),
    detector: new LambdaDetector(lambda, detect),
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
    role,
  },
  clusters: environment.stringList('CLUSTERS').map((name) => ({ name, ...place })),
});
