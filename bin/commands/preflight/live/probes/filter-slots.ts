import { paginateDescribeSubscriptionFilters } from '@aws-sdk/client-cloudwatch-logs';
import { counted } from '../../../../../functions/kit/words.ts';
import { type ConfiguredCluster, logGroupOf } from '../../aws/each-cluster.ts';
import { ofEachCluster } from '../each.ts';
import type { LiveContext, LiveProbe, Observation } from '../probe.ts';

/** What older pages say that a log group takes. */
const FORMERLY = 2;

/** How many subscription filters a log group has: more than two show that it takes more. */
export const filterSlots: LiveProbe = {
  id: 'filter-slots',
  question: 'Does a log group take more than two subscription filters?',
  needs: ['logs:DescribeSubscriptionFilters'],
  claims: ['five-filters'],
  run: (context) =>
    ofEachCluster(filterSlots, context, 'Counting the subscription filters of', (cluster) => judge(context, cluster)),
};

async function judge({ view: { clients }, signal }: LiveContext, cluster: ConfiguredCluster): Promise<Observation[]> {
  let count = 0;
  const pages = paginateDescribeSubscriptionFilters(
    { client: clients.logs },
    { logGroupName: logGroupOf(cluster) },
    { abortSignal: signal },
  );
  for await (const { subscriptionFilters = [] } of pages) count += subscriptionFilters.length;
  const says = `its log has ${counted(count, 'subscription filter')}.`;
  return [{ claim: 'five-filters', verdict: count > FORMERLY ? 'proven' : 'not-seen', says }];
}
