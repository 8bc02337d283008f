import { CfnOutput, CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { mistake } from '../../functions/kit/mistake.ts';

/**
 * What CloudFormation, IAM and Lambda take at most ("AWS CloudFormation quotas", "IAM and AWS STS quotas"). Ten managed policies to a role
 * are the account's default, which can be raised; the others cannot.
 */
const LIMITS = {
  resources: 500,
  outputs: 200,
  parameters: 200,
  /** Characters of all inline policies of a role together, without white space. */
  inlinePolicies: 10_240,
  /** Characters of a managed policy, without white space. */
  managedPolicy: 6144,
  managedPoliciesOfRole: 10,
  /** Bytes of all environment variables of a function together ("Lambda quotas"). */
  environment: 4096,
} as const;

const REMEDY = 'give some of the clusters a configuration of their own, and so a stack';
const POLICY_REMEDY = `${REMEDY}; where account and region are not set, set them`;

/**
 * What of a stack is more than AWS takes; empty where all fits. To be asked when everything is made, as CDK spreads the statements
 * of large roles over managed policies at the end.
 */
export function exceededLimits(scope: IConstruct): string[] {
  const stack = Stack.of(scope);
  const all = stack.node.findAll().filter((each) => Stack.of(each) === stack);
  const counts = [
    ['resources', all.filter((each) => CfnResource.isCfnResource(each)).length],
    ['outputs', all.filter((each) => each instanceof CfnOutput).length],
    ['parameters', all.filter((each) => each instanceof CfnParameter).length],
  ] as const;
  return [
    ...counts
      .filter(([what, count]) => count > LIMITS[what])
      .map(([what, count]) =>
        mistake(`the stack has ${count} ${what}, and CloudFormation takes ${LIMITS[what]}`, REMEDY),
      ),
    ...inlinePolicies(stack, all),
    ...managedPolicies(stack, all),
    ...environments(stack, all),
  ];
}

function inlinePolicies(stack: Stack, all: readonly IConstruct[]): string[] {
  const sizes = new Map<string, number>();
  for (const policy of all.filter((each) => each instanceof CfnPolicy))
    for (const role of rolesOf(stack, policy))
      sizes.set(role, (sizes.get(role) ?? 0) + policySize(stack, policy.policyDocument));
  return [...sizes]
    .filter(([, size]) => size > LIMITS.inlinePolicies)
    .map(([role, size]) =>
      mistake(
        `the policies of the role ${role} have ${size} characters, and IAM takes ${LIMITS.inlinePolicies}`,
        POLICY_REMEDY,
      ),
    );
}

function managedPolicies(stack: Stack, all: readonly IConstruct[]): string[] {
  const policies = all.filter((each) => each instanceof CfnManagedPolicy);
  const perRole = new Map<string, number>();
  for (const role of policies.flatMap((each) => rolesOf(stack, each))) perRole.set(role, (perRole.get(role) ?? 0) + 1);
  return [
    ...policies
      .map(({ policyDocument }) => policySize(stack, policyDocument))
      .filter((size) => size > LIMITS.managedPolicy)
      .map((size) =>
        mistake(`a managed policy has ${size} characters, and IAM takes ${LIMITS.managedPolicy}`, POLICY_REMEDY),
      ),
    ...[...perRole]
      .filter(([, count]) => count > LIMITS.managedPoliciesOfRole)
      .map(([role, count]) =>
        mistake(
          `the role ${role} has ${count} managed policies, and IAM takes ${LIMITS.managedPoliciesOfRole} unless the quota of the account is raised`,
          REMEDY,
        ),
      ),
  ];
}

function environments(stack: Stack, all: readonly IConstruct[]): string[] {
  const functions = all.filter((each) => each instanceof CfnFunction);
  const idOf = ({ logicalId }: CfnFunction): string => stack.resolve(logicalId);
  const longest = { ...LONGEST, ...Object.fromEntries(functions.map((each) => [idOf(each), LONGEST_FUNCTION_NAME])) };
  return functions
    .map((each) => ({ id: idOf(each), size: environmentSize(stack.resolve(each.environment), longest) }))
    .filter(({ size }) => size > LIMITS.environment)
    .map(
      ({ id, size }) =>
        `the environment variables of the function ${id} have ${size} bytes, and Lambda takes ${LIMITS.environment}: ${REMEDY}`,
    );
}

/** Bytes of the names and values of a function's environment variables. */
function environmentSize(environment: { variables?: Record<string, unknown> } | undefined, longest: Lengths): number {
  return Object.entries(environment?.variables ?? {}).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(String(written(value, longest))),
    0,
  );
}

/** To which roles a policy is attached: their ids in the template, or their names. */
const rolesOf = (stack: Stack, { roles = [] }: Pick<CfnPolicy, 'roles'>): string[] =>
  ((stack.resolve(roles) ?? []) as (string | { Ref?: string })[]).map((role) =>
    typeof role === 'string' ? role : (role.Ref ?? JSON.stringify(role)),
  );

/** Characters by logical id. */
type Lengths = Readonly<Record<string, number>>;
/** The longest of what only the deployment knows: partition, Region, account and suffix, and the ARN of a function or a table. */
const LONGEST: Lengths = {
  'AWS::Partition': 'aws-us-gov'.length,
  'AWS::Region': 'ap-southeast-2'.length,
  'AWS::AccountId': 12,
  'AWS::URLSuffix': 'amazonaws.com.cn'.length,
};
const LONGEST_ARN = 150;
const LONGEST_FUNCTION_NAME = 64;

/** Characters of a policy as IAM counts them, with the longest text for what only the deployment knows. */
export const policySize = (stack: Stack, document: unknown): number =>
  JSON.stringify(stack.resolve(document), (_, value) => written(value, LONGEST)).length;

function written(value: unknown, longest: Lengths): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
  if (Array.isArray(join)) return (join[1] as unknown[]).map((part) => written(part, longest)).join(String(join[0]));
  if (typeof ref === 'string') return 'x'.repeat(longest[ref] ?? LONGEST_ARN);
  return attribute === undefined ? value : 'x'.repeat(LONGEST_ARN);
}
