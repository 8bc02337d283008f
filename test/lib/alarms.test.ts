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

/** `metric of what >= threshold` for an alarm on one metric. */
function watched({ Properties: { MetricName, Dimensions, Threshold, ComparisonOperator } }: Resource): string {
  const values = Object.fromEntries(
    Dimensions.map(({ Name, Value }: { Name: string; Value: unknown }) => [Name, plain(Value)]),
  );
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
    service,
  } = values;
  const filter = LogGroupName && `${LogGroupName} ${FilterName} ${DestinationType}`;
  const table = [TableName, GlobalSecondaryIndexName, Operation].filter((part) => part).join(' ');
  const of = FunctionName ?? QueueName ?? TopicName ?? service ?? filter ?? table;
  return `${MetricName} of ${of} ${SIGNS[ComparisonOperator]} ${Threshold}`;
}

describe('alarms', () => {
  test('watch everything that can fail on the way', () => {
    const functions = ['Detect', 'Investigate', 'Alert'].flatMap((room) => [
      `Errors of <${room}Function> >= 3`,
      `Throttles of <${room}Function> >= 1`,
      `AsyncEventsDropped of <${room}Function> >= 1`,
      `DestinationDeliveryFailures of <${room}Function> >= 1`,
    ]);
    const filters = [
      '/aws/eks/blue/cluster NamespaceSentinel-namespaces Lambda',
      '/aws/eks/blue/cluster NamespaceSentinel-cut-lines Lambda',
      '/aws/eks/green/cluster NamespaceSentinel-namespaces Lambda',
    ];
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
        'GivenUp of watch >= 1',
        'AlertBare of alert >= 1',
        'ArchiveFailed of alert >= 1',
        'WriteThrottleEvents of <FindingsTable> >= 1',
        'WriteThrottleEvents of <FindingsTable> agenda >= 1',
        ...['PutItem', 'UpdateItem', 'Query', 'BatchGetItem'].map(
          (operation) => `SystemErrors of <FindingsTable> ${operation} >= 1`,
        ),
        ...filters.flatMap((filter) => [`DeliveryErrors of ${filter} >= 1`, `DeliveryThrottling of ${filter} >= 1`]),
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
