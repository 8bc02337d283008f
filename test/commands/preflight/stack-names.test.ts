/** What preflight expects of a stack is what the stack has: its outputs, filters and groups. */
import { beforeAll, expect, jest, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { contextFor, rowsOf } from '../../../bin/commands/preflight/aws/ask.ts';
import type { AwsCheck } from '../../../bin/commands/preflight/aws/check.ts';
import { AWS_CHECKS } from '../../../bin/commands/preflight/aws/checks/index.ts';
import { awsClients } from '../../../bin/commands/preflight/aws/clients.ts';
import { REMOVAL_CHECKS } from '../../../bin/commands/preflight/removal/order.ts';
import { stackState } from '../../../bin/commands/preflight/removal/stack-state.ts';
import { GROUPS } from '../../../functions/kubernetes/quarantine.ts';
import { parseConfig } from '../../../lib/config/config.ts';
import { SentinelStack } from '../../../lib/sentinel-stack.ts';
import { app } from '../../lib/stacks.ts';
import { ACCOUNT, type Answer, asked, healthy, noCluster, REGION, snapshotOf, use } from './account.ts';

jest.setTimeout(120_000);

const place = (digit: string) =>
  `vpc: vpc-${digit.repeat(17)}\n    subnets: [subnet-${digit.repeat(17)}]\n    securityGroups: [sg-${digit.repeat(17)}]`;
const CONFIG = parseConfig(
  `region: ${REGION}
clusters:
  - name: open
    cutLines: true
  - name: closed
    ${place('1')}
  - name: hidden
    ${place('2')}
emails: [{ address: oncall@corp.io }]
`,
  'test.yaml',
);

interface Resource {
  Type: string;
  Properties: Answer;
  DeletionPolicy?: string;
}
let resources: Resource[];
let byId: Record<string, Resource>;
let outputs: Record<string, { Value: Answer }>;

beforeAll(() => {
  const template = Template.fromStack(new SentinelStack(app(), 'Stack', { config: CONFIG })).toJSON();
  byId = template['Resources'];
  resources = Object.values(byId);
  outputs = template['Outputs'];
});

const of = (type: string) => resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
/** What the reference to a resource comes to: its own name in the template, in the form of an ARN. */
const plain = (value: Answer): string => {
  if (typeof value === 'string') return value;
  const [id] = [value['Fn::GetAtt'] ?? value.Ref].flat();
  return `arn:aws:any:${REGION}:${ACCOUNT}:${id}`;
};

/** The account as this stack makes it. */
const deployed = () => ({
  ...healthy(),
  'cloudformation:DescribeStacks': {
    Stacks: [
      {
        StackStatus: 'CREATE_COMPLETE',
        Outputs: Object.entries(outputs).map(([OutputKey, { Value }]) => ({
          OutputKey,
          OutputValue: OutputKey.endsWith('FunctionName') ? plain(Value).split(':').at(-1) : plain(Value),
        })),
      },
    ],
  },
  'eks:DescribeAccessEntry': ({ clusterName, principalArn }: Answer) => {
    const entry = of('AWS::EKS::AccessEntry').find(
      (each) => each.ClusterName === clusterName && plain(each.PrincipalArn) === principalArn,
    );
    if (!entry) throw noCluster();
    return { accessEntry: { kubernetesGroups: entry.KubernetesGroups } };
  },
  'eks:ListClusters': { clusters: ['open', 'closed', 'hidden'] },
  's3:ListBucket': { Contents: [] },
  'cloudformation:ListStackResources': {
    StackResourceSummaries: Object.entries(byId).map(([LogicalResourceId, { Type, Properties }]) => ({
      LogicalResourceId,
      ResourceType: Type,
      // As CloudFormation calls an access entry.
      PhysicalResourceId:
        Type === 'AWS::EKS::AccessEntry'
          ? `${plain(Properties.PrincipalArn)}|${Properties.ClusterName}`
          : LogicalResourceId,
      LastUpdatedTimestamp: new Date('2026-02-01T00:00:00Z'),
    })),
  },
  'logs:DescribeSubscriptionFilters': ({ logGroupName }: Answer) => ({
    subscriptionFilters: of('AWS::Logs::SubscriptionFilter')
      .filter((each) => each.LogGroupName === logGroupName)
      .map(({ FilterName: filterName, FilterPattern: filterPattern, DestinationArn }) => ({
        filterName,
        filterPattern,
        destinationArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${plain(DestinationArn).split(':').at(-1)}`,
      })),
  }),
  'sns:ListSubscriptionsByTopic': ({ TopicArn }: Answer) => ({
    Subscriptions: of('AWS::SNS::Subscription')
      .filter((each) => plain(each.TopicArn) === TopicArn)
      .map(({ Endpoint }) => ({ Endpoint, SubscriptionArn: `${TopicArn}:1` })),
  }),
});

test.each(['access-entries', 'subscription-filters', 'subscriptions', 'stack', 'taken-out', 'same-cluster'])(
  '%s of a fresh deployment is in order',
  async (id) => {
    use(deployed());
    const context = await contextFor(CONFIG, 'test.yaml', awsClients(REGION));
    const rows = await rowsOf(AWS_CHECKS.find((check) => check.id === id) as AwsCheck, context);
    expect(rows.map(({ status, says }) => [status, says])).toEqual(rows.map(({ says }) => ['ok', says]));
    expect(rows.length).toBeGreaterThan(0);
  },
);

test('what was contained in a network is released by the machine of that network', async () => {
  const uid = '22222222-2222-4222-8222-222222222222';
  const networks = new Map<string, string>();
  for (const { ClusterName, PrincipalArn, KubernetesGroups } of of('AWS::EKS::AccessEntry'))
    if (KubernetesGroups[0] === GROUPS.release) networks.set(ClusterName, plain(PrincipalArn));
  use({
    ...deployed(),
    's3:ListBucket': ({ Prefix }: Answer) => ({
      Contents: Prefix.startsWith('snapshots/')
        ? [...networks.keys()].map((name) => snapshotOf(name, uid, 'snapshot.json.gz'))
        : [{ Key: `${Prefix}contain/run/report.json` }],
    }),
    's3:GetObjectTagging': {},
  });
  const [{ name = '' } = {}] = CONFIG.clusters;
  const config = { ...CONFIG, clusters: CONFIG.clusters.filter((cluster) => cluster.name === name) };
  const context = await contextFor(config, 'test.yaml', awsClients(REGION));
  const rows = await rowsOf(AWS_CHECKS.find(({ id }) => id === 'taken-out') as AwsCheck, context);
  const machines = rows.flatMap(({ fix = [] }) => fix.map((argv) => argv[argv.indexOf('--state-machine-arn') + 1]));
  const output = (id: string) => plain(outputs[id]?.Value);
  const machineOf = (cluster: string) =>
    output(
      Object.keys(outputs)
        .find((id) => /^Release.*RoleArn$/.test(id) && output(id) === networks.get(cluster))
        ?.replace('RoleArn', 'PlaybookArn') ?? '',
    );
  expect(machines).toEqual([machineOf('closed'), machineOf('hidden')]);
  expect(new Set(machines).size).toBe(2);
});

test('what is told to stay is what the template keeps', async () => {
  use(deployed());
  const { kept } = await stackState(await contextFor(CONFIG, 'test.yaml', awsClients(REGION)));
  const wanted = Object.entries(byId)
    .filter(([, { DeletionPolicy = 'Delete' }]) => DeletionPolicy !== 'Delete')
    .map(([id]) => id);
  expect(kept.map(({ LogicalResourceId }) => LogicalResourceId)).toEqual(wanted);
  expect(wanted.length).toBe(3 + CONFIG.clusters.length);
});

test.each(['questions', 'executions', 'people', 'destroy'])(
  '%s finds nothing in the way in a fresh deployment',
  async (id) => {
    use(deployed());
    const context = await contextFor(CONFIG, 'test.yaml', awsClients(REGION));
    const rows = await rowsOf(REMOVAL_CHECKS.find((check) => check.id === id) as AwsCheck, context);
    expect(rows.map(({ status }) => status)).toEqual([id === 'destroy' ? 'note' : 'ok']);
    // It has asked about each machine and each policy of the template.
    if (id === 'executions') expect(asked).toContain('states:ListExecutions');
    if (id === 'people') expect(asked).toContain('iam:ListEntitiesForPolicy');
  },
);
