import { type Account, type Answer, CONFIG, VPC } from '../account.ts';
import type { Fault } from './fault.ts';

const IN_VPC = CONFIG.replace(
  '    cutLines: true',
  `    vpc: ${VPC.vpc}\n    subnets: [${VPC.subnets}]\n    securityGroups: [${VPC.securityGroups}]`,
);
const tableOf = (account: Account) => account['ec2:DescribeRouteTables'].RouteTables[0];
const wayOut = (route: object | undefined) => (account: Account) => {
  tableOf(account).Routes = route ? [{ DestinationCidrBlock: '0.0.0.0/0', ...route }] : [];
};
const SERVICES = ['eks', 'logs', 'monitoring', 'cloudtrail', 'ec2', 'ecr.api', 'guardduty', 's3', 'lambda', 'states'];
const endpoint = (service: string, more: object = {}) => ({
  ServiceName: `com.amazonaws.eu-west-1.${service}`,
  State: 'available',
  VpcEndpointType: 'Interface',
  PrivateDnsEnabled: true,
  ...more,
});
const GATEWAY = { VpcEndpointType: 'Gateway', RouteTableIds: ['rtb-1'] };
const closed =
  (...endpoints: object[]) =>
  (account: Account) => {
    wayOut(undefined)(account);
    account['ec2:DescribeVpcEndpoints'] = { VpcEndpoints: endpoints };
  };
const written = (gigabytes: number) => (account: Account) => {
  const now = Date.now();
  account['cloudwatch:GetMetricStatistics'] = {
    Datapoints: Array.from({ length: 7 }, (_, day) => ({
      Timestamp: new Date(now - (7 - day) * 86_400_000),
      Sum: gigabytes * 1e9,
    })),
  };
};
const chat = `${CONFIG}chat:\n  slack: { workspaceId: T0123ABCD, channelId: C0123ABCD }\n`;
const withChat = (subscription: object | undefined) => (account: Account) => {
  const [stack] = account['cloudformation:DescribeStacks'].Stacks;
  stack.Outputs.push({ OutputKey: 'ChatTopicArn', OutputValue: 'arn:aws:sns:eu-west-1:444455556666:Chat' });
  const usual = account['sns:ListSubscriptionsByTopic'];
  account['sns:ListSubscriptionsByTopic'] = (input: Answer) =>
    input.TopicArn.endsWith(':Chat') ? { Subscriptions: subscription ? [subscription] : [] } : usual(input);
};

