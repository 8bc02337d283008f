/** CloudFormation's schemas and the rules that CDK brings have no objection to the template. */
import { expect, jest, test } from '@jest/globals';
import { CfnResource, Stack } from 'aws-cdk-lib';
import { app, fullStack } from './stacks.ts';

jest.setTimeout(60_000);

const validated = () => app({ builtinCloudFormationValidation: true });

test('nothing is objected to', () => {
  const scope = validated();
  fullStack(scope);
  expect(() => scope.synth()).not.toThrow();
});

test('a property that does not exist would be', () => {
  const scope = validated();
  new CfnResource(new Stack(scope, 'Stack'), 'Wrong', { type: 'AWS::SQS::Queue', properties: { DelaySecs: 'soon' } });
  expect(() => scope.synth()).toThrow(/DelaySecs/);
});
