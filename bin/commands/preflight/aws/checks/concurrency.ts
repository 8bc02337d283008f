import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import { groupByNetwork } from '../../../../../lib/config/networks.ts';
import type { AwsCheck } from '../check.ts';

/** What Lambda keeps for all functions without a share of their own. */
const KEPT = 100;
/** Below it, other functions of the account may keep ours waiting in an attack. */
const FEW = 50;

/** Whether the account lets the functions run at once as often as the configuration says. */
export const concurrency: AwsCheck = {
  id: 'concurrency',
  question: 'Does the concurrency limit of Lambda leave room for the functions?',
  needs: ['lambda:GetAccountSettings', 'cloudformation:DescribeStacks'],
  when: 'both',
  stopsDeployment: true,
  fix: 'take limits.reservedConcurrency out of the configuration, or have the quota "Concurrent executions" of AWS Lambda raised in Service Quotas',
  async run({ config, view, signal }) {
    const { AccountLimit: { ConcurrentExecutions: limit, UnreservedConcurrentExecutions: free } = {} } =
      await view.clients.lambda.send(new GetAccountSettingsCommand({}), { abortSignal: signal });
    if (limit === undefined || free === undefined)
      return [{ status: 'not-checked', says: 'Lambda does not say what the limit is.' }];
    const { detect = 0, investigate = 0, alert = 0 } = config.limits.reservedConcurrency;
    const wanted = detect + alert + investigate * groupByNetwork(config.clusters).length;
    const says = `${limit} at once in this account and Region, ${free} of them not set aside`;
    // What the stack has set aside is not known from here: only a first deployment can be judged.
    const isFirst = (await view.outputs()) === undefined;
    if (isFirst && wanted > 0 && free - wanted < KEPT)
      return [
        { status: 'failed', says: `${says}; the configuration sets ${wanted} aside, and Lambda wants ${KEPT} left.` },
      ];
    if (free < FEW)
      return [
        {
          status: 'note',
          says: `${says}: other functions may keep ours waiting.`,
          todo: 'have the quota "Concurrent executions" of AWS Lambda raised in Service Quotas',
        },
      ];
    return [{ status: 'ok', says: `${says}.` }];
  },
};
