import { expect, test } from '@jest/globals';
import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { NamespaceSentinel } from '../../lib/namespace-sentinel.ts';
import { app, fullStack } from './stacks.ts';

test('cdk-nag has no complaint that is not answered with a reason', () => {
  const scope = app();
  fullStack(scope);
  // Without account and Region the ARNs look otherwise.
  new NamespaceSentinel(new Stack(scope, 'Theirs'), 'Sentinel', {
    clusters: [{ name: 'demo' }],
    emails: [{ address: 'oncall@example.com' }],
  });
  Validations.of(scope).addPlugins(new AwsSolutionsChecks(scope));
  expect(() => scope.synth()).not.toThrow();
});

test('cdk-nag is awake: it complains of a wildcard without a reason', () => {
  const scope = app();
  fullStack(scope).sentinel.functions.detect.role.addToPolicy(
    new PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }),
  );
  Validations.of(scope).addPlugins(new AwsSolutionsChecks(scope));
  expect(() => scope.synth()).toThrow(/AwsSolutions-IAM5\[Resource::\*\]/);
});
