import { type Account, CONFIG, noStack } from '../account.ts';
import type { Fault } from './fault.ts';

const nothing = () => {};
const statusOf = (status: string) => (account: Account) => {
  account['cloudformation:DescribeStacks'].Stacks[0].StackStatus = status;
};
const undeployed = (account: Account) => {
  account['cloudformation:DescribeStacks'] = noStack;
};
const subscribed = (SubscriptionArn: string | undefined) => (account: Account) => {
  account['sns:ListSubscriptionsByTopic'] = {
    Subscriptions: SubscriptionArn
      ? ['oncall', 'platform'].map((name) => ({ Endpoint: `${name}@corp.io`, SubscriptionArn }))
      : [],
  };
};

export const ACCOUNT_FAULTS: readonly Fault[] = [
  {
    name: 'another account',
    check: 'credentials',
    breaks: nothing,
    config: `account: '777788889999'\n${CONFIG}`,
    says: /credentials are of account 444455556666; the configuration says 777788889999/,
    fix: /AWS_PROFILE/,
  },
  {
    name: 'an example address',
    check: 'configuration',
    breaks: nothing,
    config: CONFIG.replace('oncall@corp.io', 'oncall@example.com'),
    says: /oncall@example\.com is an example/,
    fix: /own values/,
  },
  {
    name: 'too much concurrency set aside',
    check: 'concurrency',
    breaks: (account) => {
      undeployed(account);
      account['lambda:GetAccountSettings'].AccountLimit = {
        ConcurrentExecutions: 110,
        UnreservedConcurrentExecutions: 110,
      };
    },
    config: `${CONFIG}limits:\n  reservedConcurrency: { detect: 7, investigate: 4 }\n`,
    says: /sets 11 aside, and Lambda wants 100 left/,
    fix: /reservedConcurrency/,
  },
  {
    name: 'a new account',
    check: 'concurrency',
    breaks: (account) => {
      account['lambda:GetAccountSettings'].AccountLimit = {
        ConcurrentExecutions: 10,
        UnreservedConcurrentExecutions: 10,
      };
    },
    status: 'note',
    says: /10 at once.*may keep ours waiting/,
    fix: /quota "Concurrent executions"/,
  },
  {
    name: 'a stack whose rollback failed',
    check: 'stack',
    breaks: statusOf('UPDATE_ROLLBACK_FAILED'),
    says: /UPDATE_ROLLBACK_FAILED/,
    fix: /aws cloudformation describe-stack-events .*--stack-name NamespaceSentinel/,
  },
  {
    name: 'a deployment at work',
    check: 'stack',
    breaks: statusOf('UPDATE_IN_PROGRESS'),
    says: /at work/,
    fix: /wait/,
  },
  {
    name: 'a deployment that was taken back',
    check: 'stack',
    breaks: statusOf('UPDATE_ROLLBACK_COMPLETE'),
    status: 'note',
    says: /taken back/,
    fix: /describe-stack-events/,
  },
  {
    name: 'a stack of somebody else',
    check: 'stack',
    breaks: (account) => {
      account['cloudformation:DescribeStacks'].Stacks[0].Outputs = [];
    },
    says: /not a stack of Namespace Sentinel/,
    fix: /another stackName/,
  },
  {
    name: 'no bootstrap',
    check: 'bootstrap',
    breaks: undeployed,
    status: 'note',
    says: /no stack CDKToolkit/,
    fix: /cdk bootstrap/,
  },
  {
    name: 'an address that has not confirmed',
    check: 'subscriptions',
    breaks: subscribed('PendingConfirmation'),
    says: /Alert: oncall@corp\.io has not confirmed/,
    fix: /Request confirmation/,
  },
  {
    name: 'an address that is gone',
    check: 'subscriptions',
    breaks: subscribed(undefined),
    says: /Health: platform@corp\.io is not subscribed/,
    fix: /take the address out/,
  },
  {
    name: 'nobody',
    check: 'subscriptions',
    breaks: subscribed(undefined),
    config: CONFIG.replace(/emails:\n.*\nhealthEmails.*\n/, ''),
    status: 'note',
    says: /nobody is subscribed/,
    fix: /under emails/,
  },
  {
    name: 'no trail',
    check: 'trail',
    breaks: (account) => {
      account['cloudtrail:DescribeTrails'] = { trailList: [{ Name: 'us', TrailARN: 'a', HomeRegion: 'us-east-1' }] };
    },
    says: /No trail records eu-west-1/,
    fix: /make a trail/,
  },
  {
    name: 'a trail that is switched off',
    check: 'trail',
    breaks: (account) => {
      account['cloudtrail:GetTrailStatus'] = { IsLogging: false };
    },
    says: /org: switched off/,
    fix: /who switched it off/,
  },
  {
    name: 'a trail of data events alone',
    check: 'trail',
    breaks: (account) => {
      account['cloudtrail:GetEventSelectors'] = { EventSelectors: [{ IncludeManagementEvents: false }] };
    },
    says: /org: no management events of changes/,
    fix: /make a trail for all Regions with all management events/,
  },
  {
    name: 'a trail of what is read',
    check: 'trail',
    breaks: (account) => {
      account['cloudtrail:GetEventSelectors'] = {
        EventSelectors: [{ ReadWriteType: 'ReadOnly', IncludeManagementEvents: true }],
      };
    },
    says: /org: no management events of changes/,
    fix: /make a trail for all Regions with all management events/,
  },
  {
    name: 'a trail without KMS',
    check: 'trail',
    breaks: (account) => {
      account['cloudtrail:GetEventSelectors'] = {
        EventSelectors: [{ IncludeManagementEvents: true, ExcludeManagementEventSources: ['kms.amazonaws.com'] }],
      };
    },
    says: /org: the events of KMS are left out/,
    fix: /make a trail for all Regions with all management events/,
  },
  {
    name: 'a trail with advanced selectors of data alone',
    check: 'trail',
    breaks: (account) => {
      account['cloudtrail:GetEventSelectors'] = {
        AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }] }],
      };
    },
    says: /org: no management events of changes/,
    fix: /make a trail for all Regions with all management events/,
  },
  {
    name: 'a trail that leaves services out',
    check: 'trail',
    breaks: (account) => {
      account['cloudtrail:GetEventSelectors'] = {
        AdvancedEventSelectors: [
          {
            FieldSelectors: [
              { Field: 'eventCategory', Equals: ['Management'] },
              { Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] },
            ],
          },
        ],
      };
    },
    says: /org: management events are left out by eventSource/,
    fix: /make a trail for all Regions with all management events/,
  },
  {
    name: 'no flow logs',
    check: 'flow-logs',
    breaks: (account) => {
      account['ec2:DescribeFlowLogs'] = { FlowLogs: [] };
    },
    status: 'note',
    says: /no flow logs/,
    fix: /optional/,
  },
  {
    name: 'flow logs that may not be asked',
    check: 'flow-logs',
    breaks: (account) => {
      account['ec2:DescribeFlowLogs'].FlowLogs[0].LogGroupName = '/other';
    },
    status: 'note',
    says: /in \/other, which investigation\.flowLogGroups does not name/,
    fix: /optional/,
  },
  {
    name: 'no GuardDuty',
    check: 'guardduty',
    breaks: (account) => {
      account['guardduty:ListDetectors'] = { DetectorIds: [] };
    },
    status: 'note',
    says: /GuardDuty is off/,
    fix: /optional/,
  },
  {
    name: 'GuardDuty suspended',
    check: 'guardduty',
    breaks: (account) => {
      account['guardduty:GetDetector'].Status = 'DISABLED';
    },
    status: 'note',
    says: /suspended/,
    fix: /optional/,
  },
  {
    name: 'GuardDuty without EKS',
    check: 'guardduty',
    breaks: (account) => {
      account['guardduty:GetDetector'].Features = [];
    },
    status: 'note',
    says: /EKS Protection is off/,
    fix: /optional/,
  },
  {
    name: 'images that nobody scans',
    check: 'image-scans',
    breaks: (account) => {
      account['ecr:GetRegistryScanningConfiguration'].scanningConfiguration = { scanType: 'BASIC', rules: [] };
    },
    status: 'note',
    says: /no rule of the registry/,
    fix: /optional/,
  },
];
