import { command } from '../../../../../functions/contract/commands/command.ts';
import type { AwsCheck } from '../../aws/check.ts';
import { DELETED_NEEDS, STACK_NEEDS, stackState } from '../stack-state.ts';

/** Whether there is a stack, and it may be deleted. */
export const stack: AwsCheck = {
  id: 'stack',
  question: 'Is there a stack that may be deleted?',
  needs: [...STACK_NEEDS, ...DELETED_NEEDS],
  when: 'both',
  stopsDeployment: false,
  fix: 'wait until it has ended',
  async run(context) {
    const { config, region } = context;
    const { stackName } = config;
    const { live, deletedAt, kept } = await stackState(context);
    if (!live)
      return [
        deletedAt
          ? {
              status: 'ok',
              says: `${stackName} was deleted at ${deletedAt.toISOString()}. What follows is what has stayed.`,
            }
          : {
              status: 'note',
              says: `There is no stack ${stackName}, and CloudFormation, which looks back 90 days, knows of none that was deleted.`,
              todo: 'check stackName, account and Region of the configuration; what an older one has left is found by its name in S3, DynamoDB and KMS',
            },
      ];
    const { StackStatus: status = '', EnableTerminationProtection: isProtected } = live;
    if (/_IN_PROGRESS$/.test(status) && status !== 'REVIEW_IN_PROGRESS')
      return [{ status: 'failed', says: `${stackName} is ${status}: something is at work.` }];
    if (isProtected)
      return [
        {
          status: 'failed',
          says: `${stackName} is protected against its deletion.`,
          todo: 'switch the protection off when all that follows is done',
          fix: [
            command('aws cloudformation update-termination-protection', [], {
              '--region': region,
              '--stack-name': stackName,
              '--no-enable-termination-protection': true,
            }),
          ],
        },
      ];
    return [
      { status: 'ok', says: `${stackName} is ${status}; ${kept.length} of its resources are kept when it goes.` },
    ];
  },
};
