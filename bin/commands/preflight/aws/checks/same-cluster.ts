import { DescribeSubscriptionFiltersCommand, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import type { AwsCheck, AwsContext } from '../check.ts';
import { type ConfiguredCluster, eachLiveCluster, logGroupOf } from '../each-cluster.ts';
import { perView } from '../per-view.ts';
import { accessEntryOf, stackResources } from '../stack-resources.ts';

/**
 * Whether a cluster is the one for which the stack was deployed: an access entry is never older than its cluster, and CloudFormation
 * goes on believing in one that went with the cluster. Where there are no access entries, the age of our filter tells.
 */
export const sameCluster: AwsCheck = {
  id: 'same-cluster',
  question: 'Is each cluster still the one for which the stack was deployed?',
  needs: ['cloudformation:ListStackResources', 'eks:DescribeCluster', 'logs:DescribeSubscriptionFilters'],
  when: 'after',
  stopsDeployment: false,
  fix: 'put back what access-entries and subscription-filters below miss, apply the manifests (kubectl apply -k cluster/), and close what is open about the former cluster: what was found, contained or learned there is not in this one',
  run: (context) =>
    eachLiveCluster(sameCluster, context, async ({ createdAt, arn }, cluster) => {
      const deployed = [await entriesMade(context, cluster), await filterMade(context, cluster)];
      // A log group outlives its cluster, and may be there before it: our filter tells where nothing else does.
      const since = cluster.accessEntries ? deployed[0] : deployed[1];
      if (since === undefined) return [{ status: 'ok', says: 'Nothing of the stack is in it yet.' }];
      if (createdAt === undefined) return [{ status: 'not-checked', says: 'EKS does not say when it was made.' }];
      if (createdAt <= since)
        return [{ status: 'ok', says: `It was made at ${createdAt.toISOString()}, before what is deployed for it.` }];
      return [
        {
          status: 'note',
          says: `${arn ?? 'It'} is another cluster than the one for which the stack was deployed at ${since.toISOString()}: it was made at ${createdAt.toISOString()}, under the same name. The access entries of the former went with it.`,
        },
      ];
    }),
};

const resources = perView((context) => stackResources(context, context.config.stackName));

/** When the access entries of the stack for the cluster were made, the first of them. */
async function entriesMade(context: AwsContext, { name }: ConfiguredCluster): Promise<Date | undefined> {
  const made = (await resources(context))
    .filter((resource) => accessEntryOf(resource)?.clusterName === name)
    .flatMap(({ LastUpdatedTimestamp }) => LastUpdatedTimestamp ?? []);
  return made.toSorted((a, b) => Number(a) - Number(b))[0];
}

/** When our subscription filter on the log of the cluster was made. */
async function filterMade(context: AwsContext, cluster: ConfiguredCluster): Promise<Date | undefined> {
  const { view, config, signal } = context;
  const filterNamePrefix = `${config.stackName}-namespaces`;
  const command = new DescribeSubscriptionFiltersCommand({ logGroupName: logGroupOf(cluster), filterNamePrefix });
  try {
    const { subscriptionFilters = [] } = await view.clients.logs.send(command, { abortSignal: signal });
    const { creationTime } = subscriptionFilters.find(({ filterName }) => filterName === filterNamePrefix) ?? {};
    return creationTime === undefined ? undefined : new Date(creationTime);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
