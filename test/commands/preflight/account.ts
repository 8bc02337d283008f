/** An AWS account as the AWS SDK sees it, at the edge of this process: answers by action, healthy until a test breaks it. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, ResourceNotFoundException as NoLogGroup } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EKSClient, ResourceNotFoundException } from '@aws-sdk/client-eks';
import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecurityHubClient } from '@aws-sdk/client-securityhub';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { CUT_NAMESPACE_WRITES, NAMESPACE_WRITES } from '../../../functions/kubernetes/filter-pattern.ts';
import { matchesJson } from '../../lib/json-pattern.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of many services, which the tests break in every way
export type Answer = any;
/** An error, or a function of the request, or the answer itself. */
export type Account = Record<string, Answer>;

const CLIENTS = {
  cloudformation: CloudFormationClient,
  cloudtrail: CloudTrailClient,
  cloudwatch: CloudWatchClient,
  dynamodb: DynamoDBClient,
  ec2: EC2Client,
  ecr: ECRClient,
  eks: EKSClient,
  guardduty: GuardDutyClient,
  iam: IAMClient,
  lambda: LambdaClient,
  logs: CloudWatchLogsClient,
  s3: S3Client,
  secretsmanager: SecretsManagerClient,
  securityhub: SecurityHubClient,
  states: SFNClient,
  sns: SNSClient,
  sts: STSClient,
};

/** Where IAM has another name for what a request asks. */
const ACTIONS: Record<string, string> = { 's3:ListObjectsV2': 's3:ListBucket' };

export const [ACCOUNT, REGION] = ['444455556666', 'eu-west-1'];
export const CONFIG = `
region: ${REGION}
clusters:
  - name: prod
    cutLines: true
emails:
  - address: oncall@corp.io
healthEmails: [platform@corp.io]
investigation:
  flowLogGroups: [/vpc/flow-logs]
`;
export const VERSION = '11111111-1111-4111-8111-111111111111';
export const DESTINATIONS = `${CONFIG}
pagerDuty: { secret: sentinel/pagerduty }
webhooks:
  - { name: Soar, url: https://soar.corp.io/hooks, secret: sentinel/soar, secretVersion: ${VERSION} }
securityHub: {}
`;
const CENTRAL_GROUP = '/central/aws/eks/prod/cluster';
export const CENTRAL_CONFIG = `${CONFIG}centralClusters:
  - { name: prod, account: '222233334444', region: eu-west-1, logGroup: ${CENTRAL_GROUP} }
`;
export const VPC = {
  vpc: 'vpc-0123456789abcdef0',
  subnets: ['subnet-0123456789abcdef0'],
  securityGroups: ['sg-0123456789abcdef0'],
};
const CLUSTER_GROUP = 'sg-0aaaaaaaaaaaaaaa0';
const DETECT = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:NamespaceSentinel-Detect-1`;
const machine = (name: string) => `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:NamespaceSentinel-${name}`;
const topic = (name: string) => `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`;
export const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/NamespaceSentinel-${name}`;
const ROLES: Record<string, string> = {
  Investigate: 'observer',
  Watch: 'watch',
  Contain: 'contain',
  Probe: 'probe',
  Release: 'release',
};

/** What the service says of a pattern, by what its documentation says of the two syntaxes. */
const matches = ({ filterPattern, logEventMessages }: Answer) => ({
  matches: (logEventMessages as string[]).flatMap((line, index) =>
    (
      filterPattern.startsWith('{')
        ? matchesJson(filterPattern, line)
        : new RegExp(filterPattern.slice(1, -1)).test(line)
    )
      ? [{ eventNumber: index + 1, eventMessage: line }]
      : [],
  ),
});

export const noStack = (input: Answer): never => {
  throw Object.assign(new Error(`Stack with id ${input.StackName} does not exist`), {
    name: 'ValidationError',
    $metadata: {},
  });
};

const DEPLOYED = new Date('2026-02-01T00:00:00Z');
/** Of a namespace that was released, and of one that is contained. */
export const UIDS = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const;
export const snapshotOf = (cluster: string, uid: string, file: string) => ({
  Key: `snapshots/${ACCOUNT}/${REGION}/${cluster}/${uid}/${file}`,
});

