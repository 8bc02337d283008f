/** The function that imports findings into AWS Security Hub: who invokes it, and what it may do. */
import { describe, expect, jest, test } from '@jest/globals';
import { securityhub } from '../../functions/alert/destinations/securityhub.ts';
import { parseConfig } from '../../lib/config/config.ts';
import { SentinelStack } from '../../lib/sentinel-stack.ts';
import { HIGH } from '../alert/examples.ts';
import { PARTLY } from '../alert/follow-up-samples.ts';
import { objectionsTo } from './authorisation.ts';
import { matches } from './event-bridge.ts';
import { app, importedInto, plain, Resources } from './stacks.ts';

jest.setTimeout(60_000);

const emails = [{ address: 'a@example.com' }];
const clusters = [{ name: 'demo' }];

test('without it there is no such function', () => {
  const resources = new Resources(importedInto({ clusters, emails }));
  expect(JSON.stringify(resources.of('IAM::Policy'))).not.toContain('securityhub:');
  expect(Object.keys(resources.outputs)).not.toContain('SecurityHubFunctionName');
});

describe('with it', () => {
  const config = parseConfig(JSON.stringify({ clusters, emails, securityHub: { minSeverity: 'HIGH' } }), 'test.yaml');
  const stack = new SentinelStack(app(), 'Stack', { config });
  const resources = new Resources(stack);
  const statements = resources.one('IAM::Policy', 'SentinelSecurityHubRole').Properties.PolicyDocument.Statement as {
    Action: string;
    Resource: unknown;
    Condition?: object;
  }[];
  const statement = (action: string) => statements.filter(({ Action }) => [Action].flat().includes(action));

  test('outputs name the function and its role', () => {
    expect(Object.keys(resources.outputs)).toEqual(
      expect.arrayContaining(['SecurityHubBusArn', 'SecurityHubFunctionName', 'SecurityHubRoleArn']),
    );
  });

  test('it imports under the default product of the account, and resolves findings: no more', () => {
    const actions = statements.flatMap(({ Action }) => Action).filter((action) => action.startsWith('securityhub:'));
    expect(actions.toSorted()).toEqual(['securityhub:BatchImportFindings', 'securityhub:BatchUpdateFindings']);
    expect(plain(statement('securityhub:BatchImportFindings')[0]?.Resource)).toBe(
      'arn:<AWS::Partition>:securityhub:<AWS::Region>:<AWS::AccountId>:product/<AWS::AccountId>/default',
    );
    expect(statement('securityhub:BatchUpdateFindings')[0]?.Condition).toEqual({
      StringEquals: { 'securityhub:ASFFSyntaxPath/Workflow.Status': 'RESOLVED' },
    });
  });

  test('of the table it reads findings, one at a time', () => {
    const actions = statements.flatMap(({ Action }) => Action).filter((action) => action.startsWith('dynamodb:'));
    expect(actions).toEqual(['dynamodb:GetItem']);
  });

  test('each action of a policy exists, and is given on resources that it takes', async () => {
    expect(await objectionsTo(resources)).toEqual([]);
  });

  test('EventBridge hands it the findings of its own bus, and leaves what it cannot with the dead letters', () => {
    const rule = resources.one('Events::Rule', 'SecurityHub');
    expect(plain(rule.Properties.EventBusName)).toMatch(/^<SentinelEventBusesSecurityHub|^<EventBusesSecurityHub/);
    const [target] = rule.Properties.Targets;
    expect(target.InputPath).toBe('$.detail');
    expect(plain(target.DeadLetterConfig.Arn)).toContain('QueuesDeadLetters');
    const { Properties: permission } = resources.one('Lambda::Permission', 'SecurityHub');
    expect(permission.Principal).toBe('events.amazonaws.com');
    expect(plain(permission.SourceArn)).toBe(plain({ Ref: rule.id }));
  });

  test.each([
    ['HIGH', securityhub.alert(HIGH), true],
    ['LOW', securityhub.alert({ ...HIGH, assessment: { score: 1, indicators: [], severity: 'LOW' } as never }), false],
    [
      'its end',
      securityhub.followUp({ ...PARTLY, playbook: 'release', outcome: 'released', severity: 'LOW' }, {}, {}),
      true,
    ],
  ])('what is imported by the least severity: %s', (_, { body }, isImported) => {
    const { EventPattern: pattern } = resources.one('Events::Rule', 'SecurityHub').Properties;
    expect(matches(pattern, { source: 'namespace-sentinel', detail: JSON.parse(body) })).toBe(isImported);
  });

  test('what it failed at in all tries goes to the dead letters', () => {
    const { DestinationConfig: config, MaximumRetryAttempts: retries } = resources.one(
      'Lambda::EventInvokeConfig',
      'SecurityHub',
    ).Properties;
    expect(plain(config.OnFailure.Destination)).toContain('QueuesDeadLetters');
    expect(retries).toBe(2);
  });
});
