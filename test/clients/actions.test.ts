/** The IAM actions of each port are those of the commands that its adapter sends. */
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EKSClient } from '@aws-sdk/client-eks';
import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { ACTIONS } from '../../functions/clients/aws/actions.ts';
import { AwsEks } from '../../functions/clients/aws/aws-eks.ts';
import { AwsFlowLogs } from '../../functions/clients/aws/aws-flow-logs.ts';
import { AwsImageScans } from '../../functions/clients/aws/aws-image-scans.ts';
import { AwsThreats } from '../../functions/clients/aws/aws-threats.ts';
import { AwsTrail } from '../../functions/clients/aws/aws-trail.ts';
import { EksKubernetes } from '../../functions/clients/kubernetes/eks-kubernetes.ts';
import { InsightsLogSearch } from '../../functions/clients/logs/insights-log-search.ts';
import { DynamoBaseline } from '../../functions/clients/table/dynamo-baseline.ts';
import { DynamoLogBudget } from '../../functions/clients/table/dynamo-log-budget.ts';

const CLUSTER = { name: 'prod', region: 'eu-central-1', account: '111122223333' };
const LOG_GROUP = '/aws/eks/prod/cluster';
const IMAGE = {
  registryId: '111122223333',
  region: 'eu-central-1',
  repository: 'r',
  digest: `sha256:${'0'.repeat(64)}`,
};

/** Each service by its prefix in IAM, with one answer that holds what any of its commands needs to go on. */
const SERVICES = {
  eks: [
    EKSClient,
    {
      cluster: {
        arn: 'arn:aws:eks:eu-central-1:111122223333:cluster/prod',
        endpoint: 'https://example.com',
        certificateAuthority: { data: 'Y2E=' },
      },
    },
  ],
  logs: [
    CloudWatchLogsClient,
    { logGroups: [{ logGroupName: LOG_GROUP, storedBytes: 10 }], queryId: 'q', status: 'Running', statistics: {} },
  ],
  dynamodb: [DynamoDBClient, {}],
  cloudtrail: [CloudTrailClient, {}],
  ec2: [EC2Client, {}],
  ecr: [ECRClient, { imageScanStatus: { status: 'COMPLETE' }, imageScanFindings: {} }],
  guardduty: [GuardDutyClient, { DetectorIds: ['d'], FindingIds: ['f'], Findings: [] }],
} as const;

const mocks = Object.entries(SERVICES).map(([prefix, [client, answer]]) => {
  const mock = mockClient(client as typeof EKSClient);
  mock.onAnyCommand().resolves(answer as object);
  return { prefix, mock };
});

/** What was sent, as IAM names it. */
const sent = (): string[] => {
  const all = mocks.flatMap(({ prefix, mock }) =>
    mock.calls().map(({ args: [command] }) => `${prefix}:${command.constructor.name.replace(/Command$/, '')}`),
  );
  for (const { mock } of mocks) mock.resetHistory();
  return [...new Set(all)].sort();
};

const eks = new AwsEks(new EKSClient({}));
const db = new DynamoDBClient({});
const threats = new AwsThreats(new GuardDutyClient({}));
const flowLogs = new AwsFlowLogs(new EC2Client({}));
const scans = new AwsImageScans(() => new ECRClient({}));
const credentials = async () => ({ accessKeyId: 'a', secretAccessKey: 's' });

type Call = (signal: AbortSignal) => Promise<unknown>;
const CALLS: { [Port in keyof typeof ACTIONS]: { [Method in keyof (typeof ACTIONS)[Port]]: Call } } = {
  eks: {
    describeCluster: (signal) => eks.describeCluster('prod', signal),
    describeAccessEntry: (signal) => eks.describeAccessEntry('prod', 'arn', signal),
    listAccessEntries: (signal) => eks.listAccessEntries('prod', signal),
    listAssociatedAccessPolicies: (signal) => eks.listAssociatedAccessPolicies('prod', 'arn', signal),
  },
  kubernetes: {
    connect: (signal) => new EksKubernetes({ eks, credentials, api: () => ({}) as never }).connect(CLUSTER, signal),
  },
  logs: {
    async ask(signal) {
      const budget = new DynamoLogBudget(db, { tableName: 't', bytesPerDay: 1e12 });
      const search = new InsightsLogSearch(new CloudWatchLogsClient({}), budget, { pollMs: 1 });
      const question = { cluster: CLUSTER, source: 'audit' as const, from: 0, to: 60_000, limit: 1 };
      // Given up while the query runs, so that it is stopped as well.
      const late = AbortSignal.any([signal, AbortSignal.timeout(100)]);
      await expect(search.ask({ ...question, where: { field: 'verb', is: 'get' } }, late)).rejects.toThrow();
      const stopped = () =>
        mocks.some(({ mock }) => mock.calls().some(({ args: [c] }) => /Stop/.test(c.constructor.name)));
      while (!stopped()) await new Promise((resolve) => setTimeout(resolve, 5));
    },
  },
  trail: {
    lookUp: (signal) =>
      new AwsTrail(new CloudTrailClient({}), 0).lookUp(
        { eventSource: 'eks.amazonaws.com', names: ['CreateAccessEntry'], from: 0, to: 1, max: 1 },
        signal,
      ),
  },
  imageScans: {
    findings: (signal) => scans.findings(IMAGE, signal),
    startScan: (signal) => scans.startScan(IMAGE, signal),
  },
  threats: { findings: (signal) => threats.findings({ clusterName: 'prod', since: 0 }, signal) },
  flowLogs: {
    destinations: (signal) => flowLogs.destinations('vpc-1', signal),
    cidrs: (signal) => flowLogs.cidrs('vpc-1', signal),
  },
  baseline: {
    lookUp: (signal) =>
      new DynamoBaseline(db, 't').lookUp({ cluster: CLUSTER, principal: 'arn', name: 'shop' }, 0, signal),
  },
};

/** Asked by a service in the caller's name: no command of ours. */
const IN_OUR_NAME: readonly string[] = ['inspector2:ListCoverage', 'inspector2:ListFindings'];

const rows = Object.entries(ACTIONS).flatMap(([port, methods]) =>
  Object.entries(methods as Record<string, readonly string[]>).map(([method, actions]) => ({
    name: `${port}.${method}`,
    call: (CALLS as unknown as Record<string, Record<string, Call>>)[port]?.[method],
    actions,
  })),
);

test.each(rows)('$name sends the commands of its actions, and no other', async ({ call, actions }) => {
  sent();
  await call?.(AbortSignal.timeout(5_000));
  expect(sent()).toEqual(actions.filter((action) => !IN_OUR_NAME.includes(action)).sort());
});
