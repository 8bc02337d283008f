/** What IAM must allow for the calls of each port, as IAM names its actions. */
import type { Lessons } from '../../contract/lessons.ts';
import type { EvidenceStore } from '../bucket/evidence-store.ts';
import type { FindingRecords } from '../bucket/finding-records.ts';
import type { KubernetesAccess } from '../kubernetes/kubernetes.ts';
import type { ClusterLog } from '../logs/cluster-log.ts';
import type { LogSearch, LogStreams } from '../logs/log-search.ts';
import type { Detector } from '../send/detector.ts';
import type { DigestMessages } from '../send/digest-messages.ts';
import type { FollowUps } from '../send/follow-ups.ts';
import type { HealthMessages } from '../send/health-messages.ts';
import type { Investigator } from '../send/investigator.ts';
import type { Playbooks } from '../send/playbooks.ts';
import type { Baseline } from '../table/baseline.ts';
import type { Canaries } from '../table/canaries.ts';
import type { ChainStates } from '../table/chain-states.ts';
import type { ContainmentRegister } from '../table/containment-register.ts';
import type { DueDigests } from '../table/digests.ts';
import type { Explanations } from '../table/explanations.ts';
import type { FindingLookup } from '../table/finding-lookup.ts';
import type { Agenda, Closures } from '../table/findings-table.ts';
import type { Gaps } from '../table/gaps.ts';
import type { JobRuns } from '../table/job-runs.ts';
import type { Stock } from '../table/stock.ts';
import type { Capabilities } from './capabilities.ts';
import type { Chain } from './chain.ts';
import type { FlowLogs, ImageScans, Threats, Trail } from './cloud-findings.ts';
import type { Deployments } from './deployments.ts';
import type { Eks } from './eks.ts';
import type { LiveRoles } from './live-roles.ts';
import type { PodIdentity } from './pod-identity.ts';
import type { RoleTrust } from './role-trust.ts';
import type { StackKey } from './stack-key.ts';
import type { TopicSubscriptions } from './topic-subscriptions.ts';

type ActionsOf<Port> = Record<keyof Port, readonly `${string}:${string}`[]>;

