/**
 * Faults of an account that are played by the answers of the emulator (`tools/twin/emulator/answers.py`): SIMULATED, as the emulator
 * cannot be brought into these states. What says so of the real service is the documentation alone.
 */

/** What the emulator answers instead, by action. */
export type Answers = Readonly<
  Record<string, { answer?: object; status?: number; merge?: object; replace?: readonly (readonly [string, string])[] }>
>;

export interface Planted {
  name: string;
  check: string;
  answers: Answers;
  says: RegExp;
  status?: 'failed' | 'note' | 'not-checked';
}

const cluster = (merge: object): Answers => ({ 'eks:DescribeCluster': { merge: { cluster: merge } } });
const stack = (pattern: string, text: string): Answers => ({
  'cloudformation:DescribeStacks': { replace: [[pattern, text]] },
});
const subscriptions = (pattern: string, text: string): Answers => ({
  'sns:ListSubscriptionsByTopic': { replace: [[pattern, text]] },
});
const GROUP = '/aws/eks/twin/cluster';

export const PLANTED: readonly Planted[] = [
  {
    name: 'no cluster',
    check: 'cluster',
    answers: {
      'eks:DescribeCluster': {
        status: 404,
        answer: { __type: 'ResourceNotFoundException', message: 'No cluster found' },
      },
    },
    says: /no such cluster/,
  },
  { name: 'a cluster that is deleted', check: 'cluster', answers: cluster({ status: 'DELETING' }), says: /DELETING/ },
  {
    name: 'a cluster at work',
    check: 'cluster',
    answers: cluster({ status: 'UPDATING' }),
    says: /being updated/,
    status: 'note',
  },
  {
    name: 'a cluster that was made again',
    check: 'same-cluster',
    answers: cluster({ createdAt: 4_000_000_000 }),
    says: /is another cluster than the one for which/,
    status: 'note',
  },
  { name: 'an old version', check: 'cluster-version', answers: cluster({ version: '1.29' }), says: /need 1\.30/ },
  {
    name: 'a version out of support',
    check: 'cluster-version',
    answers: {
      'eks:DescribeClusterVersions': {
        answer: { clusterVersions: [{ clusterVersion: '1.36', versionStatus: 'UNSUPPORTED' }] },
      },
    },
    says: /EKS does not support/,
  },
  {
    name: 'no audit log',
    check: 'audit-log',
    answers: cluster({ logging: { clusterLogging: [{ types: ['api'], enabled: true }] } }),
    says: /audit log is off/,
  },
  {
    name: 'a mode that refuses access entries',
    check: 'authentication-mode',
    answers: cluster({ accessConfig: { authenticationMode: 'CONFIG_MAP' } }),
    says: /refuses access entries/,
  },
  {
    name: 'a private endpoint',
    check: 'endpoint',
    answers: cluster({ resourcesVpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true } }),
    says: /private to/,
  },
  {
    name: 'a public endpoint for few',
    check: 'endpoint',
    answers: cluster({ resourcesVpcConfig: { publicAccessCidrs: ['198.51.100.0/24'] } }),
    says: /open to 198\.51\.100\.0\/24 alone/,
  },
  {
    name: 'no log group',
    check: 'log-group',
    answers: { 'logs:DescribeLogGroups': { answer: { logGroups: [] } } },
    says: /no log group/,
  },
  {
    name: 'a log group that takes no filter',
    check: 'log-group',
    answers: {
      'logs:DescribeLogGroups': {
        answer: { logGroups: [{ logGroupName: GROUP, logGroupClass: 'INFREQUENT_ACCESS' }] },
      },
    },
    says: /INFREQUENT_ACCESS/,
  },
  {
    name: 'a filter that sends elsewhere',
    check: 'subscription-filters',
    answers: {
      'logs:DescribeSubscriptionFilters': {
        replace: [['("destinationArn": ?")[^"]*', String.raw`\1arn:aws:lambda:us-east-1:999999999999:function:thief`]],
      },
    },
    says: /sends to .*:thief/,
  },
  {
    name: 'a pattern that the service does not match',
    check: 'filter-pattern',
    answers: { 'logs:TestMetricFilter': { answer: { matches: [] } } },
    says: /not matched/,
  },
  {
    name: 'a transformer',
    check: 'transformer',
    answers: { 'logs:GetTransformer': { answer: { transformerConfig: [{ parseToOCSF: {} }] } } },
    says: /parseToOCSF/,
    status: 'note',
  },
  {
    name: 'a new account',
    check: 'concurrency',
    answers: {
      'lambda:GetAccountSettings': {
        answer: { AccountLimit: { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 } },
      },
    },
    says: /10 at once/,
    status: 'note',
  },
  {
    name: 'an address that has not confirmed',
    check: 'subscriptions',
    answers: subscriptions('<SubscriptionArn>[^<]*', '<SubscriptionArn>PendingConfirmation'),
    says: /has not confirmed/,
  },
  {
    name: 'an address that is gone',
    check: 'subscriptions',
    answers: subscriptions('<member>.*</member>', ''),
    says: /is not subscribed/,
  },
  {
    name: 'no trail',
    check: 'trail',
    answers: { 'cloudtrail:DescribeTrails': { answer: { trailList: [] } } },
    says: /No trail records/,
  },
  {
    name: 'a trail that is switched off',
    check: 'trail',
    answers: { 'cloudtrail:GetTrailStatus': { answer: { IsLogging: false } } },
    says: /switched off/,
  },
  {
    name: 'no GuardDuty',
    check: 'guardduty',
    answers: { 'guardduty:ListDetectors': { answer: { detectorIds: [] } } },
    says: /GuardDuty is off/,
    status: 'note',
  },
  {
    name: 'GuardDuty without EKS',
    check: 'guardduty',
    answers: { 'guardduty:GetDetector': { answer: { status: 'ENABLED', features: [] } } },
    says: /EKS Protection is off/,
    status: 'note',
  },
  {
    name: 'images that nobody scans',
    check: 'image-scans',
    answers: {
      'ecr:GetRegistryScanningConfiguration': { answer: { scanningConfiguration: { scanType: 'BASIC', rules: [] } } },
    },
    says: /no rule of the registry/,
    status: 'note',
  },
  {
    name: 'a stack whose rollback failed',
    check: 'stack',
    answers: stack('<StackStatus>[^<]*', '<StackStatus>UPDATE_ROLLBACK_FAILED'),
    says: /UPDATE_ROLLBACK_FAILED/,
  },
  {
    name: 'a deployment at work',
    check: 'stack',
    answers: stack('<StackStatus>[^<]*', '<StackStatus>UPDATE_IN_PROGRESS'),
    says: /at work/,
  },
  {
    name: 'a stack of somebody else',
    check: 'stack',
    answers: stack('<Outputs>.*</Outputs>', '<Outputs/>'),
    says: /not a stack of Namespace Sentinel/,
  },
];
