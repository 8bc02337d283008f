/** Health on the bus of events: what alarms and *watch* tell gets there, and where events are forwarded. */
import { readFileSync } from 'node:fs';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { EventBridgeHealthMessages } from '../../functions/clients/send/event-bridge-health-messages.ts';
import { HealthMessagesToAll } from '../../functions/clients/send/health-messages.ts';
import { objectionsTo } from './authorisation.ts';
import { importedInto, plain, Resources } from './stacks.ts';

jest.setTimeout(60_000);

const BASE = { clusters: [{ name: 'demo' }], emails: [{ address: 'a@example.com' }] };
const bus = (name: string, account = '222233334444') => `arn:aws:events:eu-west-1:${account}:event-bus/${name}`;
const rulesOf = (resources: Resources, name = '') =>
  resources.of('Events::Rule').filter(({ id }) => id.includes(`HealthEvents${name}`));

describe('with a bus of events', () => {
  const forwardTo = ['a', 'b', 'c', 'd', 'default'].map((name) => bus(name));
  const resources = new Resources(importedInto({ ...BASE, events: { forwardTo } }));

  test('each change of our alarms gets there, and to the buses that events are forwarded to but those named default', () => {
    const [rule, ...others] = rulesOf(resources, 'Alarms');
    expect(others).toEqual([]);
    expect(rule?.Properties.EventPattern).toEqual({
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      detail: { alarmName: [{ prefix: 'Theirs-' }] },
    });
    const targets = rule?.Properties.Targets as { Arn: unknown; DeadLetterConfig: { Arn: unknown } }[];
    expect(targets.map(({ Arn }) => plain(Arn))).toEqual([
      '<EventBusesEvents>',
      ...['a', 'b', 'c', 'd'].map((name) => bus(name)),
    ]);
    for (const { DeadLetterConfig } of targets) expect(plain(DeadLetterConfig.Arn)).toBe('<QueuesDeadLetters>');
  });

  test('a rule has five targets at most', () => {
    const five = ['a', 'b', 'c', 'd', 'e'].map((name) => bus(name));
    const all = rulesOf(new Resources(importedInto({ ...BASE, events: { forwardTo: five } })));
    const counts = all.map(({ Properties }) => Properties.Targets.length);
    expect(counts).toEqual(all.flatMap((_, index) => (index % 2 === 0 ? [5] : [1])));
  });

  describe('whatever the health topic is told by EventBridge', () => {
    const alike = (pattern: unknown) => JSON.stringify(pattern);
    const toTheTopic = resources
      .of('Events::Rule')
      .filter(({ Properties }) =>
        Properties.Targets?.some(({ Arn }: { Arn: unknown }) => plain(Arn) === '<TopicsHealth>'),
      );

    test('gets there as well, in the words of AWS, and to the others', () => {
      expect(toTheTopic.length).toBeGreaterThan(9);
      const alarms = rulesOf(resources, 'Alarms').map(({ Properties }) => alike(Properties.EventPattern));
      expect(
        rulesOf(resources)
          .map(({ Properties }) => alike(Properties.EventPattern))
          .sort(),
      ).toEqual([...alarms, ...toTheTopic.map(({ Properties }) => alike(Properties.EventPattern))].sort());
      for (const { Properties } of rulesOf(resources)) {
        expect(Properties.Targets).toHaveLength(5);
        for (const target of Properties.Targets) expect(target).not.toHaveProperty('InputTransformer');
      }
    });

    test('and to the dead letters where it is not taken', () => {
      const [taken] = resources
        .of('SQS::QueuePolicy')
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
        .filter(({ Sid }) => Sid === 'UndeliveredHealth');
      expect([taken.Condition.ArnEquals['aws:SourceArn']].flat()).toHaveLength(rulesOf(resources).length);
    });
  });

  /** Fields at which patterns and documentation look, as paths. */
  const pathsIn = (value: unknown, before = ''): string[] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, before ? `${before}.${key}` : key))
      : [before];

  test.each([
    ['execution.json', 'playbooks'],
    ['trail.json', 'functions'],
  ])('%s, as AWS publishes it, has the fields of the pattern and of the documentation', (file, name) => {
    const sample = JSON.parse(readFileSync(`test/samples/aws-events/${file}`, 'utf8'));
    const [rule] = rulesOf(resources, name);
    const { errorCode, ...detail } = rule?.Properties.EventPattern.detail ?? {};
    expect(errorCode ?? [{ exists: false }]).toEqual([{ exists: false }]);
    const known = pathsIn(sample);
    expect(pathsIn({ ...rule?.Properties.EventPattern, detail }).filter((path) => !known.includes(path))).toEqual([]);
    expect(sample['detail-type']).toBe(rule?.Properties.EventPattern['detail-type'][0]);
    const page = readFileSync('docs/integrations.md', 'utf8');
    const [, row = ''] = new RegExp(`^\\| \\W?${sample['detail-type']}\\W? \\|(.*)$`, 'm').exec(page) ?? [];
    const documented = [...row.matchAll(/`(detail\.[\w.]+)`/g)].map(([, path]) => path);
    expect(documented.length).toBeGreaterThan(3);
    expect(documented.filter((path) => !known.some((each) => each === path || each.startsWith(`${path}.`)))).toEqual(
      [],
    );
  });

  test('watch knows the bus', () => {
    const { EVENTS_BUS } = resources.one('Lambda::Function', 'Watch').Properties.Environment.Variables;
    expect(plain(EVENTS_BUS)).toBe('<EventBusesEvents>');
  });

  test('each action of a policy exists, and is given on resources that it takes', async () => {
    expect(await objectionsTo(resources)).toEqual([]);
  });
});

