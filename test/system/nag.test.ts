import { expect, test } from '@jest/globals';
import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { NamespaceSentinel } from '../../lib/namespace-sentinel.ts';
import { app, fullStack, type Resource, Resources } from '../lib/stacks.ts';

test('cdk-nag has no complaint that is not answered with a reason', () => {
  const scope = app({ builtinCloudFormationValidation: true });
  fullStack(scope);
  // Without account and Region the ARNs look otherwise.
  new NamespaceSentinel(new Stack(scope, 'Theirs'), 'Sentinel', {
    clusters: [{ name: 'demo' }],
    emails: [{ address: 'oncall@example.com' }],
  });
  new NamespaceSentinel(new Stack(scope, 'Private'), 'Sentinel', {
    clusters: [
      { name: 'demo' },
      { name: 'hidden', vpc: 'vpc-0123abcd', subnets: ['subnet-0123abcd'], securityGroups: ['sg-0123abcd'] },
    ],
    emails: [{ address: 'oncall@example.com' }],
  });
  Validations.of(scope).addPlugins(new AwsSolutionsChecks(scope));
  expect(() => scope.synth()).not.toThrow();
});

test('forty clusters with long names fit into the policies, each with a reason', () => {
  const scope = app({ builtinCloudFormationValidation: true });
  const clusters = Array.from({ length: 40 }, (_, index) => ({
    // Longer ones do not fit into the environment of *watch*, which the synthesis says.
    name: `${'production-cluster-'.repeat(3)}${index}`,
  }));
  const stack = new Stack(scope, 'Many', { env: { account: '111122223333', region: 'ap-southeast-2' } });
  new NamespaceSentinel(stack, 'Sentinel', { clusters, emails: [{ address: 'oncall@example.com' }] });
  Validations.of(scope).addPlugins(new AwsSolutionsChecks(scope));
  expect(() => scope.synth()).not.toThrow();

  const resources = new Resources(stack);
  const sizeOf = ({ Properties }: Resource): number => JSON.stringify(Properties.PolicyDocument, literally).length;
  const overflow = resources.of('IAM::ManagedPolicy');
  const perRole = Map.groupBy(overflow, ({ Properties }) => JSON.stringify(Properties.Roles));
  for (const policies of perRole.values()) expect(policies.length).toBeLessThanOrEqual(10); // without a raised quota
  for (const policy of overflow) expect(sizeOf(policy)).toBeLessThanOrEqual(6144);
  for (const policy of resources.of('IAM::Policy')) expect(sizeOf(policy)).toBeLessThanOrEqual(10_240);
  const queried = [...overflow, ...resources.of('IAM::Policy')]
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => Action === 'logs:StartQuery')
    .flatMap(({ Resource: resource }) => resource);
  expect(new Set(queried).size).toBe(4 * clusters.length);
});

/** What only the deployment knows, as text of about its length. */
const literally = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && ['Ref', 'Fn::GetAtt', 'Fn::Join'].some((name) => name in value)
    ? 'x'.repeat(120)
    : value;

test('cdk-nag is awake: it complains of a wildcard without a reason', () => {
  const scope = app({ builtinCloudFormationValidation: true });
  fullStack(scope).sentinel.functions.detect.role.addToPolicy(
    new PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }),
  );
  Validations.of(scope).addPlugins(new AwsSolutionsChecks(scope));
  expect(() => scope.synth()).toThrow(/AwsSolutions-IAM5\[Resource::\*\]/);
});
