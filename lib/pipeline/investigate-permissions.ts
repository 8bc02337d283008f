import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { controlPlaneLogGroup } from '../../functions/kubernetes/names/aws.ts';
import { acknowledgeWildcard } from '../base/acknowledge.ts';

export interface EvidenceSources {
  /** The clusters that may be looked at. */
  readonly clusterNames: readonly string[];
  /** Log groups into which logs of other accounts or Regions are copied. */
  readonly centralLogGroups: readonly string[];
  /** Log groups with VPC flow logs that may be asked. */
  readonly flowLogGroups: readonly string[];
  /** Whether images may be scanned. */
  readonly startScans: boolean;
}

/** Actions on resources; those with a wildcard need a reason why. */
interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly why: string;
}

/**
 * Lets the role read what the checks ask, and nothing of it change; only starting a scan, where asked for. The actions are
 * those that the checks say they need (`needs` in `functions/checks/`): the test suite holds the two together.
 */
export function allowLooking(role: Role, sources: EvidenceSources): void {
  const stack = Stack.of(role);
  for (const { actions, resources, why } of [
    ...sources.clusterNames.flatMap((name) => clusterGrants(stack, name)),
    ...sources.centralLogGroups.map((name) => queryGrant(stack, [name])),
    ...flowLogGrants(stack, sources),
    scanGrant(stack, sources),
    detectorGrant(stack),
  ]) {
    role.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
    for (const resource of resources.filter((arn) => arn.includes('*'))) acknowledgeWildcard(role, resource, why);
  }
  role.addToPrincipalPolicy(new PolicyStatement({ actions: Object.keys(WITHOUT_RESOURCE), resources: ['*'] }));
  acknowledgeWildcard(
    role,
    '*',
    `These actions cannot be confined to a resource. ${Object.entries(WITHOUT_RESOURCE)
      .map(([action, what]) => `${action}: ${what}.`)
      .join(' ')}`,
  );
}

/** Lets the role ask the audit logs of these clusters, and nothing else of them change. */
export function allowAskingAuditLogs(role: Role, clusterNames: readonly string[]): void {
  for (const name of clusterNames) {
    const { actions, resources, why } = queryGrant(Stack.of(role), [controlPlaneLogGroup(name)]);
    role.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
    for (const resource of resources) acknowledgeWildcard(role, resource, why);
  }
  const actions = ['logs:GetQueryResults', 'logs:StopQuery', 'cloudwatch:GetMetricStatistics'];
  role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: ['*'] }));
  const what = actions.map((action) => `${action}: ${WITHOUT_RESOURCE[action]}.`).join(' ');
  acknowledgeWildcard(role, '*', `These actions cannot be confined to a resource. ${what}`);
}

/** Actions that are authorised on no resource, and what each one gives away. */
const WITHOUT_RESOURCE: Readonly<Record<string, string>> = {
  'logs:GetQueryResults': 'takes only the id of a query',
  'logs:StopQuery': 'the same',
  'cloudwatch:GetMetricStatistics': 'reads metrics',
  'cloudtrail:LookupEvents': 'reads the event history of management events',
  'ec2:DescribeFlowLogs': 'reads which VPC has flow logs, and where',
  'ec2:DescribeVpcs': 'reads the address ranges of VPCs',
  'guardduty:ListDetectors': 'reads the id of the detector',
  'guardduty:ListFindings': 'lists the ids of findings',
  'guardduty:GetFindings': 'reads findings',
  'inspector2:ListFindings': "Amazon ECR asks it in the caller's name where Amazon Inspector scans the images",
  'inspector2:ListCoverage': 'the same',
};

/** The groups that Container Insights fills, beside `performance`, which holds metrics. */
const CONTAINER_INSIGHTS = ['application', 'host', 'dataplane'];

/** A statement for each cluster: CDK spreads whole statements over policies, which have a largest size. */
function clusterGrants(stack: Stack, clusterName: string): Grant[] {
  const arn = (resource: string, resourceName: string) => stack.formatArn({ service: 'eks', resource, resourceName });
  const cluster = arn('cluster', clusterName);
  const containerLogs = CONTAINER_INSIGHTS.map((group) => `/aws/containerinsights/${clusterName}/${group}`);
  return [
    { actions: ['eks:DescribeCluster', 'eks:ListAccessEntries'], resources: [cluster], why: '' },
    {
      // Authorised on the entry. Where a principal has none there is no such ARN, so the cluster is named as well.
      actions: ['eks:DescribeAccessEntry', 'eks:ListAssociatedAccessPolicies'],
      resources: [cluster, arn('access-entry', `${clusterName}/*`)],
      why: 'Whose access entry is to be read is known only when a namespace was created, and the ARN ends in an id that EKS chooses. Read-only, and of this cluster alone.',
    },
    queryGrant(stack, [controlPlaneLogGroup(clusterName), ...containerLogs]),
  ];
}

const flowLogGrants = (stack: Stack, { flowLogGroups }: EvidenceSources): Grant[] =>
  flowLogGroups.map((name) => queryGrant(stack, [name]));

const logGroupArn = (stack: Stack, rest: string): string =>
  stack.formatArn({ service: 'logs', resource: `log-group:${rest}` });

const queryGrant = (stack: Stack, logGroups: readonly string[]): Grant => ({
  actions: ['logs:StartQuery'],
  resources: logGroups.map((name) => logGroupArn(stack, `${name}:*`)),
  why: 'The ARN of a log group in a policy ends in ":*". It is this log group alone.',
});

const scanGrant = (stack: Stack, { startScans }: EvidenceSources): Grant => ({
  actions: ['ecr:DescribeImageScanFindings', ...(startScans ? ['ecr:StartImageScan'] : [])],
  resources: [stack.formatArn({ service: 'ecr', region: '*', resource: 'repository', resourceName: '*' })],
  why: 'From which repository and Region an image comes is known only when somebody runs it. Reads what scans found (and starts one, where configured); no image can be pulled or changed.',
});

const detectorGrant = (stack: Stack): Grant => ({
  actions: ['guardduty:GetDetector'],
  resources: [stack.formatArn({ service: 'guardduty', resource: 'detector', resourceName: '*' })],
  why: 'GuardDuty chooses the id of the detector. Reads what it looks at: without that, an empty answer says nothing.',
});
