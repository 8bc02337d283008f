import { type Dimension, GetMetricStatisticsCommand, paginateListMetrics } from '@aws-sdk/client-cloudwatch';
import type { LiveContext } from './probe.ts';

const HOUR_MS = 3_600_000;
/** Metrics cost nothing to read: what happens seldom is looked for in two weeks. */
const DAYS = 14;

/** How often something was counted in the last two weeks. */
export async function sumOf(
  { view: { clients }, signal, now }: LiveContext,
  Namespace: string,
  MetricName: string,
  dimensions: Readonly<Record<string, string>>,
): Promise<number> {
  const to = Math.ceil(now() / HOUR_MS) * HOUR_MS;
  const { Datapoints = [] } = await clients.cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace,
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(to - DAYS * 24 * HOUR_MS),
      EndTime: new Date(to),
      Period: 24 * 3600,
      Statistics: ['Sum'],
    }),
    { abortSignal: signal },
  );
  return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
}

/** The sets of dimensions by which a metric was published in the last two weeks. */
export async function dimensionsOf(
  { view: { clients }, signal }: LiveContext,
  Namespace: string,
  MetricName: string,
  having: Dimension,
): Promise<Readonly<Record<string, string>>[]> {
  const found: Record<string, string>[] = [];
  const pages = paginateListMetrics(
    { client: clients.cloudwatch },
    { Namespace, MetricName, Dimensions: [having] },
    { abortSignal: signal },
  );
  for await (const { Metrics = [] } of pages)
    found.push(
      ...Metrics.map(({ Dimensions = [] }) =>
        Object.fromEntries(Dimensions.map(({ Name = '', Value = '' }) => [Name, Value])),
      ),
    );
  return found;
}
