import { centralGroups } from '../../../../../lib/config/central-schema.ts';
import type { Answer, AwsCheck, AwsContext } from '../check.ts';
import { unanswered } from '../unanswered.ts';
import { judgeFilters } from './subscription-filters.ts';

const NEEDS = ['logs:DescribeLogGroups', 'logs:DescribeSubscriptionFilters', 'cloudformation:DescribeStacks'] as const;

/** Whether the logs of clusters in other accounts or Regions come to here, and each line with where it was written. */
export const centralLogs: AwsCheck = {
  id: 'central-logs',
  question: 'Is each log group there into which logs of other accounts or Regions are copied, with our filters?',
  needs: NEEDS,
  when: 'both',
  stopsDeployment: true,
  fix: 'make the centralization rule in the account that manages CloudWatch for the organisation, and wait until the clusters write: the rule makes the group with the first line (docs/integrations.md)',
  async run(context) {
    const groups = centralGroups(context.config.centralClusters);
    if (groups.length === 0) return [{ status: 'ok', says: 'No cluster of another account or Region is configured.' }];
    const answers: Answer[] = [];
    for (const { logGroupName, sources, cutLines } of groups) {
      const told = await judge(context, logGroupName, cutLines).catch((error: unknown) => [unanswered(error, NEEDS)]);
      answers.push(
        ...told.map((answer) => ({ ...answer, says: `${logGroupName} (${sources.join(', ')}): ${answer.says}` })),
      );
    }
    return answers;
  },
};

async function judge(context: AwsContext, logGroupName: string, cutLines: boolean): Promise<Answer[]> {
  const group = await context.view.logGroup(logGroupName);
  if (!group) return [{ status: 'failed', says: 'There is no such log group.' }];
  const { logGroupClass = 'STANDARD' } = group;
  if (logGroupClass !== 'STANDARD')
    return [
      {
        status: 'failed',
        says: `It is of the class ${logGroupClass}, which takes no subscription filter.`,
        todo: 'the class of a group cannot be changed: delete it, and the centralization rule makes it again',
      },
    ];
  return judgeFilters(context, { logGroupName, cutLines, isCentral: true });
}
