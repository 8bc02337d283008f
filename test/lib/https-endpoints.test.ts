/** HTTPS endpoints: what they are sent, with which key, and what becomes of what they do not take. */
import { describe, expect, jest, test } from '@jest/globals';
import { events } from '../../functions/alert/destinations/events.ts';
import { pagerduty } from '../../functions/alert/destinations/pagerduty.ts';
import type { Message } from '../../functions/clients/send/sender.ts';
import { parseConfig } from '../../lib/config/config.ts';
import type { NamespaceSentinelProps } from '../../lib/namespace-sentinel.ts';
import { SentinelStack } from '../../lib/sentinel-stack.ts';
import { HIGH } from '../alert/examples.ts';
import { PARTLY } from '../alert/follow-up-samples.ts';
import { pagerDutySchema, ROUTING_KEY } from '../alert/outside-schemas.ts';
import { objectionsTo } from './authorisation.ts';
import { requestsOf } from './event-bridge.ts';
import { app, importedInto, plain, Resources } from './stacks.ts';

jest.setTimeout(60_000);

const emails = [{ address: 'a@example.com' }];
const SOAR = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:soar-AbCdEf';
const OPTIONS: Partial<NamespaceSentinelProps> = {
  pagerDuty: { secret: 'sentinel/pagerduty', secretField: 'routingKey', serviceRegion: 'eu' },
  webhooks: [
    { name: 'Soar', url: 'https://soar.example.com/hooks/a', secret: SOAR },
    { name: 'Desk', url: 'https://desk.example.com/', secret: 'desk', header: 'X-Api-Key', minSeverity: 'CRITICAL' },
  ],
};
/** What stands in the template for a key, and the key. */
const SECRETS = {
  '{{resolve:secretsmanager:sentinel/pagerduty:SecretString:routingKey::}}': ROUTING_KEY,
  [`{{resolve:secretsmanager:${SOAR}:SecretString:::}}`]: 'Bearer soar',
  '{{resolve:secretsmanager:desk:SecretString:::}}': 'desk key',
};

const resources = new Resources(importedInto({ clusters: [{ name: 'demo' }], emails, ...OPTIONS }));
const sent = (bus: string, { subject = '', body }: Message) =>
  requestsOf(
    resources,
    bus,
    { source: 'namespace-sentinel', 'detail-type': subject, detail: JSON.parse(body) },
    SECRETS,
  );

test('without them there is no connection, and nobody may send to any', () => {
  const none = new Resources(importedInto({ clusters: [{ name: 'demo' }], emails, events: {} }));
  for (const type of ['Events::Connection', 'Events::ApiDestination']) expect(none.of(type)).toEqual([]);
  expect(JSON.stringify(none.of('IAM::Policy'))).not.toContain('InvokeApiDestination');
});

describe('PagerDuty', () => {
  const BUS = 'EventBusesPagerDuty';

  test('gets what is the matter with the key in the body', () => {
    const [request, ...others] = sent(BUS, pagerduty.alert(HIGH));
    expect(others).toEqual([]);
    expect(request).toMatchObject({ url: 'https://events.eu.pagerduty.com/v2/enqueue', method: 'POST' });
    const body = JSON.parse(request?.body ?? '');
    expect(body).toMatchObject({ routing_key: ROUTING_KEY, event_action: 'trigger', dedup_key: HIGH.id });
    expect(pagerDutySchema(body)).toBe(true);
  });

  test('hears that it is over, whatever the severity was', () => {
    const [request] = sent(BUS, pagerduty.followUp({ ...PARTLY, playbook: 'release', outcome: 'released' }, {}, {}));
    const body = JSON.parse(request?.body ?? '');
    expect(body).toEqual({ routing_key: ROUTING_KEY, event_action: 'resolve', dedup_key: PARTLY.id });
    expect(pagerDutySchema(body)).toBe(true);
  });

  const graded = (severity: 'LOW' | 'MEDIUM' | 'HIGH', reach?: 'HIGH') =>
    pagerduty.alert({
      ...HIGH,
      assessment: { score: 1, indicators: [], ...HIGH.assessment, severity },
      ...(reach && { update: { look: 1, newIndicators: [], reach } }),
    });
  test.each([
    ['what is MEDIUM', graded('MEDIUM'), 0],
    ['what is LOW now and was HIGH', graded('LOW', 'HIGH'), 1],
    ['a containment that is not whole', pagerduty.followUp(PARTLY, {}, {}), 1],
  ])('is sent by the least severity: %s', (_, message, requests) => {
    expect(sent(BUS, message)).toHaveLength(requests);
  });
});

