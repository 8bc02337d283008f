/** The calls that are told as tampering: they exist in the services, and their patterns take what CloudTrail records of them. */

import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import * as monitoring from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as eks from '@aws-sdk/client-eks';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as lambda from '@aws-sdk/client-lambda';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { NamespaceSentinel } from '../../lib/namespace-sentinel.ts';
import { app, fullStack, importedInto, plain, type Resource, Resources } from './stacks.ts';

/** The SDK's own models of the services, but for EventBridge, whose client the project does not have. */
const SERVICES: Record<string, object> = {
  cloudformation,
  cloudtrail,
  dynamodb,
  eks,
  iam,
  kms,
  lambda,
  logs,
  monitoring,
  sns,
  sqs,
};

interface Pattern {
  detail: {
    eventSource: string[];
    eventName: (string | { prefix: string })[];
    errorCode: unknown;
    sourceIPAddress?: { 'anything-but': string[] }[];
    requestParameters?: Record<string, unknown>;
  };
}

interface Condition {
  ArnEquals: { 'aws:SourceArn': unknown[] };
}

let rules: Resource[];
const patternOf = ({ Properties }: Resource): Pattern => Properties.EventPattern;

const tamperRulesOf = (resources: Resources): Resource[] =>
  resources.of('Events::Rule').filter(({ id }) => id.includes('Tampering'));

beforeAll(() => {
  rules = tamperRulesOf(new Resources(fullStack()));
});

const ruleOf = (id: string): Resource => {
  const found = rules.find((rule) =>
    rule.id.replace(/[0-9A-F]{8}$/, '').endsWith(`Tampering${id.replaceAll('-', '')}`),
  );
  if (!found) throw new Error(`there is no rule ${id}`);
  return found;
};

test('each call that is told is an operation of its service', () => {
  /** Of EventBridge, whose client the project does not have (its API reference). */
  const OF_EVENTS = ['DeleteRule', 'DisableRule', 'PutRule', 'RemoveTargets', 'PutTargets'];
  const missing = rules.map(patternOf).flatMap(({ detail: { eventSource, eventName } }) => {
    const services = eventSource.map((source) => source.split('.')[0] ?? '');
    const clients = services.flatMap((service) => SERVICES[service] ?? []);
    expect(clients.length + (services.includes('events') ? 1 : 0)).toBe(services.length);
    const names = eventName.map((name) => (typeof name === 'string' ? name : name.prefix));
    return names.filter(
      (name) =>
        !clients.some((client) => `${name}Command` in client) &&
        !(services.includes('events') && OF_EVENTS.includes(name)),
    );
  });
  expect(missing).toEqual([]);
});

test('only what succeeded is told, and nothing that CloudFormation did, but for who changed the stack', () => {
  for (const rule of rules) {
    const { detail } = patternOf(rule);
    expect(detail.errorCode).toEqual([{ exists: false }]);
    const isOfStack = detail.eventSource[0] === 'cloudformation.amazonaws.com';
    expect([rule.id, detail.sourceIPAddress]).toEqual([
      rule.id,
      isOfStack ? undefined : [{ 'anything-but': ['cloudformation.amazonaws.com'] }],
    ]);
  }
});

test('each goes to the health topic by itself, with who it was, and to the dead letters where it cannot', () => {
  expect(rules.length).toBe(9);
  for (const { Properties } of rules) {
    expect(Properties.State).toBe('ENABLED');
    const [target, ...more] = Properties.Targets;
    expect(more).toEqual([]);
    expect(plain(target.Arn)).toBe('<TopicsHealth>');
    expect(plain(target.DeadLetterConfig.Arn)).toBe('<QueuesDeadLetters>');
    const { InputPathsMap: paths, InputTemplate: template } = target.InputTransformer;
    expect(Object.values(paths)).toEqual(
      expect.arrayContaining(['$.detail.userIdentity.arn', '$.detail.eventTime', '$.detail.eventName']),
    );
    expect(template).toMatch(/Who: |changed by /);
  }
});

test('the dead-letter queue takes what of them could not be delivered, by one statement', () => {
  const statements = new Resources(fullStack())
    .of('SQS::QueuePolicy')
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as { Sid?: string; Condition?: Condition }[]);
  const taken = statements.filter(({ Sid }) => Sid === 'UndeliveredTampering');
  expect(taken).toHaveLength(1);
  expect(taken[0]?.Condition?.ArnEquals['aws:SourceArn']).toHaveLength(rules.length);
});

