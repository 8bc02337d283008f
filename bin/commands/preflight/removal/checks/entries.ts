import { DescribeAccessEntryCommand } from '@aws-sdk/client-eks';
import { command } from '../../../../../functions/contract/commands/command.ts';
import type { Answer, AwsCheck, AwsContext } from '../../aws/check.ts';
import { accessEntryOf } from '../../aws/stack-resources.ts';
import { DELETED_NEEDS, STACK_NEEDS, stackState } from '../stack-state.ts';

/** The access entries of *release*, which stay so that a cluster that is merely taken out can still be released. */
export const entries: AwsCheck = {
  id: 'access-entries',
  question: 'Is the role of release let into no cluster any more?',
  needs: [...STACK_NEEDS, ...DELETED_NEEDS, 'eks:DescribeAccessEntry'],
  when: 'both',
  stopsDeployment: false,
  fix: 'take it away when the stack is deleted: the role is deleted then, and the entry lets nobody in',
  async run(context) {
    const { kept } = await stackState(context);
    const answers: Answer[] = [];
    for (const entry of kept.flatMap((resource) => accessEntryOf(resource) ?? []))
      if (await isThere(entry, context))
        answers.push({
          status: 'note',
          says: `${entry.clusterName}: the access entry of ${entry.principalArn} stays, and costs nothing.`,
          fix: [
            command('aws eks delete-access-entry', [], {
              '--region': context.region,
              '--cluster-name': entry.clusterName,
              '--principal-arn': entry.principalArn,
            }),
          ],
        });
    return answers.length > 0 ? answers : [{ status: 'ok', says: 'No access entry stays.' }];
  },
};

async function isThere(
  entry: { principalArn: string; clusterName: string },
  { view, signal }: AwsContext,
): Promise<boolean> {
  try {
    await view.clients.eks.send(new DescribeAccessEntryCommand(entry), { abortSignal: signal });
    return true;
  } catch (error) {
    // Of a cluster that is gone as well.
    if ((error as Error).name === 'ResourceNotFoundException') return false;
    throw error;
  }
}
