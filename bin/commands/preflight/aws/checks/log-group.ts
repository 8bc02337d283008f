import type { AwsCheck } from '../check.ts';
import { eachCluster, logGroupOf } from '../each-cluster.ts';

/** Whether the group of the audit log is there and can be subscribed to. */
export const logGroup: AwsCheck = {
  id: 'log-group',
  question: 'Is the log group of each cluster there, in a class that can be subscribed to?',
  needs: ['logs:DescribeLogGroups'],
  when: 'both',
  stopsDeployment: true,
  fix: 'switch the audit log on, and wait some minutes: EKS makes the group with the first line',
  run: (context) =>
    eachCluster(logGroup, context, async (configured) => {
      const name = logGroupOf(configured);
      const group = await context.view.logGroup(name);
      if (!group) return [{ status: 'failed', says: `There is no log group ${name}.` }];
      const { logGroupClass = 'STANDARD' } = group;
      if (logGroupClass !== 'STANDARD')
        return [
          {
            status: 'failed',
            says: `${name} is of the class ${logGroupClass}, which takes no subscription filter.`,
            todo: 'the class of a group cannot be changed: keep what is in it elsewhere, delete it, and EKS makes it again in the class Standard',
          },
        ];
      if (!group.deletionProtectionEnabled)
        return [
          { status: 'ok', says: `${name} is there, of the class Standard; it is not protected against deletion.` },
        ];
      return [{ status: 'ok', says: `${name} is there, of the class Standard, and protected against deletion.` }];
    }),
};
