import type { AwsCheck } from '../check.ts';
import { eachCluster } from '../each-cluster.ts';

/** Whether there is something to watch. */
export const cluster: AwsCheck = {
  id: 'cluster',
  question: 'Is each cluster there, and active?',
  needs: ['eks:DescribeCluster'],
  when: 'both',
  stopsDeployment: true,
  fix: 'correct the name, account or region in the configuration, or wait until the cluster is active',
  run: (context) =>
    eachCluster(cluster, context, async ({ name }) => {
      const live = await context.view.cluster(name);
      if (!live)
        return [{ status: 'failed', says: `Account ${context.account} has no such cluster in ${context.region}.` }];
      const { status } = live;
      if (status === 'ACTIVE') return [{ status: 'ok', says: 'It is active.' }];
      if (status === 'UPDATING')
        return [
          { status: 'note', says: 'It is being updated; what follows may change.', todo: 'wait until it is active' },
        ];
      return [{ status: 'failed', says: `Its status is ${status}.` }];
    }),
};
