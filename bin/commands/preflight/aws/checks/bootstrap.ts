import type { AwsCheck } from '../check.ts';

const TOOLKIT = 'CDKToolkit';

/** Whether the AWS CDK has what it deploys with. */
export const bootstrap: AwsCheck = {
  id: 'bootstrap',
  question: 'Is the account bootstrapped for the AWS CDK?',
  needs: ['cloudformation:DescribeStacks'],
  when: 'before',
  stopsDeployment: false,
  fix: 'run "npx cdk bootstrap" once for the account and Region, unless yours has a toolkit of another name',
  async run({ view }) {
    const found = await view.stack(TOOLKIT);
    if (!found) return [{ status: 'note', says: `There is no stack ${TOOLKIT}, by which the AWS CDK deploys.` }];
    return [{ status: 'ok', says: `${TOOLKIT} is ${found.StackStatus}.` }];
  },
};
