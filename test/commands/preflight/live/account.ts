/** An account in which the product has run for some days, and every claim has shown itself. */
import { type Account, type Answer, healthy } from '../account.ts';
import { type Deployment, STACK_ID } from './deployment.ts';
import { testState } from './test-state.ts';

const GIB = 1024 ** 3;
/** An hour of the audit log. */
const WRITTEN = GIB / 2;

/** How many lines a query over an hour scans, and what it returns, by its text. */
function insights(rows: readonly Record<string, string>[]) {
  const asked: { from: number; text: string }[] = [];
  return {
    'logs:StartQuery': ({ startTime, queryString }: Answer) => ({
      queryId: String(asked.push({ from: startTime * 1000, text: queryString }) - 1),
    }),
    'logs:GetQueryResults': ({ queryId }: Answer) => {
      const { from = 0, text = '' } = asked[Number(queryId)] ?? {};
      const isBefore = from < CREATED;
      return {
        status: 'Complete',
        statistics: { recordsScanned: isBefore ? 0 : 1_000, bytesScanned: isBefore ? 0 : WRITTEN },
        results: text.includes('stats ')
          ? rows.map((row) => Object.entries(row).map(([field, value]) => ({ field, value })))
          : [],
      };
    },
    'logs:StopQuery': {},
  };
}

const CREATED = Date.UTC(2026, 0, 1);

export const write = (
  who: string,
  verb: string,
  apiGroup: string,
  resource: string,
  more: Record<string, string> = {},
) => ({
  who,
  verb,
  apiGroup,
  resource,
  writes: '3',
  ...more,
});

/** What the control plane of a cluster in Auto Mode writes into namespaces. */
export const WRITES = [
  write('eks:network-policy-controller', 'patch', 'networking.k8s.io', 'networkpolicies'),
  write('eks:network-policy-controller', 'create', 'networking.k8s.aws', 'policyendpoints'),
  write('eks:network-policy-controller', 'create', '', 'events'),
  write('eks:managed', 'update', '', 'services', { finalizer: 'eks.amazonaws.com/service' }),
  write('eks:kms-storage-migrator', 'update', '', 'secrets'),
];

const SEQUENCE = 'AttackSequence:EKS/CompromisedCluster';
const METRICS: Readonly<Record<string, number>> = {
  IncomingBytes: WRITTEN,
  ForwardedLogEvents: 400,
  Errors: 2,
  NumberOfMessagesPublished: 6,
  NumberOfNotificationsDelivered: 5,
  Invocations: 1,
};

export function shown(deployment: Deployment, writes: readonly Record<string, string>[] = WRITES): Account {
  const account = healthy();
  const [cluster] = [account['eks:DescribeCluster'].cluster];
  return {
    ...account,
    ...insights(writes),
    'cloudformation:DescribeStacks': {
      Stacks: [
        {
          StackId: STACK_ID,
          StackStatus: 'UPDATE_COMPLETE',
          Outputs: [...deployment.outputs].map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
        },
      ],
    },
    'cloudformation:ListStackResources': { StackResourceSummaries: deployment.stackResources },
    'eks:DescribeCluster': { cluster: { ...cluster, computeConfig: { enabled: true } } },
    'iam:SimulatePrincipalPolicy': (input: Answer) => deployment.simulate(input),
    'states:DescribeStateMachine': ({ stateMachineArn }: Answer) => ({
      definition: deployment.definitions.get(stateMachineArn),
    }),
    'states:ValidateStateMachineDefinition': { result: 'OK', diagnostics: [] },
    'states:TestState': testState,
    'logs:DescribeLogGroups': {
      logGroups: [{ logGroupName: '/aws/eks/prod/cluster', creationTime: CREATED, logGroupClass: 'STANDARD' }],
    },
    'logs:DescribeSubscriptionFilters': {
      subscriptionFilters: [1, 2, 3].map((number) => ({ filterName: `f${number}` })),
    },
    'logs:FilterLogEvents': ({ filterPattern }: Answer) => ({
      events: filterPattern.includes('!=')
        ? ['error', 'timeout'].map((status) => ({
            message: JSON.stringify({ type: 'platform.report', record: { status } }),
          }))
        : [{ message: '{}' }],
    }),
    'lambda:GetFunctionConfiguration': ({ FunctionName }: Answer) => ({
      State: 'Active',
      LastUpdateStatus: 'Successful',
      LoggingConfig: { LogGroup: `/own/${FunctionName}` },
      VpcConfig: { VpcId: 'vpc-0123456789abcdef0' },
    }),
    'cloudwatch:ListMetrics': ({ MetricName }: Answer) => ({
      Metrics: [
        { MetricName, Dimensions: [{ Name: 'LogGroupName', Value: '/aws/eks/prod/cluster' }] },
        {
          MetricName,
          Dimensions: [
            { Name: 'LogGroupName', Value: '/aws/eks/prod/cluster' },
            { Name: 'DestinationType', Value: 'Lambda' },
            { Name: 'FilterName', Value: 'x' },
          ],
        },
      ],
    }),
    'cloudwatch:GetMetricStatistics': ({ MetricName }: Answer) => ({
      Datapoints: METRICS[MetricName] === undefined ? [] : [{ Sum: METRICS[MetricName] }],
    }),
    'cloudwatch:GetMetricData': {
      MetricDataResults: [
        { Id: 'm0', Values: [1, 2] },
        { Id: 'sum', Values: [1, 2] },
      ],
    },
    'cloudwatch:DescribeAlarmHistory': {
      AlarmHistoryItems: [{ HistorySummary: 'Successfully executed action arn:aws:sns:x' }],
    },
    'cloudtrail:LookupEvents': {
      Events: [
        { EventName: 'GenerateDataKey', EventSource: 'kms.amazonaws.com', CloudTrailEvent: '{}' },
        { EventName: 'ListFindings', EventSource: 'guardduty.amazonaws.com', CloudTrailEvent: '{}' },
        { EventName: 'GetSubscriptionAttributes', EventSource: 'sns.amazonaws.com', CloudTrailEvent: '{}' },
      ],
    },
    'guardduty:GetDetector': {
      Status: 'ENABLED',
      Features: [{ Name: 'EKS_AUDIT_LOGS', Status: 'ENABLED', UpdatedAt: new Date('2026-01-01T00:00:00Z') }],
    },
    'guardduty:ListFindings': { FindingIds: ['f'] },
    'guardduty:GetFindings': {
      Findings: [
        {
          Type: SEQUENCE,
          Service: {
            Detection: { Sequence: { Actors: [{ User: { Name: 'arn:aws:sts::444455556666:assumed-role/ci/x' } }] } },
          },
        },
      ],
    },
  };
}
