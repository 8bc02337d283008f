import { DescribeHubCommand, InvalidAccessException, ResourceNotFoundException } from '@aws-sdk/client-securityhub';
import type { AwsCheck } from '../check.ts';

/** Whether Security Hub takes findings, where the configuration has it told. */
export const securityHub: AwsCheck = {
  id: 'security-hub',
  question: 'Is Security Hub enabled in this Region, where it is to be told?',
  needs: ['securityhub:DescribeHub'],
  when: 'both',
  stopsDeployment: false,
  fix: 'enable Security Hub in this account and Region (aws securityhub enable-security-hub), or take securityHub out of the configuration; until then its findings lie in the dead-letter queue',
  async run({ config, region, view: { clients }, signal }) {
    if (!config.securityHub) return [];
    try {
      await clients.securityhub.send(new DescribeHubCommand({}), { abortSignal: signal });
      return [{ status: 'ok', says: `Security Hub is enabled in ${region}.` }];
    } catch (error) {
      // Of an account that has not enabled it: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html
      if (error instanceof InvalidAccessException || error instanceof ResourceNotFoundException)
        return [{ status: 'failed', says: `Security Hub is not enabled in ${region}: it takes no finding.` }];
      throw error;
    }
  },
};
