/** What IAM must allow for the calls of each port, as IAM names its actions. */
import type { KubernetesAccess } from '../kubernetes/kubernetes.ts';
import type { LogSearch } from '../logs/log-search.ts';
import type { Baseline } from '../table/baseline.ts';
import type { FlowLogs, ImageScans, Threats, Trail } from './cloud-findings.ts';
import type { Eks } from './eks.ts';

type ActionsOf<Port> = Record<keyof Port, readonly `${string}:${string}`[]>;

/** By port and method: the actions of what the adapter sends, and those that a service asks in the caller's name. */
export const ACTIONS = {
  eks: {
    describeCluster: ['eks:DescribeCluster'],
    describeAccessEntry: ['eks:DescribeAccessEntry'],
    listAccessEntries: ['eks:ListAccessEntries'],
    listAssociatedAccessPolicies: ['eks:ListAssociatedAccessPolicies'],
  } satisfies ActionsOf<Eks>,
  // The token for the cluster is presigned, and needs no action.
  kubernetes: { connect: ['eks:DescribeCluster'] } satisfies ActionsOf<KubernetesAccess>,
  logs: {
    ask: [
      'logs:DescribeLogGroups',
      'logs:StartQuery',
      'logs:GetQueryResults',
      'logs:StopQuery',
      'dynamodb:UpdateItem', // the budget
    ],
  } satisfies ActionsOf<LogSearch>,
  trail: { lookUp: ['cloudtrail:LookupEvents'] } satisfies ActionsOf<Trail>,
  imageScans: {
    // Where Amazon Inspector scans the images, ECR asks it in the caller's name.
    findings: ['ecr:DescribeImageScanFindings', 'inspector2:ListCoverage', 'inspector2:ListFindings'],
    startScan: ['ecr:StartImageScan'],
  } satisfies ActionsOf<ImageScans>,
  threats: {
    findings: ['guardduty:ListDetectors', 'guardduty:ListFindings', 'guardduty:GetFindings'],
  } satisfies ActionsOf<Threats>,
  flowLogs: { destinations: ['ec2:DescribeFlowLogs'], cidrs: ['ec2:DescribeVpcs'] } satisfies ActionsOf<FlowLogs>,
  baseline: { lookUp: ['dynamodb:BatchGetItem'] } satisfies ActionsOf<Pick<Baseline, 'lookUp'>>,
} as const;

type Ports = typeof ACTIONS;
type Listed<Port> = Port[keyof Port] extends readonly (infer Action)[] ? Action : never;

export type AwsAction = { [Port in keyof Ports]: Listed<Ports[Port]> }[keyof Ports];
