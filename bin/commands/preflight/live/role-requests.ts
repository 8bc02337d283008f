/** What each function's role has to be allowed, by the entries of the product, and what it must never be. */

import { CHECKS } from '../../../../functions/checks/index.ts';
import { ACTIONS } from '../../../../functions/clients/aws/actions.ts';
import { AGENDA_INDEX, SHORT_ID_INDEX } from '../../../../functions/clients/table/findings-table.ts';
import { DECIDE_FUNCTION_STEPS } from '../../../../functions/contain/decide/index.ts';
import { allNeeds, type Needs, STEP_NEEDS } from '../../../../functions/contain/framework/needs.ts';
import { RELEASE_FUNCTION_STEPS } from '../../../../functions/contain/release/index.ts';
import { CONTAIN_FUNCTION_STEPS } from '../../../../functions/contain/steps/index.ts';
import { PROBE_FUNCTION_STEPS } from '../../../../functions/contain/steps/probe.ts';
import { ITEM_KEYS } from '../../../../functions/contract/item-keys.ts';
import { controlPlaneLogGroup } from '../../../../functions/kubernetes/names/aws.ts';
import { jobsOf } from '../../../../functions/watch/jobs.ts';
import { groupByNetwork } from '../../../../lib/config/networks.ts';
import { containPlaybook, type DeployedFunction, deployedFunctions, type FunctionKind } from './deployed.ts';
import type { LiveContext } from './probe.ts';

/** A request as the policy simulator takes it. */
export interface RoleRequest {
  action: string;
  resource: string;
  /** Of the request's context what the policies look at: keys of DynamoDB items. */
  leadingKey?: string;
}

/** An action on something that tells what it would be authorised on; undefined where this stack has nothing of the kind. */
type ResourceOf = (place: Place, own: DeployedFunction) => string | undefined;

/** Makes ARNs. */
interface Place {
  arn(service: string, resource: string, more?: { region?: string; account?: string }): string;
  output(name: string): string | undefined;
  context: LiveContext;
}

const ANY: ResourceOf = () => '*';
const bucketKey =
  (key: string): ResourceOf =>
  ({ output, arn }) =>
    output('EvidenceBucketName') && arn('s3', `${output('EvidenceBucketName')}/${key}`, { region: '', account: '' });
const bucket: ResourceOf = ({ output, arn }) =>
  output('EvidenceBucketName') && arn('s3', `${output('EvidenceBucketName')}`, { region: '', account: '' });
const table: ResourceOf = ({ output, arn }) =>
  output('FindingsTableName') && arn('dynamodb', `table/${output('FindingsTableName')}`);
const stack: ResourceOf = ({ context }) => context.stackId;
const detectRole: ResourceOf = ({ output }) => output('DetectRoleArn');
/** A policy of the stack: CloudFormation begins its name with that of the stack. */
const ownPolicy: ResourceOf = ({ arn, context }) => arn('iam', `policy/${context.config.stackName}-x`, { region: '' });
const ofCluster =
  (make: (name: string) => [service: string, resource: string]): ResourceOf =>
  ({ arn }, { network }) => {
    const [first] = network.clusters;
    return first && arn(...make(first.name));
  };
const cluster = ofCluster((name) => ['eks', `cluster/${name}`]);
const association = ofCluster((name) => ['eks', `podidentityassociation/${name}/a-0123456789abcdefg`]);
const entry = ofCluster((name) => ['eks', `access-entry/${name}/role/1/role/00000000-0000-0000-0000-000000000000`]);
const functionOf =
  (label: string): ResourceOf =>
  ({ output, arn }) =>
    output(`${label}FunctionName`) && arn('lambda', `function:${output(`${label}FunctionName`)}`);
const execution: ResourceOf = ({ context }, { network }) =>
  containPlaybook(context, network)?.replace(':stateMachine:', ':execution:').concat(':run');

/** The file that a function's role stores, of what it may store. */
const STORED: Readonly<Partial<Record<FunctionKind, string>>> = {
  alert: 'alerts/1/r/c/f/alert.json',
  contain: 'containment/1/r/c/u/runs/x/steps/snapshot.json',
  probe: 'containment/1/r/c/u/runs/x/steps/verifyIsolation.json',
  release: 'containment/1/r/c/u/runs/x/report.json',
  decide: 'containment/1/r/c/u/runs/x/decision.json',
};

