import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { CANARY_MINUTES } from '../../functions/contract/canary.ts';
import { SCHEDULE_MINUTES } from '../../functions/contract/schedule.ts';
import { FAILED_INVOCATION } from '../../lib/base/failed-invocation.ts';
import { type Alarm, evaluateAlarm } from '../../tools/twin/alarms/evaluate.ts';
import { matchesJson } from './json-pattern.ts';
import { fullStack, importedInto, plain, type Resource, Resources, ROOT } from './stacks.ts';

let full: Resources;
let alarms: Resource[];
let dashboard: string;

beforeAll(() => {
  full = new Resources(fullStack());
  alarms = full.of('CloudWatch::Alarm');
  dashboard = plain(full.of('CloudWatch::Dashboard')[0]?.Properties.DashboardBody);
});

const SIGNS: Record<string, string> = { GreaterThanOrEqualToThreshold: '>=', LessThanThreshold: '<' };

/** `metric of what >= threshold`; of several metrics `SUM(…, …)` or `MAX(…, …)`. */
function watched({ Properties }: Resource): string {
  const { Metrics, Threshold, ComparisonOperator } = Properties;
  const all: { Expression?: string; MetricStat?: { Metric: Dimensioned } }[] = Metrics ?? [];
  const metrics = all.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
  const [operation = ''] = (all[0]?.Expression ?? '').split('(');
  const ids = metrics.map((_, index) => `m${index}`);
  if (operation === 'FILL') expect(all[0]?.Expression).toBe('FILL(m0, 0)');
  else if (Metrics) expect(all[0]?.Expression).toBe(`${operation}([${ids.join()}])`);
  if (metrics.length === 1 && Metrics)
    return `${nameOf(metrics[0] as Dimensioned)} ${SIGNS[ComparisonOperator]} ${Threshold}`;
  const named = Metrics ? `${operation}(${metrics.map(nameOf).join(', ')})` : nameOf(Properties);
  return `${named} ${SIGNS[ComparisonOperator]} ${Threshold}`;
}

interface Dimensioned {
  MetricName: string;
  Dimensions?: { Name: string; Value: unknown }[];
}

const nameOf = ({ MetricName, Dimensions = [] }: Dimensioned): string =>
  [MetricName, ...Dimensions.map(({ Value }) => plain(Value))].join(' ');