/** Deployed, with one cluster whose endpoint is public. */
export const healthy = (): Account => ({
  'sts:GetCallerIdentity': { Account: ACCOUNT, Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/admin/me` },
  'cloudformation:DescribeStacks': {
    Stacks: [
      {
        StackStatus: 'UPDATE_COMPLETE',
        Outputs: Object.entries({
          DetectFunctionName: DETECT.split(':').at(-1),
          AlertTopicArn: topic('Alert'),
          HealthTopicArn: topic('Health'),
          EvidenceBucketName: 'evidence',
          ContainPlaybookArn: machine('contain'),
          ReleasePlaybookArn: machine('release'),
          DecidePlaybookArn: machine('decide'),
          ReaderPolicyArn: `arn:aws:iam::${ACCOUNT}:policy/Reader-1`,
          StarterPolicyArn: `arn:aws:iam::${ACCOUNT}:policy/Starter-1`,
          ApproverPolicyArn: `arn:aws:iam::${ACCOUNT}:policy/Approver-1`,
          SubscriptionFilters: JSON.stringify({ prod: ['NamespaceSentinel-namespaces'] }),
          ...Object.fromEntries(Object.keys(ROLES).map((kind) => [`${kind}RoleArn`, role(kind)])),
        }).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
      },
    ],
  },
  'eks:DescribeCluster': {
    cluster: {
      name: 'prod',
      arn: `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/prod`,
      createdAt: new Date('2026-01-01T00:00:00Z'),
      status: 'ACTIVE',
      version: '1.36',
      logging: { clusterLogging: [{ types: ['api', 'audit'], enabled: true }] },
      accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
      resourcesVpcConfig: {
        vpcId: VPC.vpc,
        clusterSecurityGroupId: CLUSTER_GROUP,
        endpointPublicAccess: true,
        publicAccessCidrs: ['0.0.0.0/0'],
        endpointPrivateAccess: false,
      },
    },
  },
  'eks:DescribeClusterVersions': {
    clusterVersions: [
      { clusterVersion: '1.36', versionStatus: 'STANDARD_SUPPORT' },
      { clusterVersion: '1.33', versionStatus: 'EXTENDED_SUPPORT' },
      { clusterVersion: '1.31', versionStatus: 'UNSUPPORTED' },
    ],
  },
  'eks:DescribeAccessEntry': ({ clusterName, principalArn }: Answer) => {
    if (clusterName === 'theirs') throw noCluster();
    return {
      accessEntry: { kubernetesGroups: [`namespace-sentinel:${ROLES[principalArn.split('NamespaceSentinel-')[1]]}`] },
    };
  },
  'eks:ListClusters': { clusters: ['prod', 'theirs'] },
  'cloudformation:ListStackResources': {
    StackResourceSummaries: [
      ...Object.entries(ROLES).map(([kind, group]) => ({
        LogicalResourceId: `SentinelClusterprodAccess${group}5A65E6E9`,
        ResourceType: 'AWS::EKS::AccessEntry',
        PhysicalResourceId: `${role(kind)}|prod`,
        LastUpdatedTimestamp: DEPLOYED,
      })),
      { LogicalResourceId: 'B', ResourceType: 'AWS::S3::Bucket', PhysicalResourceId: 'evidence' },
      { LogicalResourceId: 'T', ResourceType: 'AWS::DynamoDB::Table', PhysicalResourceId: 'findings' },
      { LogicalResourceId: 'K', ResourceType: 'AWS::KMS::Key', PhysicalResourceId: UIDS[0] },
      { LogicalResourceId: 'Q', ResourceType: 'AWS::SQS::Queue', PhysicalResourceId: 'https://queue' },
    ],
  },
  // One that was released, and one that is contained.
  's3:ListBucket': ({ Prefix = '' }: Answer) => ({
    Contents: Prefix.startsWith('snapshots/')
      ? [snapshotOf('prod', UIDS[0], 'snapshot.json.gz'), snapshotOf('prod', UIDS[1], 'snapshot.json.gz')]
      : [{ Key: `${Prefix}NamespaceSentinel-contain/run-1/report.json` }],
  }),
  's3:GetObjectTagging': ({ Key }: Answer) => ({
    TagSet: Key.includes(UIDS[0]) ? [{ Key: 'released', Value: 'true' }] : [],
  }),
  'cloudformation:ListStacks': { StackSummaries: [] },
  'cloudwatch:GetMetricStatistics': { Datapoints: [{ Timestamp: DEPLOYED, Average: 3 * 2 ** 30 }] },
  'dynamodb:DescribeTable': { Table: { TableSizeBytes: 2 ** 30 } },
  'iam:ListEntitiesForPolicy': { PolicyRoles: [], PolicyUsers: [], PolicyGroups: [] },
  'states:ListExecutions': { executions: [] },
  'states:GetExecutionHistory': { events: [{ stateEnteredEventDetails: { name: 'Collect evidence' } }] },
  'states:DescribeExecution': { input: JSON.stringify({ cluster: 'prod', namespace: 'evil', uid: UIDS[1] }) },
  'eks:ListAssociatedAccessPolicies': { associatedAccessPolicies: [] },
  'logs:DescribeLogGroups': {
    logGroups: [
      { logGroupName: '/aws/eks/prod/cluster', logGroupClass: 'STANDARD', deletionProtectionEnabled: true },
      { logGroupName: '/aws/containerinsights/prod/application' },
      { logGroupName: CENTRAL_GROUP },
    ],
  },
  'logs:DescribeSubscriptionFilters': {
    subscriptionFilters: [
      {
        filterName: 'NamespaceSentinel-namespaces',
        filterPattern: NAMESPACE_WRITES,
        destinationArn: DETECT,
        creationTime: Number(DEPLOYED),
        emitSystemFields: ['@aws.account', '@aws.region'],
      },
      {
        filterName: 'NamespaceSentinel-cut-lines',
        filterPattern: CUT_NAMESPACE_WRITES,
        destinationArn: DETECT,
        emitSystemFields: ['@aws.account', '@aws.region'],
      },
    ],
  },
  'logs:GetTransformer': {},
  'logs:TestMetricFilter': matches,
  'lambda:GetAccountSettings': {
    AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 980 },
  },
  'sns:ListSubscriptionsByTopic': ({ TopicArn }: Answer) => ({
    Subscriptions: [
      {
        Endpoint: TopicArn === topic('Alert') ? 'oncall@corp.io' : 'platform@corp.io',
        SubscriptionArn: `${TopicArn}:1`,
      },
    ],
  }),
  'cloudtrail:DescribeTrails': { trailList: [{ Name: 'org', TrailARN: 'arn:org', IsMultiRegionTrail: true }] },
  'cloudtrail:GetTrailStatus': { IsLogging: true },
  'cloudtrail:GetEventSelectors': { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true }] },
  'ec2:DescribeFlowLogs': { FlowLogs: [{ LogGroupName: '/vpc/flow-logs' }] },
  'ec2:DescribeRouteTables': {
    RouteTables: [
      {
        RouteTableId: 'rtb-1',
        Associations: [{ Main: true }],
        Routes: [{ DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat-1', State: 'active' }],
      },
    ],
  },
  'ec2:DescribeVpcEndpoints': { VpcEndpoints: [] },
  'ec2:DescribeVpcAttribute': { EnableDnsSupport: { Value: true }, EnableDnsHostnames: { Value: true } },
  'eks:ListCapabilities': { capabilities: [] },
  'ec2:DescribeSubnets': { Subnets: [{ SubnetId: VPC.subnets[0], VpcId: VPC.vpc }] },
  'ec2:DescribeSecurityGroups': {
    SecurityGroups: [
      { GroupId: VPC.securityGroups[0], VpcId: VPC.vpc },
      {
        GroupId: CLUSTER_GROUP,
        VpcId: VPC.vpc,
        IpPermissions: [
          {
            IpProtocol: 'tcp',
            FromPort: 443,
            ToPort: 443,
            UserIdGroupPairs: [{ GroupId: VPC.securityGroups[0] }],
          },
        ],
      },
    ],
  },
  'secretsmanager:DescribeSecret': { VersionIdsToStages: { [VERSION]: ['AWSCURRENT'] } },
  'securityhub:DescribeHub': { HubArn: `arn:aws:securityhub:${REGION}:${ACCOUNT}:hub/default` },
  'guardduty:ListDetectors': { DetectorIds: ['d'] },
  'guardduty:GetDetector': { Status: 'ENABLED', Features: [{ Name: 'EKS_AUDIT_LOGS', Status: 'ENABLED' }] },
  'ecr:GetRegistryScanningConfiguration': {
    scanningConfiguration: { scanType: 'ENHANCED', rules: [{ scanFrequency: 'CONTINUOUS_SCAN' }] },
  },
});

/** Refused by IAM, in its words. */
export const denied = (action: string): Error =>
  Object.assign(new Error(`User: arn:aws:iam::1:user/me is not authorized to perform: ${action} on resource: *`), {
    name: 'AccessDeniedException',
    $metadata: { httpStatusCode: 403 },
  });
export const unreachable = (): Error =>
  Object.assign(new Error('connect ETIMEDOUT 192.0.2.1:443'), { code: 'ETIMEDOUT', $metadata: {} });
const fault = { message: 'not found', $metadata: {} };
export const noCluster = (): Error => new ResourceNotFoundException(fault);
export const noLogGroup = (): Error => new NoLogGroup(fault);

let account: Account = healthy();
/** What was asked, as IAM names it. */
export const asked = new Set<string>();

for (const [prefix, client] of Object.entries(CLIENTS))
  mockClient(client as typeof EKSClient).send.callsFake(
    async (request: { input: object; constructor: { name: string } }) => {
      const operation = `${prefix}:${request.constructor.name.replace(/Command$/, '')}`;
      const action = ACTIONS[operation] ?? operation;
      asked.add(action);
      const answer = account[action];
      if (answer === undefined) throw new Error(`the account of the test knows no ${action}`);
      if (answer instanceof Error) throw answer;
      return typeof answer === 'function' ? answer(request.input) : answer;
    },
  );

/** Makes the account what the tests see from now on. */
export function use(other: Account): void {
  account = other;
  asked.clear();
}

/** A copy with something changed: the function gets the account, whose answers may be changed in place. */
export function broken(change: (account: Account) => void): Account {
  const made = healthy();
  change(made);
  return made;
}
export const clusterOf = (made: Account) => made['eks:DescribeCluster'].cluster;
