import type { Cluster } from '@aws-sdk/client-eks';
import { controlPlaneLogGroup } from '../../../../functions/kubernetes/names/aws.ts';
import type { SentinelConfig } from '../../../../lib/config/config-schema.ts';
import type { Answer, AwsCheck, AwsContext } from './check.ts';
import { unanswered } from './unanswered.ts';

export type ConfiguredCluster = SentinelConfig['clusters'][number];

/** Where EKS writes the logs of a control plane. */
export const logGroupOf = ({ name }: { name: string }): string => controlPlaneLogGroup(name);

/** Asks about each cluster of the configuration: one that cannot be asked about does not hide the others. */
export async function eachCluster(
  { needs }: Pick<AwsCheck, 'needs'>,
  { config: { clusters } }: AwsContext,
  ask: (cluster: ConfiguredCluster) => Promise<Answer[]>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const cluster of clusters) {
    const told = await ask(cluster).catch((error: unknown) => [unanswered(error, needs)]);
    answers.push(...told.map((answer) => ({ ...answer, says: `${cluster.name}: ${answer.says}` })));
  }
  return answers;
}

/** As {@link eachCluster}, with what EKS says of it. Of a cluster that is not there, its own check tells. */
export const eachLiveCluster = (
  check: Pick<AwsCheck, 'needs'>,
  context: AwsContext,
  judge: (live: Cluster, cluster: ConfiguredCluster) => Answer[] | Promise<Answer[]>,
): Promise<Answer[]> =>
  eachCluster(check, context, async (cluster) => {
    const live = await context.view.cluster(cluster.name);
    return live ? judge(live, cluster) : [{ status: 'not-checked', says: 'There is no such cluster.' }];
  });
