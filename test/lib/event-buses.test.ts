/** The bus of events: who may put events on it, and where they go on to. */
import { describe, expect, jest, test } from '@jest/globals';
import { parseConfig } from '../../lib/config/config.ts';
import type { NamespaceSentinelProps } from '../../lib/namespace-sentinel.ts';
import { SentinelStack } from '../../lib/sentinel-stack.ts';
import { objectionsTo } from './authorisation.ts';
import { app, importedInto, plain, Resources } from './stacks.ts';

jest.setTimeout(60_000);

const CENTRAL = 'arn:aws:events:eu-west-1:222233334444:event-bus/security';
const deployedWith = (events: NamespaceSentinelProps['events']) =>
  new Resources(importedInto({ clusters: [{ name: 'demo' }], emails: [{ address: 'a@example.com' }], events }));

describe('without it', () => {
  const resources = new Resources(
    importedInto({ clusters: [{ name: 'demo' }], emails: [{ address: 'a@example.com' }] }),
  );

  test('there is no bus, and no right to put events', () => {
    expect(resources.of('Events::EventBus')).toEqual([]);
    expect(JSON.stringify(resources.of('IAM::Policy'))).not.toContain('events:PutEvents');
  });
});

describe('with it', () => {
  const resources = deployedWith({ forwardTo: [CENTRAL] });
  const statements = (policy: string) =>
    resources
      .of('IAM::Policy')
      .filter(({ id }) => id.includes(policy))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => Action === 'events:PutEvents');

  test('alert and watch alone may put events, on this bus and in our name', () => {
    expect(statements('Alert')).toMatchObject([
      { Effect: 'Allow', Condition: { StringEquals: { 'events:source': 'namespace-sentinel' } } },
    ]);
    expect(plain(statements('Alert')[0].Resource)).toBe('<EventBusesEvents>');
    expect(statements('WatchRole')).toEqual(statements('AlertRole'));
    const all = resources
      .of('IAM::Policy')
      .flatMap(({ id, Properties }) =>
        Properties.PolicyDocument.Statement.flatMap(({ Action }: { Action: string }) =>
          Action === 'events:PutEvents' ? [id] : [],
        ),
      );
    expect(all.map((id) => plain({ Ref: id })).toSorted()).toEqual([
      '<AlertRoleDefaultPolicy>',
      '<EventBusesEventsForwardRoleDefaultPolicy>',
      '<HealthEventsRoleDefaultPolicy>',
      '<WatchRoleDefaultPolicy>',
    ]);
    const { DESTINATIONS } = resources.one('Lambda::Function', 'Alert').Properties.Environment.Variables;
    expect(JSON.parse(plain(DESTINATIONS))).toEqual({ topic: '<TopicsAlert>', events: '<EventBusesEvents>' });
  });

  test('each event goes on to the other bus, or to the dead letters', () => {
    const { Properties } = resources.one('Events::Rule', 'Forward');
    expect(plain(Properties.EventBusName)).toBe('<EventBusesEvents>');
    expect(Properties.EventPattern).toEqual({ source: ['namespace-sentinel'] });
    const [target, ...others] = Properties.Targets;
    expect(others).toEqual([]);
    expect(target.Arn).toBe(CENTRAL);
    expect(plain(target.RoleArn)).toBe('<EventBusesEventsForwardRole>');
    expect(plain(target.DeadLetterConfig.Arn)).toBe('<QueuesDeadLetters>');
    expect(statements('Forward').map(({ Resource }) => Resource)).toEqual([CENTRAL]);
    const taken = resources
      .of('SQS::QueuePolicy')
      .flatMap((policy) => policy.Properties.PolicyDocument.Statement)
      .filter(({ Sid }) => Sid === 'UnforwardedEvents');
    expect(taken).toHaveLength(1);
    expect(plain([taken[0].Condition.ArnEquals['aws:SourceArn']].flat()[0])).toBe('<EventBusesEventsForward>');
  });

  test('each action of a policy exists, and is given on resources that it takes', async () => {
    expect(await objectionsTo(resources)).toEqual([]);
  });
});

test('a bus from which nothing goes on has no rule and no role', () => {
  const resources = deployedWith({ forwardTo: [] });
  expect(resources.of('Events::EventBus')).toHaveLength(1);
  expect(resources.of('Events::Rule').filter(({ id }) => id.includes('Forward'))).toEqual([]);
  expect(resources.of('IAM::Role').filter(({ id }) => id.includes('Forward'))).toEqual([]);
});

test('a bus for OCSF is another one, and alert may put events on both', () => {
  const resources = new Resources(
    importedInto({ clusters: [{ name: 'demo' }], events: {}, ocsf: { forwardTo: [CENTRAL] } }),
  );
  expect(resources.of('Events::EventBus').map(({ id }) => plain({ Ref: id }))).toEqual([
    '<EventBusesEvents>',
    '<EventBusesOcsf>',
  ]);
  const { Properties } = resources.one('Events::Rule', 'Forward');
  expect(plain(Properties.EventBusName)).toBe('<EventBusesOcsf>');
  const [statement] = resources
    .one('IAM::Policy', 'AlertRole')
    .Properties.PolicyDocument.Statement.filter(({ Action }: { Action: unknown }) => Action === 'events:PutEvents');
  expect(statement.Resource.map(plain)).toEqual(['<EventBusesEvents>', '<EventBusesOcsf>']);
});

test('an output names the bus', () => {
  const config = parseConfig(
    `clusters: [{ name: blue }]\nemails: [{ address: a@b.example }]\nevents: { forwardTo: ['${CENTRAL}'] }\n`,
    'test.yaml',
  );
  const stack = new SentinelStack(app(), 'Stack', { config });
  expect(Object.keys(new Resources(stack).outputs)).toContain('EventsBusArn');
});

test.each([
  ["forwardTo: ['arn:aws:events:eu-west-1:1:event-bus/x']", 'use the ARN of an event bus'],
  [`forwardTo: ['${CENTRAL}', '${CENTRAL}']`, 'Fix: name each bus once.'],
  [`forwardTo: [${'abcdef'.split('').map((name) => `'${CENTRAL}-${name}'`)}]`, '5'],
  ['form: xml', 'form'],
])('%s is refused', (keys, why) => {
  expect(() => parseConfig(`clusters: [{ name: blue }]\nevents: { ${keys} }\n`, 'test.yaml')).toThrow(why);
});
