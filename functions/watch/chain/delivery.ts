import type { DetectionLink } from './link.ts';

const MINUTES = 15;

export const delivery: DetectionLink = {
  id: 'delivery',
  ofCentralGroups: true,
  what: 'CloudWatch Logs could not deliver',
  needs: ['cloudwatch:GetMetricStatistics'],
  async examine({ cluster, logGroup, chain, signal, now }) {
    const of = (metric: string) =>
      chain.sum(
        { namespace: 'AWS/Logs', metric, dimensions: { LogGroupName: logGroup }, minutes: MINUTES, until: now },
        signal,
      );
    const [errors, throttled] = await Promise.all([of('DeliveryErrors'), of('DeliveryThrottling')]);
    if (errors > 0)
      return {
        says: `CloudWatch Logs could not deliver lines of ${cluster.name} in the last ${MINUTES} minutes: after a refusal it skips up to ten minutes of the log.`,
        todo: 'Check that detect exists and that CloudWatch Logs may invoke it; compare the namespaces of the cluster with the findings table. Filters of others on this log group count as well.',
      };
    if (throttled > 0)
      return {
        says: `CloudWatch Logs was throttled in the last ${MINUTES} minutes when it delivered lines of ${cluster.name}; it tries again for 24 hours.`,
        todo: 'See the throttles of detect; raise the quota of the account or the reserved concurrency of the function.',
      };
    return undefined;
  },
};
