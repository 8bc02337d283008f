import type { AwsCheck } from '../check.ts';
import { eachCluster } from '../each-cluster.ts';

/** Whether the logs of containers are kept where an investigation reads them. */
export const containerInsights: AwsCheck = {
  id: 'container-insights',
  question: 'Are the logs of containers in CloudWatch Logs, where an investigation can read them?',
  needs: ['logs:DescribeLogGroups'],
  when: 'both',
  stopsDeployment: false,
  fix: 'optional: install the EKS add-on Amazon CloudWatch Observability, with container logs switched on',
  run: (context) =>
    eachCluster(containerInsights, context, async ({ name }) => {
      const group = `/aws/containerinsights/${name}/application`;
      const found = await context.view.logGroup(group);
      if (!found)
        return [{ status: 'note', says: `There is no log group ${group}: logs of containers are not asked.` }];
      const { logGroupClass = 'STANDARD' } = found;
      if (logGroupClass === 'STANDARD') return [{ status: 'ok', says: `${group} is there.` }];
      return [
        {
          status: 'note',
          says: `${group} is of the class ${logGroupClass}, in which not every query works.`,
          todo: 'the class of a group cannot be changed: have the logs written into another one of the class Standard',
        },
      ];
    }),
};
