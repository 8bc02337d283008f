/** What of the deployed stack a thief could reach for, and the roles that he could have stolen. */
import {
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { clientSettings } from '../../../tools/twin/identities.ts';
import type { Stack } from '../../../tools/twin/stack.ts';
import type { AwsCredentials } from '../../../tools/twin/token.ts';
import { auditLogGroup } from '../../../tools/twin/wire/wire.ts';

export const FUNCTIONS = ['detect', 'investigate', 'alert', 'watch', 'contain', 'probe', 'release', 'decide'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export interface DeployedFunction {
  name: string;
  roleName: string;
  logGroup: string;
}

export interface AwsThings {
  /** ARN. */
  stack: string;
  /** ARNs of managed policies. */
  policies: Readonly<Record<string, string>>;
  table: string;
  bucket: string;
  functions: Readonly<Record<FunctionName, DeployedFunction>>;
  topics: Readonly<Record<string, string>>;
  /** URLs. */
  queues: Readonly<Record<string, string>>;
  machines: Readonly<Record<string, string>>;
  /** Of tasks that wait for an answer, by which. */
  tokens: Readonly<Record<string, string>>;
  logGroups: Readonly<Record<string, string>>;
  /** A role that trusts whoever is in the account and may assume it. */
  roleArn: string;
  roleName: string;
}

export async function deployedFunctions(stack: Stack): Promise<Record<FunctionName, DeployedFunction>> {
  const lambda = new LambdaClient(clientSettings(stack.emulator));
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const found = {} as Record<FunctionName, DeployedFunction>;
  for (const key of FUNCTIONS) {
    const title = `${key[0]?.toUpperCase()}${key.slice(1)}Funct`; // CloudFormation cuts long names
    const one = Functions.find(({ FunctionName = '' }) => FunctionName.includes(title));
    if (!one) throw new Error(`no function for ${key} among ${Functions.map((f) => f.FunctionName).join(', ')}`);
    found[key] = {
      name: one.FunctionName ?? '',
      roleName: one.Role?.split('/').pop() ?? '',
      logGroup: one.LoggingConfig?.LogGroup ?? '',
    };
  }
  return found;
}

/**
 * @param tokens of tasks that wait
 * @param stackId ARN of the stack
 */
export function thingsOf(
  stack: Stack,
  functions: Record<FunctionName, DeployedFunction>,
  tokens: Readonly<Record<string, string>>,
  stackId: string,
): AwsThings {
  const output = (name: string): string => {
    const value = stack.deployment.outputs[name];
    if (!value) throw new Error(`the stack has no output ${name}`);
    return value;
  };
  return {
    stack: stackId,
    policies: {
      'a policy of the stack': output('StarterPolicyArn'),
      'any policy': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
    },
    table: output('FindingsTableName'),
    bucket: output('EvidenceBucketName'),
    functions,
    topics: { alert: output('AlertTopicArn'), health: output('HealthTopicArn') },
    queues: { 'dead letters': output('DeadLetterQueueUrl'), 'rejected records': output('RejectedRecordsQueueUrl') },
    machines: {
      contain: output('ContainPlaybookArn'),
      release: output('ReleasePlaybookArn'),
      decide: output('DecidePlaybookArn'),
    },
    tokens,
    logGroups: {
      'the audit log': auditLogGroup(stack),
      ...Object.fromEntries(FUNCTIONS.map((key) => [`the log of *${key}*`, functions[key].logGroup])),
    },
    roleArn: stack.identities.arn('role', 'Outsider'),
    roleName: 'Outsider',
  };
}

/** A session of the function's role, which here trusts the account's root in addition to Lambda. */
export async function steal(stack: Stack, { roleName }: DeployedFunction): Promise<AwsCredentials> {
  const trust = JSON.parse(stack.identities.trustPolicy());
  trust.Statement.push({
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  });
  await new IAMClient(clientSettings(stack.emulator)).send(
    new UpdateAssumeRolePolicyCommand({ RoleName: roleName, PolicyDocument: JSON.stringify(trust) }),
  );
  return stack.identities.assume(roleName, 'stolen');
}

interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

/** What the policies of a role say, as deployed. */
export async function statementsOf(stack: Stack, RoleName: string): Promise<Statement[]> {
  const iam = new IAMClient(clientSettings(stack.emulator));
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  if (AttachedPolicies.length > 0) throw new Error(`${RoleName} has managed policies, which nothing here reads`);
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const statements: Statement[] = [];
  for (const PolicyName of PolicyNames) {
    const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    statements.push(...[JSON.parse(decodeURIComponent(PolicyDocument)).Statement].flat());
  }
  return statements;
}

/** The actions that statements allow, each once. */
export const actionsOf = (statements: readonly Statement[]): string[] => {
  const allowing = statements.filter(({ Effect }) => Effect === 'Allow');
  return [...new Set(allowing.flatMap(({ Action }) => Action))].sort();
};