/** What keeps functions and people from what they need, and what goes on beside them. */
export const REACH_FAULTS: readonly Fault[] = [
  {
    name: 'public subnets',
    check: 'routes',
    breaks: wayOut({ GatewayId: 'igw-1', State: 'active' }),
    config: IN_VPC,
    says: /subnet-0123456789abcdef0 is public: its way out is igw-1/,
    fix: /name private subnets/,
  },
  {
    name: 'a way out that leads nowhere',
    check: 'routes',
    breaks: wayOut({ NatGatewayId: 'nat-1', State: 'blackhole' }),
    config: IN_VPC,
    says: /leads to what is not there any more/,
    fix: /NAT gateway/,
  },
  {
    name: 'a way out by another network',
    check: 'routes',
    breaks: wayOut({ TransitGatewayId: 'tgw-1', State: 'active' }),
    config: IN_VPC,
    status: 'not-checked',
    says: /is tgw-1: what is behind it is not seen here/,
    fix: /leads to AWS/,
  },
  {
    name: 'a table of its own that leads elsewhere',
    check: 'routes',
    breaks: (account) => {
      account['ec2:DescribeRouteTables'].RouteTables.push({
        RouteTableId: 'rtb-2',
        Associations: [{ SubnetId: VPC.subnets[0] }],
        Routes: [{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-2', State: 'active' }],
      });
    },
    config: IN_VPC,
    says: /its way out is igw-2/,
    fix: /private subnets/,
  },
  {
    name: 'no way out, and no endpoint for EKS',
    check: 'routes',
    breaks: closed(...SERVICES.slice(1).map((service) => endpoint(service)), endpoint('dynamodb', GATEWAY)),
    config: IN_VPC,
    says: /no endpoint for eks: the clusters are not reached at all/,
    fix: /docs\/operations\.md/,
  },
  {
    name: 'an endpoint without private DNS',
    check: 'routes',
    breaks: closed(
      ...SERVICES.map((service) => endpoint(service, { PrivateDnsEnabled: service !== 'lambda' })),
      endpoint('dynamodb', GATEWAY),
    ),
    config: IN_VPC,
    status: 'note',
    says: /no endpoint for lambda: nobody is told how a playbook ended/,
    fix: /docs\/operations\.md/,
  },
  {
    name: 'a gateway endpoint of another table',
    check: 'routes',
    breaks: closed(
      ...SERVICES.map((service) => endpoint(service)),
      endpoint('dynamodb', { ...GATEWAY, RouteTableIds: ['rtb-2'] }),
    ),
    config: IN_VPC,
    says: /no endpoint for dynamodb/,
    fix: /docs\/operations\.md/,
  },
  {
    name: 'a VPC without DNS host names',
    check: 'routes',
    breaks: (account) => {
      account['ec2:DescribeVpcAttribute'] = { EnableDnsSupport: { Value: true }, EnableDnsHostnames: { Value: false } };
    },
    config: IN_VPC,
    says: /DNS host names off/,
    fix: /switch DNS resolution/,
  },
  {
    name: 'a capability that acts from outside',
    check: 'capabilities',
    breaks: (account) => {
      account['eks:ListCapabilities'] = {
        capabilities: [{ capabilityName: 'argo', type: 'ARGOCD', status: 'ACTIVE' }],
      };
    },
    status: 'note',
    says: /from outside: argo \(ARGOCD, ACTIVE\)/,
    fix: /contain names it again/,
  },
  {
    name: 'no logs of containers',
    check: 'container-insights',
    breaks: (account) => {
      account['logs:DescribeLogGroups'].logGroups.splice(1, 1);
    },
    status: 'note',
    says: /no log group \/aws\/containerinsights\/prod\/application/,
    fix: /CloudWatch Observability/,
  },
  {
    name: 'logs of containers in another class',
    check: 'container-insights',
    breaks: (account) => {
      account['logs:DescribeLogGroups'].logGroups[1].logGroupClass = 'INFREQUENT_ACCESS';
    },
    status: 'note',
    says: /of the class INFREQUENT_ACCESS/,
    fix: /class Standard/,
  },
  {
    name: 'a budget too small for a look',
    check: 'log-budget',
    breaks: written(50),
    config: CONFIG.replace('investigation:', 'investigation:\n  logBudgetGiB: 50'),
    status: 'note',
    says: /50 GB are written .*scans 50 GB \(\$0\.25 in us-east-1\), and 54 GB a day may be scanned \(at most \$0\.27 .*: 0 such looks, 0 of them .*hour before a request/,
    fix: /logBudgetGiB/,
  },
  {
    name: 'a channel that is not subscribed',
    check: 'subscriptions',
    breaks: withChat(undefined),
    config: chat,
    says: /Chat: Amazon Q Developer is not subscribed/,
    fix: /authorise the Slack workspace/,
  },
  {
    name: 'a channel that is not confirmed',
    check: 'subscriptions',
    breaks: withChat({
      Endpoint: 'https://global.sns-api.chatbot.amazonaws.com',
      SubscriptionArn: 'PendingConfirmation',
    }),
    config: chat,
    says: /has not confirmed its subscription/,
    fix: /authorise the Slack workspace/,
  },
  {
    name: 'a subscription of somebody else for the channel',
    check: 'subscriptions',
    breaks: withChat({ Endpoint: 'https://chatbot.amazonaws.com.evil.example/', SubscriptionArn: 'arn:1' }),
    config: chat,
    says: /is not subscribed/,
    fix: /authorise the Slack workspace/,
  },
];
