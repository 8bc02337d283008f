import type { AwsCheck } from '../check.ts';

/** Whose account is looked at: everything else would be looked for in the wrong place. */
export const credentials: AwsCheck = {
  id: 'credentials',
  question: 'Are these the account and Region of the configuration?',
  needs: ['sts:GetCallerIdentity'],
  when: 'both',
  stopsDeployment: true,
  fix: 'choose the profile of that account with AWS_PROFILE, or correct account in the configuration',
  async run({ config, region, view }) {
    const { Account: account, Arn } = await view.identity();
    if (config.account !== undefined && config.account !== account)
      return [
        {
          status: 'failed',
          says: `The credentials are of account ${account}; the configuration says ${config.account}.`,
        },
      ];
    return [{ status: 'ok', says: `Account ${account}, Region ${region}, as ${Arn}.` }];
  },
};