/** Which function another one invokes, where it is not *alert*. The *watch* of each network hands over what no event explains. */
const INVOKED: Readonly<Partial<Record<FunctionKind, string>>> = { detect: 'Investigate', watch: 'Detect' };

/**
 * On what each action is authorised. One that is authorised on several things has the one that the function needs it for; the
 * suite holds the table to the policies of the stack.
 */
const RESOURCES: Readonly<Record<string, ResourceOf>> = {
  'eks:DescribeCluster': cluster,
  'eks:ListAccessEntries': cluster,
  'eks:ListCapabilities': cluster,
  'eks:DescribeCapability': ofCluster((name) => [
    'eks',
    `capability/${name}/ACK/x/00000000-0000-0000-0000-000000000000`,
  ]),
  'eks:DescribeAccessEntry': entry,
  'eks:ListAssociatedAccessPolicies': entry,
  'eks:ListPodIdentityAssociations': cluster,
  'eks:DescribePodIdentityAssociation': association,
  'eks:DeletePodIdentityAssociation': association,
  'logs:StartQuery': ofCluster((name) => ['logs', `log-group:${controlPlaneLogGroup(name)}:*`]),
  'logs:FilterLogEvents': ofCluster((name) => ['logs', `log-group:${controlPlaneLogGroup(name)}:*`]),
  'logs:DescribeLogGroups': ANY,
  'logs:DescribeSubscriptionFilters': ofCluster((name) => ['logs', `log-group:${controlPlaneLogGroup(name)}:*`]),
  'logs:GetTransformer': ofCluster((name) => ['logs', `log-group:${controlPlaneLogGroup(name)}:*`]),
  'lambda:GetFunctionConfiguration': functionOf('Detect'),
  'lambda:GetFunctionConcurrency': functionOf('Detect'),
  'lambda:GetPolicy': functionOf('Detect'),
  'logs:GetQueryResults': ANY,
  'logs:StopQuery': ANY,
  'cloudwatch:GetMetricStatistics': ANY,
  'cloudtrail:LookupEvents': ANY,
  'ec2:DescribeFlowLogs': ANY,
  'ec2:DescribeVpcs': ANY,
  'ecr:DescribeImageScanFindings': ({ arn }) => arn('ecr', 'repository/x'),
  'ecr:StartImageScan': ({ arn }) => arn('ecr', 'repository/x'),
  'guardduty:ListDetectors': ANY,
  'guardduty:ListFindings': ANY,
  'guardduty:GetFindings': ANY,
  'guardduty:GetDetector': ({ arn }) => arn('guardduty', 'detector/x'),
  'inspector2:ListFindings': ANY,
  'inspector2:ListCoverage': ANY,
  'iam:GetRole': (place, own) =>
    own.kind === 'watch' ? detectRole(place, own) : place.arn('iam', 'role/x', { region: '' }),
  'iam:ListRolePolicies': detectRole,
  'iam:GetRolePolicy': detectRole,
  'iam:ListAttachedRolePolicies': detectRole,
  'iam:GetPolicy': ownPolicy,
  'iam:GetPolicyVersion': ownPolicy,
  'cloudformation:DescribeStackResource': stack,
  'cloudformation:DescribeStacks': stack,
  'kms:DescribeKey': ({ output }) => output('KeyArn'),
  'dynamodb:GetItem': table,
  'dynamodb:BatchGetItem': table,
  'dynamodb:PutItem': table,
  'dynamodb:UpdateItem': table,
  'dynamodb:Query': (place, own) =>
    table(place, own)?.concat(`/index/${own.kind === 'watch' ? AGENDA_INDEX : SHORT_ID_INDEX}`),
  's3:ListBucket': bucket,
  's3:GetObject': (place, own) =>
    bucketKey(own.kind === 'decide' ? 'none' : 'snapshots/1/r/c/u/first.json')(place, own),
  's3:PutObject': (place, own) => bucketKey(STORED[own.kind] ?? '')(place, own),
  's3:PutObjectTagging': bucketKey('snapshots/1/r/c/u/first.json'),
  'states:DescribeExecution': execution,
  'lambda:InvokeFunction': (place, own) => functionOf(INVOKED[own.kind] ?? 'Alert')(place, own),
  'sns:ListSubscriptionsByTopic': ({ output }) => output('HealthTopicArn'),
  'sns:GetSubscriptionAttributes': ({ output }) => output('HealthTopicArn'),
  'sns:Publish': ({ output }, { kind }) => output(kind === 'watch' ? 'HealthTopicArn' : 'AlertTopicArn'),
  'sqs:SendMessage': ({ output, arn }) => {
    const url = output('RejectedRecordsQueueUrl');
    return url && arn('sqs', url.slice(url.lastIndexOf('/') + 1));
  },
};

