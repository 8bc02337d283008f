/** What the stack writes down of itself, for watch to compare with: every role as the template makes it, and who is to be told. */
import { describe, expect, test } from '@jest/globals';
import { Aspects, Fn, Stack } from 'aws-cdk-lib';
import {
  CfnRole,
  ManagedPolicy,
  PermissionsBoundary,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DEPLOYMENT_METADATA, type Deployment, deploymentSchema } from '../../functions/contract/deployment.ts';
import { roleStates } from '../../lib/base/role-states.ts';
import { NamespaceSentinel } from '../../lib/namespace-sentinel.ts';
import { app, fullStack, type Resource, Resources } from './stacks.ts';

function written(resources: Resources): { holder: Resource; deployment: Deployment } {
  const holders = resources.all.filter((each) => DEPLOYMENT_METADATA in (metadataOf(each) ?? {}));
  expect(holders).toHaveLength(1);
  const [holder] = holders as [Resource];
  return { holder, deployment: deploymentSchema.parse(resolved(metadataOf(holder)?.[DEPLOYMENT_METADATA])) };
}
const metadataOf = (each: Resource) => (each as unknown as { Metadata?: Record<string, unknown> }).Metadata;

/** As CloudFormation resolves it, with the logical id in place of what it refers to. */
function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== 'object' || value === null) return value;
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join, 'Fn::Sub': sub } = value as Record<string, unknown>;
  if (typeof ref === 'string') return named(ref);
  if (Array.isArray(attribute)) return named(attribute.join('.'));
  if (Array.isArray(join)) return (join[1] as unknown[]).map(resolved).join(String(join[0]));
  if (typeof sub === 'string')
    // AWS::CloudFormation user guide, "Fn::Sub": `${!Literal}` is resolved as `${Literal}`.
    return sub.replaceAll(/\$\{(!?)([^}]*)\}/g, (_, isLiteral, name) => (isLiteral ? `\${${name}}` : named(name)));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each)]));
}
const named = (reference: string): string => `<${reference}>`;

/** With clusters enough that CDK spreads the statements of watch over managed policies. */
function large(): Resources {
  const stack = new Stack(app(), 'S', { env: { account: '111122223333', region: 'eu-west-1' } });
  const clusters = Array.from({ length: 30 }, (_, index) => ({ name: `cluster-${index}` }));
  new NamespaceSentinel(stack, 'Sentinel', { clusters, emails: [{ address: 'a@b.example' }] });
  return new Resources(stack);
}

describe.each([
  ['of a few clusters', () => new Resources(fullStack())],
  ['of many clusters', large],
])('the record of a stack %s', (_, make) => {
  const resources = make();
  const { deployment } = written(resources);

  test('is read by watch, once CloudFormation has resolved it', () => {
    expect(deployment.roles.length).toBe(resources.of('IAM::Role').length);
    expect(deployment.subscribers.map(({ topic }) => topic)).toContainEqual(
      expect.stringMatching(/^<SentinelTopicsHealth/),
    );
  });

  test('has the filter policy of each address as it is deployed', () => {
    const emails = resources.of('SNS::Subscription').filter(({ Properties }) => Properties.FilterPolicy);
    const recorded = deployment.subscribers.flatMap(({ policies }) => policies);
    expect(emails.length).toBeGreaterThan(0);
    expect(recorded.map(({ who, policy }) => [who, JSON.parse(policy)])).toEqual(
      emails.map(({ Properties }) => [Properties.Endpoint, Properties.FilterPolicy]),
    );
  });

  test('has each role with all of its policies', () => {
    const policies = [...resources.of('IAM::Policy'), ...resources.of('IAM::ManagedPolicy')];
    for (const { id, Properties } of resources.of('IAM::Role')) {
      const [role, ...more] = deployment.roles.filter(({ name }) => name === named(id));
      expect(more).toEqual([]);
      const own = policies.filter(({ Properties: { Roles = [] } }) =>
        Roles.some((each: { Ref: string }) => each.Ref === id),
      );
      expect(role?.trust).toEqual(resolved(Properties.AssumeRolePolicyDocument));
      const inline = own.filter(({ Type }) => Type === 'AWS::IAM::Policy').map((policy) => policy.Properties);
      expect(role?.inline).toEqual(
        Object.fromEntries(inline.map(({ PolicyName, PolicyDocument }) => [PolicyName, resolved(PolicyDocument)])),
      );
      const managed = own.filter(({ Type }) => Type === 'AWS::IAM::ManagedPolicy');
      expect(role?.managed).toEqual(
        managed.map((policy) => ({ arn: named(policy.id), document: resolved(policy.Properties.PolicyDocument) })),
      );
      expect(role?.attached).toHaveLength(managed.length + (Properties.ManagedPolicyArns ?? []).length);
    }
  });

  test('stands where nothing that it names depends on it', () => {
    const { holder } = written(resources);
    const others = resources.all.filter(({ id }) => id !== holder.id);
    const refers = (each: Resource): boolean =>
      JSON.stringify(each).includes(`"Ref":"${holder.id}"`) || JSON.stringify(each).includes(`["${holder.id}"`);
    const dependent = others.filter(refers).map(({ Type }) => Type);
    expect([...new Set(dependent)]).toEqual(['AWS::Lambda::Permission']);
  });

  test('is found by watch under its logical id', () => {
    const environments = resources.of('Lambda::Function').map(({ Properties }) => Properties.Environment.Variables);
    expect(environments.flatMap(({ DEPLOYMENT = [] }) => DEPLOYMENT)).toEqual([written(resources).holder.id]);
  });
});

test('large stacks have managed policies in their record', () => {
  expect(written(large()).deployment.roles.some(({ managed }) => managed.length > 0)).toBe(true);
});

test('a permissions boundary and a policy that somebody puts on every role are in the record', () => {
  const stack = new Stack(app(), 'Theirs');
  new NamespaceSentinel(stack, 'Sentinel', { clusters: [{ name: 'a' }], emails: [{ address: 'a@b.example' }] });
  const boundary = ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'company-boundary');
  PermissionsBoundary.of(stack).apply(boundary);
  Aspects.of(stack).add({
    visit: (each) => {
      if (each instanceof CfnRole) each.managedPolicyArns = ['arn:aws:iam::aws:policy/Audit'];
    },
  });
  const { roles } = written(new Resources(stack)).deployment;
  expect(roles.map((each) => each.boundary)).toEqual(
    roles.map(() => 'arn:<AWS::Partition>:iam::<AWS::AccountId>:policy/company-boundary'),
  );
  expect(roles.map(({ attached }) => attached[0])).toEqual(roles.map(() => 'arn:aws:iam::aws:policy/Audit'));
});

/** A policy variable of IAM. */
const TEAM = '$'.concat('{aws:PrincipalTag/team}');

test('text of a policy that looks like a reference stays text', () => {
  const stack = new Stack(app(), 'Theirs');
  const scope = new Construct(stack, 'Scope');
  const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['s3:GetObject'],
      resources: [`arn:aws:s3:::${TEAM}`, Fn.importValue('TheirBucket')],
    }),
  );
  const [text] = stack.resolve(roleStates(scope)) as [{ 'Fn::Sub': [string, Record<string, unknown>] }];
  const [sub, others] = text['Fn::Sub'];
  expect(sub).toContain(`["arn:aws:s3:::${TEAM.replace('{', '{!')}","\${Other0}"]`);
  expect(others).toEqual({ Other0: { 'Fn::ImportValue': 'TheirBucket' } });
  expect(resolved({ 'Fn::Sub': sub })).toContain(`"arn:aws:s3:::${TEAM}"`);
});
