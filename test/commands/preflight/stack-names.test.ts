/** What preflight expects of a stack is what the stack has: its outputs, filters and groups. */
import { beforeAll, expect, jest, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { contextFor, rowsOf } from '../../../bin/commands/preflight/aws/ask.ts';
import type { AwsCheck } from '../../../bin/commands/preflight/aws/check.ts';
import { AWS_CHECKS } from '../../../bin/commands/preflight/aws/checks/index.ts';
import { awsClients } from '../../../bin/commands/preflight/aws/clients.ts';
import { parseConfig } from '../../../lib/config/config.ts';
import { SentinelStack } from '../../../lib/sentinel-stack.ts';
import { app } from '../../lib/stacks.ts';
import { ACCOUNT, type Answer, healthy, noCluster, REGION, use } from './account.ts';

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
}
let resources: Resource[];
let outputs: Record<string, { Value: Answer }>;

beforeAll(() => {
  const template = Template.fromStack(new SentinelStack(app(), 'Stack', { config: CONFIG })).toJSON();
  resources = Object.values(template['Resources']);
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

test.each(['access-entries', 'subscription-filters', 'subscriptions', 'stack'])(
  '%s of a fresh deployment is in order',
  async (id) => {
    use(deployed());
    const context = await contextFor(CONFIG, 'test.yaml', awsClients(REGION));
    const rows = await rowsOf(AWS_CHECKS.find((check) => check.id === id) as AwsCheck, context);
    expect(rows.map(({ status, says }) => [status, says])).toEqual(rows.map(({ says }) => ['ok', says]));
    expect(rows.length).toBeGreaterThan(0);
  },
);
