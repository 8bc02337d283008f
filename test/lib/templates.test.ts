/** CloudFormation's schemas and the rules that CDK brings have no objection to the template. */
import { expect, jest, test } from '@jest/globals';
import { CfnResource, Stack } from 'aws-cdk-lib';
import { parseConfig } from '../../lib/config/config.ts';
import { SentinelStack } from '../../lib/sentinel-stack.ts';
import { app, fullStack } from './stacks.ts';

jest.setTimeout(60_000);

const validated = () => app({ builtinCloudFormationValidation: true });

/** Each destination that has resources of its own. */
const DESTINATIONS = {
  events: { forwardTo: ['arn:aws:events:eu-west-1:222233334444:event-bus/security'] },
  securityHub: { minSeverity: 'HIGH' },
  pagerDuty: { secret: 'sentinel/pagerduty', secretField: 'routingKey', serviceRegion: 'eu' },
  webhooks: [
    { name: 'Soar', url: 'https://soar.example.com/hooks/a', secret: 'soar' },
    { name: 'Desk', url: 'https://desk.example.com/', secret: 'desk', header: 'X-Api-Key', minSeverity: 'CRITICAL' },
  ],
};

// In one synthesis: the schemas are read once.
test('nothing is objected to', () => {
  const scope = validated();
  fullStack(scope);
  const config = { clusters: [{ name: 'blue' }], emails: [{ address: 'a@b.example' }], ...DESTINATIONS };
  new SentinelStack(scope, 'Destinations', { config: parseConfig(JSON.stringify(config), 'destinations.yaml') });
  expect(() => scope.synth()).not.toThrow();
});

test('a property that does not exist would be', () => {
  const scope = validated();
  new CfnResource(new Stack(scope, 'Stack'), 'Wrong', { type: 'AWS::SQS::Queue', properties: { DelaySecs: 'soon' } });
  expect(() => scope.synth()).toThrow(/DelaySecs/);
});