/** A query of CloudWatch Logs Insights, and how much is written to the log that it is about. */
const SCAN = ['logs:StartQuery', 'logs:GetQueryResults', 'logs:StopQuery', 'cloudwatch:GetMetricStatistics'] as const;

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
      ...SCAN,
      'dynamodb:BatchGetItem', // what is remembered
      'dynamodb:UpdateItem', // the budget, and what is remembered
    ],
  } satisfies ActionsOf<LogSearch>,
  // Nothing is remembered, and no budget is shared.
  auditLog: { ask: SCAN, newest: SCAN } satisfies ActionsOf<LogSearch & LogStreams>,
  trail: {
    lookUp: ['cloudtrail:LookupEvents', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], // asked once for all
  } satisfies ActionsOf<Trail>,
  imageScans: {
    // Where Amazon Inspector scans the images, ECR asks it in the caller's name (ECR user guide, "IAM permissions required
    // for enhanced scanning": both are needed to retrieve the findings).
    findings: ['ecr:DescribeImageScanFindings', 'inspector2:ListCoverage', 'inspector2:ListFindings'],
    startScan: ['ecr:StartImageScan'],
  } satisfies ActionsOf<ImageScans>,
  threats: {
    findings: ['guardduty:ListDetectors', 'guardduty:GetDetector', 'guardduty:ListFindings', 'guardduty:GetFindings'],
  } satisfies ActionsOf<Threats>,
  flowLogs: { destinations: ['ec2:DescribeFlowLogs'], cidrs: ['ec2:DescribeVpcs'] } satisfies ActionsOf<FlowLogs>,
  baseline: {
    lookUp: ['dynamodb:BatchGetItem'],
    put: ['dynamodb:PutItem'],
    assessed: ['dynamodb:GetItem'],
  } satisfies ActionsOf<Pick<Baseline, 'lookUp' | keyof Lessons>>,
  table: { read: ['dynamodb:GetItem'], close: ['dynamodb:UpdateItem'] } satisfies ActionsOf<Closures>,
  lookup: { find: ['dynamodb:Query', 'dynamodb:GetItem'] } satisfies ActionsOf<FindingLookup>,
  // About a cluster of that name elsewhere, these two say nothing: they describe it first.
  podIdentity: {
    associations: ['eks:DescribeCluster', 'eks:ListPodIdentityAssociations', 'eks:DescribePodIdentityAssociation'],
    dissociate: ['eks:DescribeCluster', 'eks:DeletePodIdentityAssociation'],
  } satisfies ActionsOf<PodIdentity>,
  capabilities: {
    of: ['eks:DescribeCluster', 'eks:ListCapabilities', 'eks:DescribeCapability'],
  } satisfies ActionsOf<Capabilities>,
  roleTrust: { of: ['eks:DescribeCluster', 'iam:GetRole'] } satisfies ActionsOf<RoleTrust>,
  store: {
    place: [],
    put: ['s3:PutObject'],
    putFirst: ['s3:PutObject', 's3:GetObject'],
    get: ['s3:GetObject'],
    markReleased: ['s3:PutObjectTagging'],
    list: ['s3:ListBucket'],
  } satisfies ActionsOf<EvidenceStore>,
  findings: { alert: ['s3:ListBucket', 's3:GetObject'] } satisfies ActionsOf<FindingRecords>,
  register: {
    lease: ['dynamodb:PutItem'],
    giveBack: ['dynamodb:UpdateItem'],
    ask: ['dynamodb:PutItem'],
    question: ['dynamodb:GetItem'],
    answer: ['dynamodb:UpdateItem'],
    reopen: ['dynamodb:UpdateItem'],
    countStart: ['dynamodb:UpdateItem'],
    noteHash: ['dynamodb:UpdateItem'],
    hashes: ['dynamodb:GetItem'],
  } satisfies ActionsOf<ContainmentRegister>,
  playbooks: {
    start: ['states:StartExecution'],
    ended: ['states:DescribeExecution'],
    answer: ['states:SendTaskSuccess'],
  } satisfies ActionsOf<Playbooks>,
  agenda: {
    due: ['dynamodb:Query'],
    take: ['dynamodb:UpdateItem'],
    letGo: ['dynamodb:UpdateItem'],
  } satisfies ActionsOf<Agenda>,
  digests: {
    due: ['dynamodb:Query'],
    take: ['dynamodb:UpdateItem'],
    read: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:BatchGetItem'],
    close: ['dynamodb:UpdateItem'],
  } satisfies ActionsOf<DueDigests>,
  jobRuns: { begin: ['dynamodb:UpdateItem'], again: ['dynamodb:UpdateItem'] } satisfies ActionsOf<JobRuns>,
  canaries: {
    keep: ['dynamodb:PutItem'],
    sent: ['dynamodb:UpdateItem'],
    state: ['dynamodb:GetItem'],
    know: ['dynamodb:UpdateItem'],
  } satisfies ActionsOf<Canaries>,
  chain: {
    logGroup: ['logs:DescribeLogGroups'],
    hasTransformer: ['logs:GetTransformer'],
    filter: ['logs:DescribeSubscriptionFilters'],
    function: ['lambda:GetFunctionConfiguration'],
    concurrency: ['lambda:GetFunctionConcurrency'],
    policy: ['lambda:GetPolicy'],
    hasRole: ['iam:GetRole'],
    sum: ['cloudwatch:GetMetricStatistics'],
  } satisfies ActionsOf<Chain>,
  deployments: {
    read: ['cloudformation:DescribeStackResource', 'cloudformation:DescribeStacks'],
  } satisfies ActionsOf<Deployments>,
  roles: {
    describe: [
      'iam:GetRole',
      'iam:ListRolePolicies',
      'iam:GetRolePolicy',
      'iam:ListAttachedRolePolicies',
      'iam:GetPolicy',
      'iam:GetPolicyVersion',
    ],
  } satisfies ActionsOf<LiveRoles>,
  stackKey: { describe: ['kms:DescribeKey'] } satisfies ActionsOf<Omit<StackKey, 'arn'>>,
  topicSubscriptions: {
    list: ['sns:ListSubscriptionsByTopic'],
    filterPolicy: ['sns:GetSubscriptionAttributes'],
  } satisfies ActionsOf<TopicSubscriptions>,
  chainStates: { read: ['dynamodb:GetItem'], write: ['dynamodb:UpdateItem'] } satisfies ActionsOf<ChainStates>,
  health: { tell: ['sns:Publish'] } satisfies ActionsOf<HealthMessages>,
  stock: {
    read: ['dynamodb:BatchGetItem'],
    try: ['dynamodb:UpdateItem'],
    begin: ['dynamodb:UpdateItem'],
    add: ['dynamodb:UpdateItem'],
    remove: ['dynamodb:UpdateItem'],
    count: ['dynamodb:UpdateItem'],
  } satisfies ActionsOf<Stock>,
  explanations: { findings: ['dynamodb:BatchGetItem'] } satisfies ActionsOf<Explanations>,
  gaps: { read: ['dynamodb:GetItem'], write: ['dynamodb:PutItem'] } satisfies ActionsOf<Gaps>,
  clusterLog: {
    filters: ['logs:DescribeSubscriptionFilters'],
    events: ['logs:FilterLogEvents'],
  } satisfies ActionsOf<Omit<ClusterLog, 'patterns'>>,
  detector: {
    deliver: ['lambda:InvokeFunction'],
    explain: ['lambda:InvokeFunction'],
  } satisfies ActionsOf<Detector>,
  investigator: { start: ['lambda:InvokeFunction'] } satisfies ActionsOf<Investigator>,
  digestMessages: { send: ['lambda:InvokeFunction'] } satisfies ActionsOf<DigestMessages>,
  followUps: { tell: ['lambda:InvokeFunction'] } satisfies ActionsOf<FollowUps>,
} as const;

type Ports = typeof ACTIONS;
type Listed<Port> = Port[keyof Port] extends readonly (infer Action)[] ? Action : never;

export type AwsAction = { [Port in keyof Ports]: Listed<Ports[Port]> }[keyof Ports];
