import { listed } from '../../../../../functions/kit/words.ts';
import { type ConfiguredCluster, logGroupOf } from '../../aws/each-cluster.ts';
import { ofEachCluster } from '../each.ts';
import { dimensionsOf, sumOf } from '../metrics.ts';
import type { LiveContext, LiveProbe, Observation } from '../probe.ts';

const NAMES = ['ForwardedLogEvents', 'DeliveryErrors', 'DeliveryThrottling'] as const;

/** By which dimensions CloudWatch Logs tells about what a subscription gets, and whether ours gets it. */
export const deliveryMetrics: LiveProbe = {
  id: 'delivery-metrics',
  question: 'By which dimensions does CloudWatch Logs count what it delivers, and does it deliver?',
  needs: ['cloudwatch:ListMetrics', 'cloudwatch:GetMetricStatistics'],
  claims: ['delivery-by-group', 'one-permission'],
  run: (context) =>
    ofEachCluster(deliveryMetrics, context, 'Reading the metrics of deliveries from the log of', (cluster) =>
      judge(context, cluster),
    ),
};

async function judge(context: LiveContext, cluster: ConfiguredCluster): Promise<Observation[]> {
  const having = { Name: 'LogGroupName', Value: logGroupOf(cluster) };
  const all: { name: string; dimensions: Readonly<Record<string, string>> }[] = [];
  for (const name of NAMES)
    all.push(...(await dimensionsOf(context, 'AWS/Logs', name, having)).map((dimensions) => ({ name, dimensions })));
  const byGroup = { LogGroupName: having.Value };
  const [delivered, failed] = [
    await sumOf(context, 'AWS/Logs', 'ForwardedLogEvents', byGroup),
    await sumOf(context, 'AWS/Logs', 'DeliveryErrors', byGroup),
  ];
  return [dimensions(all), permission(delivered, failed)];
}

function dimensions(all: readonly { name: string; dimensions: Readonly<Record<string, string>> }[]): Observation {
  const claim = 'delivery-by-group';
  if (all.length === 0)
    return { claim, verdict: 'not-seen', says: 'CloudWatch has no metric of deliveries from its log yet.' };
  const alone = all.filter(({ dimensions: each }) => Object.keys(each).length === 1).map(({ name }) => name);
  const types = all.flatMap(({ dimensions: { DestinationType } }) => DestinationType ?? []);
  const sets = all.map(({ name, dimensions: each }) => `${name} by ${Object.keys(each).sort().join(', ')}`);
  const says = `there are ${listed(sets, 12)}; the values of DestinationType are ${listed(types, 10) || 'not seen'}.`;
  if (alone.length > 0)
    return {
      claim,
      verdict: 'proven',
      says: `${listed(alone)} ${alone.length > 1 ? 'are' : 'is'} counted by the group alone; ${says}`,
    };
  return {
    claim,
    verdict: 'contradicted',
    says: `nothing is counted by the group alone; ${says}`,
    todo: 'send the report: the alarm on what was not delivered looks at a metric that is not there',
  };
}

function permission(delivered: number, failed: number): Observation {
  const claim = 'one-permission';
  const says = `in two weeks ${delivered} lines were delivered from its log, and ${failed} not.`;
  if (delivered > 0 && failed === 0) return { claim, verdict: 'proven', says };
  if (failed > 0)
    return {
      claim,
      verdict: delivered > 0 ? 'not-seen' : 'contradicted',
      says,
      todo: 'see whether detect exists and CloudWatch Logs may invoke it; filters of others on this log count as well',
    };
  return { claim, verdict: 'not-seen', says };
}