describe('alarms', () => {
  test('watch everything that can fail on the way, each metric once', () => {
    expect(alarms.map(watched).toSorted()).toEqual(
      [
        'FailedInvocations >= 3',
        `SUM(${['Detect', 'Alert', 'Investigate'].map((room) => `DestinationDeliveryFailures <${room}Function>`).join(', ')}) >= 1`,
        'MAX(AsyncEventAge <DetectFunction>, AsyncEventAge <AlertFunction>) >= 120000',
        'Invocations <WatchFunction> < 1',
        'ApproximateNumberOfMessagesVisible <QueuesDeadLetters> >= 1',
        'ApproximateNumberOfMessagesVisible <QueuesRejectedRecords> >= 5',
        'Problem alert-missing watch >= 1',
        'Problem alert-incomplete alert >= 1',
        'Problem stock-lost watch >= 1',
        'Problem severity-limited alert >= 1',
        'Problem isolation-not-started alert >= 1',
        `SUM(${['Alert', 'Chat', 'Health'].map((topic) => `NumberOfNotificationsFailed <Topics${topic}>`).join(', ')}) >= 1`,
        'CanaryArrived blue detect < 1',
        'CanaryArrived green detect < 1',
      ].toSorted(),
    );
  });

  test('wait for an isolation to start only where it may start by itself', () => {
    const others = new Resources(importedInto({ clusters: [{ name: 'a' }], emails: [{ address: 'a@b.example' }] }));
    expect(others.of('CloudWatch::Alarm').map(watched).join()).not.toContain('isolation');
  });

  test('go to the health topic alone, and say what they mean and what to do', () => {
    for (const { Properties } of alarms) {
      expect(Properties.AlarmActions.map(plain)).toEqual(['<TopicsHealth>']);
      expect(Properties.AlarmDescription.length).toBeGreaterThan(80);
      expect(Properties.AlarmDescription.length).toBeLessThanOrEqual(1024);
      // By what a person does: a verb of doing in the imperative.
      expect(Properties.AlarmDescription).toMatch(/\b([Cc]heck|[Ll]ook|[Ff]ix|[Cc]ompare|[Ss]ee|[Rr]aise)\b/);
    }
  });

  test('are quiet while there is nothing to count; only the schedule and the canaries have to show themselves', () => {
    const loud = alarms.filter(({ Properties }) => Properties.TreatMissingData !== 'notBreaching');
    expect(loud.map(watched)).toEqual([
      'Invocations <WatchFunction> < 1',
      'CanaryArrived blue detect < 1',
      'CanaryArrived green detect < 1',
    ]);
    for (const { Properties } of loud) expect(Properties.TreatMissingData).toBe('breaching');
  });

  // One canary is sent every ten minutes, and the alarm rings after three that did not arrive; watch runs every five minutes.
  test.each([
    ['Invocations <WatchFunction> < 1', SCHEDULE_MINUTES, 15],
    ['CanaryArrived blue detect < 1', CANARY_MINUTES, 30],
  ])(
    '%s: what has to come every %i minutes is missed after %i, however far back CloudWatch looks',
    (name, every, after) => {
      const minute = 60_000;
      const alarm = alarms.find((each) => watched(each) === name)?.Properties as Alarm;
      const metric = alarm.Metrics?.find(({ MetricStat }) => MetricStat)?.MetricStat?.Metric ?? alarm;
      const last = 60 * minute;
      const came = Array.from({ length: 60 / every + 1 }, (_, index) => ({ at: index * every * minute, value: 1 }));
      const written = {
        namespace: metric.Namespace,
        name: metric.MetricName,
        dimensions: Object.fromEntries((metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
        points: came,
      };
      const stateAt = (at: number) =>
        evaluateAlarm(
          { ...alarm, StateValue: 'OK' },
          [{ ...written, points: came.filter((point) => point.at <= at) }],
          at,
          minute,
        );
      for (let at = 30 * minute; at <= last + (after - 1) * minute; at += minute) expect(stateAt(at)).toBe('OK');
      for (let at = last + (after + 1) * minute; at <= 3 * last; at += minute) expect(stateAt(at)).toBe('ALARM');
    },
  );

  test('take no more metrics than maths does, and none of DynamoDB, whose missing data cannot be told to be fine', () => {
    const metricsOf = ({ Properties }: Resource) =>
      (Properties.Metrics ?? [{ MetricStat: { Metric: Properties } }]).flatMap(
        ({ MetricStat }: { MetricStat?: { Metric: { Namespace: string } } }) => MetricStat?.Metric ?? [],
      );
    for (const alarm of alarms) {
      const metrics = metricsOf(alarm);
      expect(metrics.length).toBeLessThanOrEqual(10);
      expect(metrics.map(({ Namespace }: { Namespace: string }) => Namespace)).not.toContain('AWS/DynamoDB');
    }
  });
});

describe('failed invocations', () => {
  test('are known by the line that Lambda writes for each invocation, whatever made it fail', () => {
    const report = (record: object) =>
      JSON.stringify({
        time: '2026-10-08T07:30:29.470Z',
        type: 'platform.report',
        record: { requestId: 'r', ...record },
      });
    for (const status of ['error', 'failure', 'timeout'])
      expect([status, matchesJson(FAILED_INVOCATION, report({ status, metrics: { durationMs: 3 } }))]).toEqual([
        status,
        true,
      ]);
    for (const line of [
      report({ status: 'success', metrics: { durationMs: 3 } }),
      JSON.stringify({ type: 'platform.start', record: { requestId: 'r', version: '$LATEST' } }),
      JSON.stringify({ level: 'ERROR', message: 'record not handled', status: 'error', record: { status: 'error' } }),
      'Task timed out after 3.00 seconds',
    ])
      expect([line, matchesJson(FAILED_INVOCATION, line)]).toEqual([line, false]);
  });

  test('are counted for every function, by one metric that has data only where something failed', () => {
    const counted = full.of('Logs::MetricFilter').map(({ Properties }) => {
      expect(Properties.MetricTransformations).toEqual([
        { MetricName: 'FailedInvocations', MetricNamespace: 'NamespaceSentinel', MetricValue: '1' },
      ]);
      expect(Properties.FilterPattern).toBe(FAILED_INVOCATION);
      return plain(Properties.LogGroupName);
    });
    const written = full
      .of('Lambda::Function')
      .map(({ Properties }) => [
        plain(Properties.LoggingConfig.LogGroup),
        Properties.LoggingConfig.LogFormat,
        Properties.LoggingConfig.SystemLogLevel,
      ]);
    expect(written.map(([group]) => group).toSorted()).toEqual(counted.toSorted());
    for (const [, ...form] of written) expect(form).toEqual(['JSON', 'INFO']); // the line is there at INFO
  });
});

describe('a playbook that does not succeed', () => {
  test('is reported to the health topic, of each state machine, whichever way it ended', () => {
    const { Properties } = full.one('Events::Rule', 'ContainmentEnds');
    const { source, detail, ...rest } = Properties.EventPattern;
    expect([source, rest]).toEqual([['aws.states'], { 'detail-type': ['Step Functions Execution Status Change'] }]);
    expect(detail.status).toEqual(['FAILED', 'TIMED_OUT', 'ABORTED']);
    expect(detail.stateMachineArn.map(plain).toSorted()).toEqual(
      full
        .of('StepFunctions::StateMachine')
        .map(({ id }) => plain({ Ref: id }))
        .toSorted(),
    );
    const [target, ...others] = Properties.Targets;
    expect(others).toEqual([]);
    expect(plain(target.Arn)).toBe('<TopicsHealth>');
    expect(plain(target.DeadLetterConfig.Arn)).toBe('<QueuesDeadLetters>');
    expect(target.InputTransformer.InputTemplate).toMatch(/The execution: <\S+>/);
    for (const status of detail.status) expect(target.InputTransformer.InputTemplate).toContain(`${status}: `);
  });

  test('is told by a role that may do nothing else, for this account alone', () => {
    const role = full.one('IAM::Role', 'ContainmentEndsRole').Properties;
    expect(role.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
    const { Statement } = full.one('IAM::Policy', 'ContainmentEndsRole').Properties.PolicyDocument;
    expect(Statement.map(({ Action, Resource }: Record<string, unknown>) => [Action, plain(Resource)])).toEqual([
      ['sns:Publish', '<TopicsHealth>'],
    ]);
    const undelivered = full
      .of('SQS::QueuePolicy')
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Sid }) => Sid === 'UndeliveredEvents');
    expect(undelivered).toMatchObject([{ Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage' }]);
    expect(undelivered[0].Condition.ArnEquals['aws:SourceArn'].map(plain)).toEqual(['<ContainmentEndsRule>']);
  });
});

describe('the dashboard', () => {
  test('shows every alarm', () => {
    for (const { id } of alarms)
      expect(dashboard).toContain(`<${id.replace(/^Sentinel/, '').replace(/[0-9A-F]{8}$/, '')}>`);
  });
});

/** The rows of a table in a page, by the first column. */
const rows = (page: string): string[] => [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, first]) => String(first));

/** Of clusters in other accounts, which this configuration has not; central-logs.test.ts holds them. */
const OF_CENTRAL_LOGS = ['source-not-configured', 'central-NAME-ID-silent'];

test('docs/alarms.md has a row for each alarm, and no other', () => {
  const page = readFileSync(join(ROOT, 'docs', 'alarms.md'), 'utf8');
  const section = page.slice(page.indexOf('\n## Alarms\n'), page.indexOf('\n## ', page.indexOf('\n## Alarms\n') + 1));
  const ids = alarms.map(({ id }) => id.replace(/^SentinelAlarms/, '').replace(/[0-9A-F]{8}$/, ''));
  const compact = (id: string) => id.replaceAll(/[^A-Za-z0-9]/g, '');
  const documented = rows(section).flatMap((id) =>
    id.startsWith('CLUSTER-') ? ['blue', 'green'].map((name) => id.replace('CLUSTER', name)) : [id],
  );
  expect(documented).toEqual(expect.arrayContaining(OF_CENTRAL_LOGS));
  const ofThese = documented.filter((id) => !OF_CENTRAL_LOGS.includes(id));
  expect(ofThese.map(compact).toSorted()).toEqual(ids.toSorted());
});
