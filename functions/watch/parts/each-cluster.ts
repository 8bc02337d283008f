import type { Cluster } from '../../contract/finding.ts';
import type { JobContext } from '../job.ts';

/**
 * Does something for each cluster, all side by side; where it fails for one of them, the job says so and the others go on.
 *
 * @returns what came of those that did not fail
 */
export async function eachCluster<Clients, Result>(
  context: JobContext<Clients>,
  what: string,
  work: (cluster: Cluster, context: JobContext<Clients>) => Promise<Result>,
): Promise<Result[]> {
  const results = await Promise.allSettled(context.clusters.map((cluster) => work(cluster, context)));
  return results.flatMap((result, index) => {
    if (result.status === 'fulfilled') return [result.value];
    context.failed(`${what} of ${context.clusters[index]?.name}`, result.reason);
    return [];
  });
}
