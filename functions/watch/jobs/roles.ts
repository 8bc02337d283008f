/**
 * Compares each hour what the roles of the stack may do, and who may assume them, with what the deployment wrote down. CloudTrail has
 * the events of IAM in one Region of a partition alone; elsewhere nothing else tells of a role that was changed.
 */
import type { Deployments } from '../../clients/aws/deployments.ts';
import type { Roles } from '../../clients/aws/roles.ts';
import type { RoleState } from '../../contract/deployment.ts';
import { counted, messageOf } from '../../kit/words.ts';
import type { Job, JobContext, JobSummary } from '../job.ts';
import { type DifferenceClients, type DifferenceWords, tellDifferences } from '../parts/differences.ts';
import { roleDifferences } from '../parts/role-differences.ts';

export interface RoleClients extends DifferenceClients {
  deployments: Deployments;
  roles: Roles;
  /** Where the stack is. */
  place: { region: string; account: string };
}

const HOUR_MINUTES = 60;

async function compare(context: JobContext<RoleClients>): Promise<JobSummary> {
  const { clients, signal } = context;
  const deployed = await clients.deployments.read(signal);
  // CloudFormation changes the stack, which is told by itself: what is live is on its way to what is deployed.
  if (!deployed) return { postponed: true };
  const live = await Promise.all(deployed.roles.map((role) => liveRole(role, context)));
  // A change that began meanwhile is no difference.
  if (!(await clients.deployments.read(signal))) return { postponed: true };
  const says = deployed.roles.flatMap((role, index) => roleDifferences(role, live[index]));
  await tellDifferences({ ...clients.place, about: 'roles' }, [...new Set(says)], () => WORDS, context);
  return { roles: deployed.roles.length, different: says.length };
}

async function liveRole(
  { name, managed }: RoleState,
  context: JobContext<RoleClients>,
): Promise<RoleState | undefined> {
  const documents = managed.map(({ arn }) => arn);
  try {
    return await context.clients.roles.describe(name, documents, context.signal);
  } catch (error) {
    throw new Error(`the role ${name} could not be read: ${messageOf(error)}`, { cause: error });
  }
}

const WORDS: DifferenceWords = {
  subject: (count) => `${counted(count, 'difference')} of roles from what was deployed`,
  before: 'Somebody changed roles of Namespace Sentinel, and it was not a deployment:',
  todo: [
    'To do: if nobody of yours did this, treat it as an attack on the detection itself. Delete the policies that were added, detach those that were attached, and put back the rest as the template of the stack has it: a deployment without a change in the template does not put it back.',
    'Who did it is in CloudTrail (PutRolePolicy, AttachRolePolicy, UpdateAssumeRolePolicy, CreatePolicyVersion and the like), in the one Region of the partition that has the events of IAM: us-east-1 of the public one.',
  ],
  over: 'roles as deployed again',
};

export const roles: Job<RoleClients, 'roles'> = {
  id: 'roles',
  scope: 'stack',
  everyMinutes: HOUR_MINUTES,
  deadlineMs: 90_000,
  needs: {
    aws: [
      'cloudformation:DescribeStackResource',
      'cloudformation:DescribeStacks',
      'iam:GetRole',
      'iam:ListRolePolicies',
      'iam:GetRolePolicy',
      'iam:ListAttachedRolePolicies',
      'iam:GetPolicy',
      'iam:GetPolicyVersion',
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
      'sns:Publish',
    ],
    kubernetes: [],
  },
  run: compare,
};
