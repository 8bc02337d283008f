import { command } from '../../../../../functions/contract/commands/command.ts';
import { counted } from '../../../../../functions/kit/words.ts';
import type { Answer, AwsCheck } from '../check.ts';

/** What of the stack's status a deployment cannot get over. */
const STUCK =
  /^(ROLLBACK_FAILED|DELETE_FAILED|CREATE_FAILED|UPDATE_ROLLBACK_FAILED|UPDATE_FAILED|IMPORT_ROLLBACK_FAILED)$/;

/** What has become of the stack. */
export const stack: AwsCheck = {
  id: 'stack',
  question: 'Is the stack there, and in order?',
  needs: ['cloudformation:DescribeStacks'],
  when: 'both',
  stopsDeployment: true,
  fix: 'read the first failure among its events, put that right, and delete or roll the stack back in CloudFormation',
  async run({ config: { stackName }, region, view }): Promise<Answer[]> {
    const found = await view.stack();
    if (!found) return [{ status: 'ok', says: `There is no stack ${stackName} yet.` }];
    const { StackStatus: status = '', Outputs = [] } = found;
    const fix = [
      command('aws cloudformation describe-stack-events', [], { '--region': region, '--stack-name': stackName }),
    ];
    const says = `${stackName} is ${status}`;
    if (STUCK.test(status)) return [{ status: 'failed', says: `${says}.`, fix }];
    if (/_IN_PROGRESS$/.test(status) && status !== 'REVIEW_IN_PROGRESS')
      return [{ status: 'failed', says: `${says}: a deployment is at work.`, todo: 'wait until it has ended' }];
    if (/ROLLBACK_COMPLETE$/.test(status))
      return [{ status: 'note', says: `${says}: the last deployment failed and was taken back.`, fix }];
    const hasOutputs = Outputs.some(({ OutputKey }) => OutputKey === 'DetectFunctionName');
    if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status) && !hasOutputs)
      return [
        {
          status: 'failed',
          says: `${says}, and has no output DetectFunctionName: it is not a stack of Namespace Sentinel.`,
          todo: 'choose another stackName in the configuration',
        },
      ];
    return [{ status: 'ok', says: `${says}, with ${counted(Outputs.length, 'output')}.` }];
  },
};
