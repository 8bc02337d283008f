import { command } from '../../../../../functions/contract/commands/command.ts';
import type { AwsCheck } from '../../aws/check.ts';
import { DELETED_NEEDS, STACK_NEEDS, stackState } from '../stack-state.ts';

/** The place of `cdk destroy` in the order, and what it takes along. */
export const destroy: AwsCheck = {
  id: 'destroy',
  question: 'Is the stack deleted?',
  needs: [...STACK_NEEDS, ...DELETED_NEEDS],
  when: 'both',
  stopsDeployment: false,
  fix: 'delete the stack, when nothing above has failed',
  async run(context) {
    const { config, file } = context;
    const { live } = await stackState(context);
    if (!live) return [{ status: 'ok', says: 'There is no stack.' }];
    const names = config.clusters.map(({ name }) => name).join(', ');
    return [
      {
        status: 'note',
        says: `With ${config.stackName} go the functions and their logs, the playbooks, topics, queues and alarms, our subscription filters in the logs of ${names}, and all access entries but those of release. Nobody is told about new namespaces from then on.`,
        fix: [command('npx cdk destroy', [], { '-c': `config=${file}` })],
      },
    ];
  },
};
