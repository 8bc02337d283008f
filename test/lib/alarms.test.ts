import { beforeAll, describe, expect, test } from '@jest/globals';
import { fullStack, plain, type Resource, Resources } from './stacks.ts';

let alarms: Resource[];
let dashboard: string;

beforeAll(() => {
  const resources = new Resources(fullStack());
  alarms = resources.of('CloudWatch::Alarm');
  dashboard = plain(resources.of('CloudWatch::Dashboard')[0]?.Properties.DashboardBody);
});

const SIGNS: Record<string, string> = { GreaterThanOrEqualToThreshold: '>=', LessThanThreshold: '<' };

/** `metric of what >= threshold`, of several metrics joined by `+`. */
function watched({ Properties }: Resource): string {
  const { Metrics, Threshold, ComparisonOperator } = Properties;
  const all: { Expression?: string; MetricStat?: { Metric: Dimensioned } }[] = Metrics ?? [];
  const metrics = all.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
  if (Metrics) expect(all[0]?.Expression).toBe(`SUM([${metrics.map((_, index) => `m${index}`).join()}])`);
  const named = (Metrics ? metrics : [Properties]).map(nameOf).join(' + ');
  return `${named} ${SIGNS[ComparisonOperator]} ${Threshold}`;
}

interface Dimensioned {
  MetricName: string;
  Dimensions: { Name: string; Value: unknown }[];
}

function nameOf({ MetricName, Dimensions }: Dimensioned): string {
  const values = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, plain(Value)]));
  const {
    FunctionName,
    QueueName,
    TopicName,
    TableName,
    LogGroupName,
    FilterName,
    DestinationType,
    Operation,
    GlobalSecondaryIndexName,
    StateMachineArn,
    service,
  } = values;
  const filter = LogGroupName && `${LogGroupName} ${FilterName} ${DestinationType}`;
  const table = [TableName, GlobalSecondaryIndexName, Operation].filter((part) => part).join(' ');
  const of = FunctionName ?? QueueName ?? TopicName ?? StateMachineArn ?? service ?? filter ?? table;
  return `${MetricName} of ${of}`;
}

describe('alarms', () => {
  test('watch everything that can fail on the way', () => {
    const functions = ['Detect', 'Investigate', 'Alert'].flatMap((room) => [
      `Errors of <${room}Function> >= 3`,
      `Throttles of <${room}Function> >= 1`,
      `AsyncEventsDropped of <${room}Function> >= 1`,
      `DestinationDeliveryFailures of <${room}Function> >= 1`,
    ]);
    const undelivered = (cluster: string, ...purposes: string[]) =>
      `${purposes
        .flatMap((purpose) =>
          ['DeliveryErrors', 'DeliveryThrottling'].map(
            (metric) => `${metric} of /aws/eks/${cluster}/cluster NamespaceSentinel-${purpose} Lambda`,
          ),
        )
        .join(' + ')} >= 1`;
    const steps = ['Contain', 'Probe', 'Release', 'Decide'].flatMap((step) => [
      `Errors of <Containment${step}Function> >= 3`,
      `Throttles of <Containment${step}Function> >= 1`,
    ]);
    const playbooks = ['Contain', 'Release', 'Decide'].flatMap((playbook) =>
      ['Failed', 'TimedOut', 'Aborted'].map(
        (how) => `Executions${how} of <Containment${playbook}PlaybookMachine> >= 1`,
      ),
    );
    expect(alarms.map(watched).toSorted()).toEqual(
      [
        ...functions,
        'AsyncEventAge of <DetectFunction> >= 120000',
        'AsyncEventAge of <AlertFunction> >= 120000',
        'ApproximateNumberOfMessagesVisible of <QueuesDeadLetters> >= 1',
        'ApproximateNumberOfMessagesVisible of <QueuesRejectedRecords> >= 5',
        ...['Alert', 'Chat', 'Health'].map((topic) => `NumberOfNotificationsFailed of <Topics${topic}> >= 1`),
        'Errors of <WatchFunction> >= 3',
        'Throttles of <WatchFunction> >= 1',
        'Invocations of <WatchFunction> < 1',
        'GivenUp of watch + DigestsGivenUp of watch >= 1',
        'AlertBare of alert >= 1',
        'ArchiveFailed of alert >= 1',
        'WriteThrottleEvents of <FindingsTable> >= 1',
        'WriteThrottleEvents of <FindingsTable> agenda >= 1',
        ...['PutItem', 'UpdateItem', 'Query', 'BatchGetItem'].map(
          (operation) => `SystemErrors of <FindingsTable> ${operation} >= 1`,
        ),
        undelivered('blue', 'namespaces', 'cut-lines'),
        undelivered('green', 'namespaces'),
        ...steps,
        ...playbooks,
        'AutoStartFailed of alert >= 1',
      ].toSorted(),
    );
  });

  test('go to the health topic alone, and say what they mean and what to do', () => {
    for (const { Properties } of alarms) {
      expect(Properties.AlarmActions.map(plain)).toEqual(['<TopicsHealth>']);
      expect(Properties.AlarmDescription.length).toBeGreaterThan(80);
      expect(Properties.AlarmDescription.length).toBeLessThanOrEqual(1024);
    }
  });

  test('are quiet while there is nothing to count; only the schedule has to show itself', () => {
    const loud = alarms.filter(({ Properties }) => Properties.TreatMissingData !== 'notBreaching');
    expect(loud.map(watched)).toEqual(['Invocations of <WatchFunction> < 1']);
    expect(loud[0]?.Properties).toMatchObject({ TreatMissingData: 'breaching', Period: 900, EvaluationPeriods: 1 });
  });
});

test('the dashboard shows every alarm', () => {
  for (const { id } of alarms)
    expect(dashboard).toContain(`<${id.replace(/^Sentinel/, '').replace(/[0-9A-F]{8}$/, '')}>`);
});