/**
 * What the simulator cannot judge. `states:SendTaskSuccess` is given on the state machine, to which the service holds the token;
 * the simulator follows the Service Authorization Reference, which knows no resource for it.
 */
const NOT_SIMULATED: readonly string[] = ['states:SendTaskSuccess'];

/** An item that each function reads or writes. Findings have a key without a sign. */
const FINDING = 'nsf-0123456789abcdef0123456789abcdef';
const KEYS: Readonly<Partial<Record<`${FunctionKind} ${string}`, string>>> = {
  'detect dynamodb:PutItem': FINDING,
  'detect dynamodb:UpdateItem': FINDING,
  'alert dynamodb:UpdateItem': FINDING,
  'watch dynamodb:UpdateItem': `${ITEM_KEYS.jobRun}x`,
  'watch dynamodb:PutItem': `${ITEM_KEYS.canary}x`,
  'watch dynamodb:GetItem': `${ITEM_KEYS.canaryState}x`,
  'watch dynamodb:BatchGetItem': `${ITEM_KEYS.stock}x`,
  'investigate dynamodb:BatchGetItem': `${ITEM_KEYS.baseline}x`,
  'investigate dynamodb:UpdateItem': `${ITEM_KEYS.answer}x`,
  'contain dynamodb:GetItem': FINDING,
  'contain dynamodb:PutItem': `${ITEM_KEYS.lease}x`,
  'contain dynamodb:UpdateItem': `${ITEM_KEYS.snapshot}x`,
  'release dynamodb:PutItem': `${ITEM_KEYS.lease}x`,
  'release dynamodb:GetItem': `${ITEM_KEYS.snapshot}x`,
  'release dynamodb:UpdateItem': `${ITEM_KEYS.hashList}x`,
  'decide dynamodb:GetItem': `${ITEM_KEYS.question}x`,
  'decide dynamodb:UpdateItem': `${ITEM_KEYS.question}x`,
  'decide dynamodb:PutItem': `${ITEM_KEYS.baseline}x`,
};

const ofSteps = (...steps: readonly { needs: Needs }[]): readonly string[] =>
  allNeeds(...steps.map(({ needs }) => needs)).aws;

/** The actions of each function: those of its entries, where it has some. */
const NEEDED: Readonly<Record<Exclude<FunctionKind, 'watch'>, readonly string[]>> = {
  detect: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'lambda:InvokeFunction', 'sqs:SendMessage'],
  investigate: [
    ...new Set<string>([
      ...CHECKS.flatMap(({ needs }): readonly string[] => needs.aws),
      ...ACTIONS.kubernetes.connect,
      'lambda:InvokeFunction',
    ]),
  ],
  alert: ['dynamodb:UpdateItem', 's3:PutObject', 'sns:Publish'],
  contain: ofSteps({ needs: STEP_NEEDS }, ...CONTAIN_FUNCTION_STEPS),
  probe: ofSteps({ needs: STEP_NEEDS }, ...PROBE_FUNCTION_STEPS),
  release: ofSteps({ needs: STEP_NEEDS }, ...RELEASE_FUNCTION_STEPS),
  decide: ofSteps(...DECIDE_FUNCTION_STEPS),
};

/** Those of *watch* depend on its network: the first one also does what is done once for the stack. */
const ofJobs = (first: boolean): readonly string[] => [
  ...new Set<string>([
    ...jobsOf(first).flatMap(({ needs }): readonly string[] => needs.aws),
    ...ACTIONS.jobRuns.begin,
    ...ACTIONS.kubernetes.connect,
  ]),
];