describe('an endpoint', () => {
  const BUS = 'EventBusesWebhooks';

  test('gets the event as it is, with its key in its header', () => {
    const message = events.alert(HIGH);
    expect(sent(BUS, message)).toEqual([
      {
        url: 'https://soar.example.com/hooks/a',
        method: 'POST',
        headers: { Authorization: 'Bearer soar' },
        body: message.body,
      },
    ]);
  });

  test('gets the gravest alone where it asks for that, and what a person is waited for', () => {
    expect(sent(BUS, events.followUp(PARTLY, {}, {})).map(({ url, headers }) => [url, headers])).toEqual([
      ['https://soar.example.com/hooks/a', { Authorization: 'Bearer soar' }],
      ['https://desk.example.com/', { 'X-Api-Key': 'desk key' }],
    ]);
  });

  test('that somebody else means is not ours: an event of another source goes nowhere', () => {
    const event = { source: 'somebody', 'detail-type': 'Namespace Sentinel Finding', detail: { audience: 'HIGH' } };
    expect(requestsOf(resources, BUS, event, SECRETS)).toEqual([]);
  });
});

test('a role may send to its own endpoints, and nothing else', () => {
  const statements = (policy: string) =>
    resources.one('IAM::Policy', policy).Properties.PolicyDocument.Statement as { Action: string; Resource: unknown }[];
  const [pager, ...others] = statements('PagerDutySendRole');
  expect(others).toEqual([]);
  expect(pager?.Action).toBe('events:InvokeApiDestination');
  expect(plain([pager?.Resource].flat()[0])).toBe('<EventBusesPagerDutyEnqueueDestinationApiDestination>');
  const [webhooks] = statements('WebhooksSendRole');
  expect([webhooks?.Resource].flat().map(plain).toSorted()).toEqual([
    '<EventBusesWebhooksDeskDestinationApiDestination>',
    '<EventBusesWebhooksSoarDestinationApiDestination>',
  ]);
  for (const { Properties } of resources.of('IAM::Role').filter(({ id }) => id.includes('SendRole')))
    expect(Properties.AssumeRolePolicyDocument.Statement).toMatchObject([
      {
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
});

test('what is not taken within an hour goes to the dead letters, which have an alarm', () => {
  const rules = resources.of('Events::Rule').filter(({ id }) => /EventBuses(PagerDuty|Webhooks)/.test(id));
  expect(rules).toHaveLength(3);
  const taken = resources
    .of('SQS::QueuePolicy')
    .flatMap((policy) => policy.Properties.PolicyDocument.Statement)
    .filter(({ Sid }) => /^Unsent/.test(Sid ?? ''))
    .flatMap(({ Condition }) => [Condition.ArnEquals['aws:SourceArn']].flat().map(plain));
  for (const { id, Properties } of rules) {
    const [target] = Properties.Targets;
    expect(target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 185 });
    expect(plain(target.DeadLetterConfig.Arn)).toBe('<QueuesDeadLetters>');
    expect(target.InputTransformer).toBeUndefined();
    expect(taken).toContain(plain({ Ref: id }));
  }
});

test('no request is faster than the receiver is known to take', () => {
  const rate = (name: string) => resources.one('Events::ApiDestination', name).Properties.InvocationRateLimitPerSecond;
  expect([rate('PagerDuty'), rate('Soar')]).toEqual([1, 10]);
});

test('each action of a policy exists, and is given on resources that it takes', async () => {
  expect(await objectionsTo(resources)).toEqual([]);
});

test('the template holds a reference in place of a key', () => {
  const config = parseConfig(JSON.stringify({ clusters: [{ name: 'blue' }], emails, ...OPTIONS }), 'test.yaml');
  const stack = new SentinelStack(app(), 'Stack', { config });
  const connections = new Resources(stack).of('Events::Connection');
  expect(connections).toHaveLength(3);
  for (const { Properties } of connections)
    expect(Properties.AuthParameters.ApiKeyAuthParameters.ApiKeyValue).toMatch(/^\{\{resolve:secretsmanager:.+\}\}$/);
});

test('a version of the secret can be named, so that CloudFormation reads it again', () => {
  const secretVersion = '01234567-89ab-cdef-0123-456789abcdef';
  const { Properties } = new Resources(
    importedInto({ clusters: [{ name: 'demo' }], emails, pagerDuty: { secret: 'pager', secretVersion } }),
  ).one('Events::Connection', 'PagerDuty');
  expect(Properties.AuthParameters.ApiKeyAuthParameters.ApiKeyValue).toBe(
    `{{resolve:secretsmanager:pager:SecretString:::${secretVersion}}}`,
  );
});
