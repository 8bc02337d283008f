import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { counted } from '../../../../../functions/kit/words.ts';
import { type ConfiguredCluster, logGroupOf } from '../../aws/each-cluster.ts';
import { ofEachCluster } from '../each.ts';
import type { LiveContext, LiveProbe, Observation } from '../probe.ts';

const HOUR_MS = 3_600_000;

/** Whether a sum of metrics counts where one of them has no data, as the alarms expect. */
export const metricMaths: LiveProbe = {
  id: 'metric-maths',
  question: 'Does a sum count where one of its metrics has no data?',
  needs: ['cloudwatch:GetMetricData'],
  claims: ['sum-without-data'],
  run: (context) =>
    ofEachCluster(metricMaths, context, 'Adding metrics without data to that of', (cluster) => judge(context, cluster)),
};

async function judge(
  { view: { clients }, signal, now }: LiveContext,
  cluster: ConfiguredCluster,
): Promise<Observation[]> {
  const to = Math.floor(now() / HOUR_MS) * HOUR_MS;
  const metric = (Id: string, MetricName: string): MetricDataQuery => ({
    Id,
    ReturnData: Id === 'm0',
    MetricStat: {
      Metric: {
        Namespace: 'AWS/Logs',
        MetricName,
        Dimensions: [{ Name: 'LogGroupName', Value: logGroupOf(cluster) }],
      },
      Period: HOUR_MS / 1000,
      Stat: 'Sum',
    },
  });
  const { MetricDataResults = [] } = await clients.cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(to - 24 * HOUR_MS),
      EndTime: new Date(to),
      MetricDataQueries: [
        metric('m0', 'IncomingBytes'),
        metric('m1', 'NamespaceSentinelNever'),
        { Id: 'sum', Expression: 'SUM([m0,m1])', ReturnData: true },
      ],
    }),
    { abortSignal: signal },
  );
  const valuesOf = (id: string) => MetricDataResults.find(({ Id }) => Id === id)?.Values ?? [];
  const [single, sum] = [valuesOf('m0'), valuesOf('sum')];
  const claim = 'sum-without-data';
  if (single.length === 0) return [{ claim, verdict: 'not-seen', says: 'nothing was written to its log in a day.' }];
  const says = `a metric with ${counted(single.length, 'value')} and one without any add up to ${counted(sum.length, 'value')}.`;
  const isSame = sum.length === single.length && sum.every((value, index) => value === single[index]);
  if (isSame) return [{ claim, verdict: 'proven', says }];
  return [{ claim, verdict: 'contradicted', says, todo: 'send the report: alarms on several metrics may never ring' }];
}
