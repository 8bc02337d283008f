import { describe, expect, test } from '@jest/globals';
import { type Alarm, evaluateAlarm } from '../../tools/twin/alarms/evaluate.ts';
import { datapoints, evaluate } from '../../tools/twin/alarms/series.ts';
import { evaluationRange, type MissingData, type StateRule, stateOf } from '../../tools/twin/alarms/state.ts';

/** As in the guide: `0` does not breach, `X` does, `-` is missing; the oldest first. */
const drawn = (picture: string) => picture.split(' ').map((each) => ({ '0': 0, X: 1 })[each]);

const rule = (datapointsToAlarm: number, missingData: MissingData): StateRule => ({
  comparison: 'GreaterThanOrEqualToThreshold',
  threshold: 1,
  evaluationPeriods: 3,
  datapointsToAlarm,
  missingData,
});

const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

/**
 * The tables of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html (*How alarm state is
 * evaluated when data is missing*): three evaluation periods, five datapoints in the evaluation range. Columns as in `TREATMENTS`; `before` is
 * "retain current state".
 */
describe.each([
  [3, '0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  [3, '0 - - - -', 'OK', 'OK', 'OK', 'OK'],
  [3, '- - - - 0', 'OK', 'OK', 'OK', 'OK'],
  [3, '- - - - -', 'INSUFFICIENT_DATA', 'before', 'ALARM', 'OK'],
  [3, '0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  [3, '- - X - -', 'ALARM', 'before', 'ALARM', 'OK'],
  [2, '0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  [2, '0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  [2, '0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
  [2, '- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  [2, '- - - X -', 'ALARM', 'before', 'ALARM', 'OK'],
])('%i datapoints of %s', (toAlarm, picture, ...expected) => {
  test.each(TREATMENTS.map((treatment, index) => [treatment, expected[index]] as const))(
    '%s: %s',
    (treatment, state) => {
      for (const before of ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const)
        expect(stateOf(drawn(picture), rule(toAlarm, treatment), before)).toBe(state === 'before' ? before : state);
    },
  );
});

/** The same page, *Avoiding premature transitions to alarm state*. */
test.each(['- - - - X', '- - - X -'])('three datapoints of %s: the next one is waited for', (picture) => {
  expect(stateOf(drawn(picture), rule(3, 'missing'), 'OK')).toBe('OK');
});

test('an alarm on one period looks at older datapoints before it takes the last one for missing', () => {
  const one = { ...rule(1, 'breaching'), comparison: 'LessThanThreshold', evaluationPeriods: 1 } as const;
  expect(evaluationRange(1)).toBe(3);
  expect(stateOf([undefined, 1, undefined], one, 'OK')).toBe('OK');
  expect(stateOf([undefined, undefined, undefined], one, 'OK')).toBe('ALARM');
});

test.each([
  ['GreaterThanThreshold', 1, 'OK'],
  ['GreaterThanOrEqualToThreshold', 1, 'ALARM'],
  ['LessThanThreshold', 1, 'OK'],
  ['LessThanOrEqualToThreshold', 1, 'ALARM'],
] as const)('%s at the threshold: %d is %s', (comparison, value, state) => {
  expect(stateOf([value, value, value], { ...rule(3, 'missing'), comparison }, 'OK')).toBe(state);
});

describe('datapoints', () => {
  const points = [1, 2, 11, 29].map((at) => ({ at: at * 1_000, value: at }));
  const windows = { periodMs: 10_000, count: 3, until: 30_000 };

  test.each([
    ['Sum', [3, 11, 29]],
    ['Average', [1.5, 11, 29]],
    ['Maximum', [2, 11, 29]],
    ['Minimum', [1, 11, 29]],
    ['SampleCount', [2, 1, 1]],
  ])('%s', (statistic, expected) => {
    expect(datapoints(points, statistic, windows)).toEqual(expected);
  });

  test('windows end now, wherever that is', () => {
    expect(datapoints(points, 'Sum', { ...windows, until: 42_000 })).toEqual([undefined, 29, undefined]);
    expect(() => datapoints(points, 'p99', windows)).toThrow('p99');
  });
});

describe('metric math', () => {
  const metrics = new Map([
    ['m0', [1, undefined, 3, undefined]],
    ['m1', [5, 6, undefined, undefined]],
  ]);

  test.each([
    ['SUM([m0,m1])', [6, 6, 3, undefined]],
    ['MAX([m0, m1])', [5, 6, 3, undefined]],
    ['MIN([FILL(m0, 0),FILL(m1, 0)])', [1, 0, 0, 0]],
    ['MIN([m0,m1])', [1, 6, 3, undefined]],
    ['FILL(m0, 0)', [1, 0, 3, 0]],
    ['m1', [5, 6, undefined, undefined]],
  ])('%s', (expression, expected) => {
    expect(evaluate(expression, metrics)).toEqual(expected);
  });

  // Of a single metric, SUM, MAX and MIN are a number: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
  test.each([
    'm0 + m1',
    'RATE(m0)',
    'SUM([m0',
    'SUM([m0]) m1',
    'SUM(m0)',
    'MAX(m0)',
    'MIN(m0)',
    '3',
    'FILL(m0, REPEAT)',
    'm2',
    '',
  ])('not %s', (expression) => {
    expect(() => evaluate(expression, metrics)).toThrow();
  });
});

describe('an alarm', () => {
  const stat = (Namespace: string) => ({ Metric: { Namespace, MetricName: 'm' }, Period: 60, Stat: 'Sum' });
  const alarm = (parts: Partial<Alarm>): Alarm => ({
    AlarmName: 'a',
    Namespace: '',
    MetricName: 'm',
    StateValue: 'OK',
    Period: 60,
    Statistic: 'Sum',
    EvaluationPeriods: 1,
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 1,
    TreatMissingData: 'breaching',
    ...parts,
  });

  test.each<[string, Partial<Alarm>, string]>([
    ['of another service', { Namespace: 'AWS/SQS' }, 'ALARM'],
    ['of DynamoDB ignores missing data whatever it says', { Namespace: 'AWS/DynamoDB' }, 'OK'],
    [
      'with metric math over DynamoDB ignores it as well',
      {
        Metrics: [
          { Id: 'm0', MetricStat: stat('AWS/DynamoDB'), ReturnData: false },
          { Id: 'e', Expression: 'SUM([m0])' },
        ],
      },
      'OK',
    ],
    [
      'with FILL has nothing missing',
      {
        Metrics: [
          { Id: 'm0', MetricStat: stat('AWS/DynamoDB'), ReturnData: false },
          { Id: 'e', Expression: 'FILL(m0, 0)' },
        ],
      },
      'ALARM',
    ],
  ])('%s', (_, parts, state) => {
    expect(evaluateAlarm(alarm(parts), [], 600_000, 60_000)).toBe(state);
  });

  test('counts what comes late at its own time', () => {
    const points = [{ at: 590_000, value: 1 }];
    const written = [{ namespace: 'n', name: 'm', dimensions: {}, points }];
    const one = alarm({ Namespace: 'n' });
    expect(evaluateAlarm(one, [], 600_000, 60_000)).toBe('ALARM');
    expect(evaluateAlarm(one, written, 620_000, 60_000)).toBe('OK');
    expect(evaluateAlarm(one, written, 800_000, 60_000)).toBe('ALARM');
  });
});