test('no pattern is longer than EventBridge takes, with forty clusters of long names', () => {
  const clusters = Array.from({ length: 36 }, (_, index) => ({ name: `cluster-${index}-${'x'.repeat(30)}` }));
  const many = tamperRulesOf(new Resources(importedInto({ clusters, emails: [{ address: 'a@b.example' }] })));
  for (const { id, Properties } of many) {
    const length = JSON.stringify(Properties.EventPattern, (_, value) =>
      typeof value === 'object' && value !== null && ('Ref' in value || 'Fn::GetAtt' in value) ? 'x'.repeat(90) : value,
    ).length;
    expect([id, length <= 2_048]).toEqual([id, true]);
  }
  const named = many.flatMap((rule) => (patternOf(rule).detail.requestParameters?.['logGroupName'] as string[]) ?? []);
  expect(named.toSorted()).toEqual(clusters.map(({ name }) => `/aws/eks/${name}/cluster`).toSorted());
});

describe('a change', () => {
  test('of the audit log of our clusters is told where a log is switched off', () => {
    expect(patternOf(ruleOf('audit-log')).detail.requestParameters).toEqual({
      name: ['blue', 'green'],
      logging: { clusterLogging: { enabled: [false] } },
    });
  });

  test('of a function is told about each of ours, by name or ARN', () => {
    const { functionName } = patternOf(ruleOf('functions')).detail.requestParameters as {
      functionName: { suffix: unknown }[];
    };
    const names = functionName.map(({ suffix }) => plain(suffix));
    expect(names).toEqual(
      expect.arrayContaining(['<DetectFunction>', '<InvestigateFunction>', '<AlertFunction>', '<WatchFunction>']),
    );
  });

  test('of an access entry is told about each role of ours, and of no other', () => {
    const { detail } = patternOf(ruleOf('access'));
    expect(detail.eventName).toEqual(expect.arrayContaining(['DeleteAccessEntry', 'AssociateAccessPolicy']));
    const { principalArn } = detail.requestParameters as { principalArn: { suffix: unknown }[] };
    const roles = principalArn.map(({ suffix }) => plain(suffix));
    expect(roles).toEqual(expect.arrayContaining(['<WatchRole>', '<InvestigateRole>', '<ContainmentContainRole>']));
    expect(roles.every((role) => /^<\w+Role>$/.test(role))).toBe(true);
  });

  test('of the key is told, whether it is named by its id or its ARN', () => {
    const { detail } = patternOf(ruleOf('stores'));
    expect(detail.eventSource).toContain('kms.amazonaws.com');
    expect(detail.eventName).toEqual(expect.arrayContaining(['DisableKey', 'ScheduleKeyDeletion', 'PutKeyPolicy']));
    const { $or: any } = detail.requestParameters as { $or: Record<string, { suffix: unknown }[]>[] };
    expect(any.flatMap(({ keyId = [] }) => keyId.map(({ suffix }) => plain(suffix)))).toEqual(['<Key>']);
  });

  test('of a rule or an alarm is known by the name of the stack, also where CloudFormation shortens it', () => {
    const named = (name: string) => {
      const scope = app();
      const stack = new Stack(scope, name);
      new NamespaceSentinel(stack, 'S', { clusters: [{ name: 'a' }], emails: [{ address: 'a@b.example' }] });
      const [rule] = tamperRulesOf(new Resources(stack)).filter(({ id }) => id.includes('Tamperingrules'));
      return rule && patternOf(rule).detail.requestParameters;
    };
    expect(named('Sentinel')).toMatchObject({ $or: [{ name: [{ prefix: 'Sentinel-' }] }, {}, {}, {}] });
    expect(named('NamespaceSentinelOfTheWholeCompany')).toMatchObject({
      $or: [{ name: [{ prefix: 'NamespaceSentinelOfT' }] }, {}, {}, {}],
    });
  });

  test('of a role is told where CloudTrail has the events of IAM', () => {
    // This stack is in eu-west-1: the events of IAM are in us-east-1 alone.
    expect(rules.filter((rule) => patternOf(rule).detail.eventSource[0] === 'iam.amazonaws.com')).toEqual([]);
    const anywhere = tamperRulesOf(
      new Resources(importedInto({ clusters: [{ name: 'a' }], emails: [{ address: 'a@b.example' }] })),
    );
    expect(anywhere.some((rule) => patternOf(rule).detail.eventSource[0] === 'iam.amazonaws.com')).toBe(true);
  });
});
