import type { DetectionLink } from './link.ts';

export const detectFunction: DetectionLink = {
  id: 'detect',
  what: 'detect does not run',
  needs: ['lambda:GetFunctionConfiguration', 'lambda:GetFunctionConcurrency', 'iam:GetRole'],
  async examine({ chain, settings, signal }) {
    const { detectName: name } = settings;
    const found = await chain.function(name, signal);
    if (!found)
      return {
        says: `There is no function ${name}: it was deleted.`,
        todo: 'Deploy the stack again, and find out in CloudTrail (DeleteFunction) who deleted it.',
      };
    if ((await chain.concurrency(name, signal)) === 0)
      return {
        says: `${name} is disabled: its reserved concurrency is 0.`,
        todo: 'Take the reservation away (Lambda console, Concurrency), and find out in CloudTrail (PutFunctionConcurrency) who set it.',
      };
    if (!found.roleArn || !(await chain.hasRole(found.roleArn, signal)))
      return {
        says: `The role ${found.roleArn ?? ''} of ${name} is gone, so that it cannot run.`,
        todo: 'Make the role again as the template of the stack has it, and find out in CloudTrail (DeleteRole, in us-east-1) who deleted it.',
      };
    return undefined;
  },
};
