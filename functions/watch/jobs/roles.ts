/**
 * Compares each hour what the roles of the stack may do, and who may assume them, with what the deployment wrote down. CloudTrail has
 * the events of IAM in one Region of a partition alone; elsewhere nothing else tells about a role that was changed.
 */
import type { Deployments } from '../../clients/aws/deployments.ts';
import type { LiveRoles } from '../../clients/aws/live-roles.ts';
import { counted, messageOf } from '../../kit/words.ts';
import type { Job, JobContext, JobSummary } from '../job.ts';
import { type DifferenceClients, type DifferenceWords, tellDifferences } from '../parts/differences.ts';
import { roleDifferences } from '../parts/role-differences.ts';
import { shown } from '../parts/shown.ts';

export interface RoleClients extends DifferenceClients {
  deployments: Deployments;
  roles: LiveRoles;
  /** Where the stack is. */
  place: { region: string; account: string };
}

const HOUR_MINUTES = 60;
/** IAM has no endpoint in most VPCs: without a way to it, requests end when this is over. */
const READ_MS = 60_000;

async function compare(context: JobContext<RoleClients>): Promise<JobSummary> {
  const { place } = context.clients;
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(READ_MS)]);
  let says: string[] | undefined;
  let why = '';
  try {
    says = await allDifferences(context.clients, signal);
  } catch (error) {
    context.unknown('the roles', error);
    why = messageOf(error);
  }
  const unread = why ? [UNREAD] : [];
  await tellDifferences({ ...place, about: 'roles-unread' }, unread, () => unreadWords(why), context);
  if (why) return { unread: true };
  // CloudFormation changes the stack, which is reported on its own: what is live is on its way to what is deployed.
  if (!says) return { postponed: true };
  await tellDifferences({ ...place, about: 'roles' }, says, () => WORDS, context);
  return { different: says.length };
}

/** @returns undefined while CloudFormation changes the stack */
async function allDifferences(
  { deployments, roles: iam }: RoleClients,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const deployed = await deployments.read(signal);
  if (!deployed) return undefined;
  const live = await Promise.all(
    deployed.roles.map(({ name, managed }) => {
      const documents = managed.map(({ arn }) => arn);
      return iam.describe(name, documents, signal);
    }),
  );
  // What a change that began meanwhile has made is not told.
  if (!(await deployments.read(signal))) return undefined;
  return [...new Set(deployed.roles.flatMap((role, index) => roleDifferences(role, live[index])))];
}

const UNREAD = 'What the roles of Namespace Sentinel may do could not be compared with what was deployed.';

const unreadWords = (why: string): DifferenceWords => ({
  subject: () => 'roles not compared with what was deployed',
  before: 'Somebody could change them without this message telling about it:',
  todo: [
    `The answer was: ${shown(why)}.`,
    'To do: where watch runs in a VPC it needs a way to CloudFormation and to IAM, which has no VPC endpoint in most Regions: a NAT gateway. Elsewhere the log of watch says more ("not known").',
  ],
  over: 'roles compared again',
});

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