test('without one nothing of it is there', () => {
  const resources = new Resources(importedInto({ ...BASE, ocsf: {} }));
  expect(rulesOf(resources)).toEqual([]);
  expect(resources.one('Lambda::Function', 'Watch').Properties.Environment.Variables).not.toHaveProperty('EVENTS_BUS');
});

describe('what watch tells', () => {
  const client = mockClient(EventBridgeClient);
  const origin = { account: '111122223333', region: 'eu-west-1', stack: 'NamespaceSentinel' };
  const messages = new EventBridgeHealthMessages(new EventBridgeClient({ region: 'eu-west-1' }), bus('x'), origin);
  const entries = () => client.commandCalls(PutEventsCommand).flatMap(({ args: [{ input }] }) => input.Entries ?? []);

  beforeEach(() => {
    client.reset();
    client.on(PutEventsCommand).resolves({ Entries: [{ EventId: '1' }] });
  });

  test('is an event with a documented detail', async () => {
    await messages.tell('heartbeat: 1 cluster heard', 'In the 24 hours', 'heartbeat');
    await messages.tell('demo: the filter is gone', 'The way is broken');
    const [heartbeat, news] = entries();
    expect(heartbeat).toMatchObject({
      EventBusName: bus('x'),
      Source: 'namespace-sentinel',
      DetailType: 'Namespace Sentinel Health',
    });
    expect(JSON.parse(heartbeat?.Detail ?? '')).toEqual({
      schemaVersion: 1,
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      kind: 'heartbeat',
      headline: 'heartbeat: 1 cluster heard',
      ...origin,
      text: 'In the 24 hours',
    });
    expect(JSON.parse(news?.Detail ?? '')).toMatchObject({ kind: 'news', headline: 'demo: the filter is gone' });
  });

  test('cannot end a text in a template, and stays below the size of an entry', async () => {
    await messages.tell('a "b"\\\n', '\u0001'.repeat(300_000));
    const [entry] = entries();
    expect(JSON.parse(entry?.Detail ?? '').headline).toBe('a  b   ');
    expect(Buffer.byteLength(entry?.Detail ?? '')).toBeLessThan(262_144);
  });

  test('fails where EventBridge does not take it, and is mailed all the same', async () => {
    client.on(PutEventsCommand).resolves({ Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'later' }] });
    const mailed: string[] = [];
    const mail = { tell: async (subject: string) => void mailed.push(subject) };
    await expect(new HealthMessagesToAll([messages, mail]).tell('broken', '')).rejects.toThrow('InternalFailure later');
    expect(mailed).toEqual(['broken']);
  });
});
