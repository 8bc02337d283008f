import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { AwsLogVolumes } from '../../functions/clients/aws/aws-log-volumes.ts';
import { LogVolume } from '../../functions/clients/logs/log-volume.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-23T10:30:00Z');
const BEGIN = Date.parse('2026-11-16T10:00:00Z');
const at = (hour: string): number => Date.parse(`2026-11-23T${hour}:00:00Z`);
const { signal } = new AbortController();

describe('the volume of a log', () => {
  const volume = new LogVolume(
    new Map([
      [at('08'), 100],
      [at('09'), 200],
    ]),
    { from: at('00'), to: NOW },
  );

  test.each<[string, number, number, number]>([
    ['a whole hour', at('08'), at('09'), 100],
    ['half of one and all of the next', at('08') + HOUR / 2, at('10'), 250],
    ['an hour in which nothing was written', at('05'), at('06'), 0],
    // 300 bytes in less than a day count as those of a day.
    ['what may not be in the metric yet', at('10'), NOW, 300 / 24 / 2],
    ['what was before anybody looked', at('00') - HOUR, at('00'), 300 / 24],
    ['no time', at('08'), at('08'), 0],
  ])('%s', (_, from, to, bytes) => {
    expect(volume.between(from, to)).toBeCloseTo(bytes);
  });

  test('is as large as its parts', () => {
    const times = fc.array(fc.integer({ min: at('00') - 50 * HOUR, max: NOW }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(times, (unsorted) => {
        const [from = 0, middle = 0, to = 0] = unsorted.toSorted((a, b) => a - b);
        const parts = volume.between(from, middle) + volume.between(middle, to);
        expect(volume.between(from, to)).toBeCloseTo(parts, 6);
      }),
    );
  });

  test('in a day is the average of the days that there were', () => {
    const daily = (days: number) =>
      new LogVolume(new Map(Array.from({ length: days * 24 }, (_, index) => [at('10') - index * HOUR, 10])), {
        from: BEGIN,
        to: at('11'),
      }).bytesPerDay;
    expect(daily(7)).toBeCloseTo(240);
    expect(daily(2)).toBeCloseTo(240);
    expect(new LogVolume(new Map(), { from: BEGIN, to: NOW }).bytesPerDay).toBe(0);
  });
});

describe('CloudWatch', () => {
  test('is asked for the bytes as they came in, by the hour, and not again for a while', async () => {
    const mock = mockClient(CloudWatchClient);
    mock.on(GetMetricStatisticsCommand).resolves({ Datapoints: [{ Timestamp: new Date(at('08')), Sum: 100 }, {}] });
    let now = NOW;
    const volumes = new AwsLogVolumes(new CloudWatchClient({}), () => now);
    const [one, other] = await Promise.all([
      volumes.of('/aws/eks/prod/cluster', signal),
      volumes.of('/aws/eks/prod/cluster', signal),
    ]);
    expect(one).toBe(other);
    expect(one.between(at('08'), at('09'))).toBe(100);
    expect(mock.commandCalls(GetMetricStatisticsCommand).map(({ args: [{ input }] }) => input)).toEqual([
      {
        Namespace: 'AWS/Logs',
        MetricName: 'IncomingBytes',
        Dimensions: [{ Name: 'LogGroupName', Value: '/aws/eks/prod/cluster' }],
        StartTime: new Date(BEGIN),
        EndTime: new Date(NOW),
        Period: 3_600,
        Statistics: ['Sum'],
      },
    ]);
    now += 600_001;
    await volumes.of('/aws/eks/prod/cluster', signal);
    expect(mock.commandCalls(GetMetricStatisticsCommand)).toHaveLength(2);
  });

  test('that failed is asked again', async () => {
    const mock = mockClient(CloudWatchClient);
    mock.on(GetMetricStatisticsCommand).rejectsOnce(new Error('down')).resolves({});
    const volumes = new AwsLogVolumes(new CloudWatchClient({ maxAttempts: 1 }), () => NOW);
    await expect(volumes.of('g', signal)).rejects.toThrow('down');
    expect((await volumes.of('g', signal)).bytesPerDay).toBe(0);
  });
});