/** What none of the roles may do, each on what an intruder would do it to. */
const FORBIDDEN: Readonly<Record<string, ResourceOf>> = {
  'secretsmanager:GetSecretValue': ({ arn }) => arn('secretsmanager', 'secret:x-abcdef'),
  'ssm:GetParameter': ({ arn }) => arn('ssm', 'parameter/x'),
  'iam:CreateUser': ({ arn }) => arn('iam', 'user/x', { region: '' }),
  'iam:CreateAccessKey': ({ arn }) => arn('iam', 'user/x', { region: '' }),
  'iam:AttachRolePolicy': ({ arn }) => arn('iam', 'role/x', { region: '' }),
  'iam:PutRolePolicy': (_, { roleArn }) => roleArn,
  'iam:UpdateAssumeRolePolicy': (_, { roleArn }) => roleArn,
  'iam:PassRole': (_, { roleArn }) => roleArn,
  'sts:AssumeRole': ({ arn }) => arn('iam', 'role/x', { region: '' }),
  'eks:CreateAccessEntry': cluster,
  'eks:AssociateAccessPolicy': entry,
  'eks:UpdateClusterConfig': cluster,
  'eks:DeleteCluster': cluster,
  'lambda:UpdateFunctionCode': functionOf('Detect'),
  'dynamodb:DeleteTable': table,
  'dynamodb:DeleteItem': table,
  's3:DeleteObject': bucketKey('snapshots/1/r/c/u/first.json'),
  's3:DeleteObjectVersion': bucketKey('snapshots/1/r/c/u/first.json'),
  's3:BypassGovernanceRetention': bucketKey('snapshots/1/r/c/u/first.json'),
  's3:PutBucketPolicy': bucket,
  'logs:DeleteLogGroup': ofCluster((name) => ['logs', `log-group:${controlPlaneLogGroup(name)}`]),
  'logs:DeleteSubscriptionFilter': ofCluster((name) => ['logs', `log-group:${controlPlaneLogGroup(name)}`]),
  'kms:ScheduleKeyDeletion': ({ arn }) => arn('kms', 'key/00000000-0000-0000-0000-000000000000'),
  'ecr:BatchGetImage': ({ arn }) => arn('ecr', 'repository/x'),
  'ec2:RunInstances': ({ arn }) => arn('ec2', 'instance/*'),
};

export interface RoleRequests extends DeployedFunction {
  needed: RoleRequest[];
  forbidden: RoleRequest[];
  /** Actions that are needed and that the simulator is not asked about. */
  left: string[];
}

/** The requests of every deployed function. @throws {TypeError} when an action that is needed has no row here */
export function roleRequests(context: LiveContext): RoleRequests[] {
  const { partition, region: ownRegion, account: ownAccount, outputs } = context;
  const place: Place = {
    context,
    output: (name) => outputs.get(name),
    arn: (service, resource, { region = ownRegion, account = ownAccount } = {}) =>
      `arn:${partition}:${service}:${region}:${account}:${resource}`,
  };
  const firstId = groupByNetwork(context.config.clusters)[0].network.id;
  return deployedFunctions(context).map((own) => {
    const request = (action: string, resourceOf: ResourceOf | undefined): RoleRequest[] => {
      if (!resourceOf) throw new TypeError(`it is not known here on what ${action} is authorised`);
      const resource = resourceOf(place, own);
      const leadingKey = KEYS[`${own.kind} ${action}`];
      return resource === undefined ? [] : [{ action, resource, ...(leadingKey === undefined ? {} : { leadingKey }) }];
    };
    const all = own.kind === 'watch' ? ofJobs(own.network.network.id === firstId) : NEEDED[own.kind];
    const wanted = all.filter((action) => action !== 'ecr:StartImageScan' || context.config.investigation.startScans);
    const asked = wanted.filter((action) => !NOT_SIMULATED.includes(action));
    return {
      ...own,
      needed: asked.flatMap((action) => request(action, RESOURCES[action])),
      forbidden: Object.entries(FORBIDDEN).flatMap(([action, resourceOf]) => request(action, resourceOf)),
      left: wanted.filter((action) => NOT_SIMULATED.includes(action)),
    };
  });
}
