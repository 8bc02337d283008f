import { ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { InvalidAccessException } from '@aws-sdk/client-securityhub';
import { type Account, DESTINATIONS, VERSION } from '../account.ts';
import type { Fault } from './fault.ts';

const described = (answer: object) => (account: Account) => {
  account['secretsmanager:DescribeSecret'] = answer;
};
const fault = { $metadata: {}, message: 'no' };

export const DESTINATION_FAULTS: readonly Fault[] = [
  {
    name: 'a secret that is not there',
    check: 'secrets',
    config: DESTINATIONS,
    breaks: described(new ResourceNotFoundException(fault)),
    says: /^pagerDuty: there is no secret sentinel\/pagerduty in this account and Region/,
    fix: /put the key into a secret of that name/,
  },
  {
    name: 'a secret on its way out',
    check: 'secrets',
    config: DESTINATIONS,
    breaks: described({ DeletedDate: new Date() }),
    says: /^webhooks: the secret sentinel\/soar is about to be deleted/,
    fix: /restore-secret/,
  },
  {
    name: 'a version that it has not',
    check: 'secrets',
    config: DESTINATIONS,
    breaks: described({ VersionIdsToStages: { other: ['AWSCURRENT'] } }),
    says: new RegExp(`^webhooks: the secret sentinel/soar has no version ${VERSION}`),
    fix: /list-secret-version-ids/,
  },
  {
    name: 'Security Hub off',
    check: 'security-hub',
    config: DESTINATIONS,
    breaks: (account) => {
      account['securityhub:DescribeHub'] = new InvalidAccessException(fault);
    },
    says: /Security Hub is not enabled in eu-west-1/,
    fix: /enable-security-hub/,
  },
];
