import { describe, expect, test } from '@jest/globals';
import { CfnOutput, CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { exceededLimits, policySize } from '../../lib/base/limits.ts';
import { NamespaceSentinel } from '../../lib/namespace-sentinel.ts';
import { app, importedInto } from './stacks.ts';

const many = (count: number, make: (id: string) => unknown): void => {
  for (let index = 0; index < count; index++) make(`X${index}`);
};
const roleIn = (stack: Stack) => new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
const statement = (characters: number) =>
  new PolicyStatement({ actions: ['s3:GetObject'], resources: [`arn:aws:s3:::${'x'.repeat(characters)}`] });

describe('the limits of AWS', () => {
  test.each<[string, (stack: Stack) => void, string]>([
    [
      'resources',
      (stack) => many(501, (id) => new CfnResource(stack, id, { type: 'AWS::SNS::Topic' })),
      'the stack has 501 resources, and CloudFormation takes 500. Fix: give some of the clusters a configuration of their own',
    ],
    ['outputs', (stack) => many(201, (id) => new CfnOutput(stack, id, { value: 'x' })), 'the stack has 201 outputs'],
    ['parameters', (stack) => many(201, (id) => new CfnParameter(stack, id)), 'the stack has 201 parameters'],
    [
      'a managed policy',
      (stack) => new ManagedPolicy(stack, 'Policy', { roles: [roleIn(stack)], statements: [statement(6100)] }),
      'and IAM takes 6144',
    ],
    [
      'managed policies of a role',
      (stack) => {
        const role = roleIn(stack);
        many(11, (id) => new ManagedPolicy(stack, id, { roles: [role], statements: [statement(1)] }));
      },
      'the role Role1ABCC5F0 has 11 managed policies, and IAM takes 10 unless',
    ],
    [
      'environment variables',
      (stack) => {
        const environment = { LIST: 'x'.repeat(3_943), TABLE: roleIn(stack).roleArn };
        new CfnFunction(stack, 'F', { code: { zipFile: 'x' }, role: 'r', environment: { variables: environment } });
      },
      'the environment variables of the function F have 4102 bytes, and Lambda takes 4096: give some of the clusters',
    ],
  ])('of %s are told with what there is to do', (_, exceed, message) => {
    const stack = new Stack(app(), 'Stack');
    exceed(stack);
    expect(exceededLimits(stack)).toEqual([expect.stringContaining(message)]);
  });

  test('are kept by a stack of two clusters', () => {
    const stack = importedInto({ clusters: [{ name: 'a' }, { name: 'b' }], emails: [{ address: 'a@b.example' }] });
    expect(exceededLimits(stack)).toEqual([]);
  });

  test('count what only the deployment knows at its longest', () => {
    const stack = new Stack(app(), 'Stack');
    const document = { Resource: stack.formatArn({ service: 's3', region: '', account: '', resource: 'x' }) };
    expect(policySize(stack, document)).toBe('{"Resource":"arn:aws-us-gov:s3:::x"}'.length);
  });

  test('are kept by the environment of watch with many addresses, and told with too many clusters of the longest names', () => {
    const emails = Array.from({ length: 100 }, (_, index) => ({ address: `${'x'.repeat(60)}${index}@example.com` }));
    const stackOf = (count: number) =>
      importedInto({
        clusters: Array.from({ length: count }, (_, index) => ({ name: `${index}`.padEnd(100, 'x') })),
        emails,
      });
    const told = (count: number) => exceededLimits(stackOf(count)).filter((each) => each.includes('environment'));
    expect(told(20)).toEqual([]);
    expect(told(40)).toEqual([
      expect.stringMatching(/^the environment variables of the function SentinelWatchFunction\w+ have \d+ bytes/),
    ]);
  });

  test('end the synthesis with a message, where a configuration goes beyond them', () => {
    const scope = app();
    const clusters = Array.from({ length: 90 }, (_, index) => ({ name: `cluster-${index}`, cutLines: true }));
    const stack = new Stack(scope, 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
    new NamespaceSentinel(stack, 'Sentinel', { clusters, emails: [{ address: 'a@b.example' }] });
    expect(() => scope.synth()).toThrow(
      /the stack has \d+ resources, and CloudFormation takes 500\. Fix: give some of/,
    );
  });
});
