import { NAMESPACE_WRITES } from '../../../../functions/kubernetes/filter-pattern.ts';
import { type Account, type Answer, CENTRAL_CONFIG, noLogGroup, noStack } from '../account.ts';
import type { Fault } from './fault.ts';

const filtersOf = (account: Account) => account['logs:DescribeSubscriptionFilters'].subscriptionFilters;
const undeployed = (account: Account) => {
  account['cloudformation:DescribeStacks'] = noStack;
};
const foreign = (count: number) => Array.from({ length: count }, (_, index) => ({ filterName: `datadog-${index}` }));

export const LOGS_FAULTS: readonly Fault[] = [
  {
    name: 'no log group',
    check: 'log-group',
    breaks: (account) => {
      account['logs:DescribeLogGroups'] = { logGroups: [{ logGroupName: '/aws/eks/prod/cluster-2' }] };
    },
    says: /no log group \/aws\/eks\/prod\/cluster\./,
    fix: /switch the audit log on/,
  },
  {
    name: 'the class Infrequent Access',
    check: 'log-group',
    breaks: (account) => {
      account['logs:DescribeLogGroups'].logGroups[0].logGroupClass = 'INFREQUENT_ACCESS';
    },
    says: /INFREQUENT_ACCESS, which takes no subscription filter/,
    fix: /cannot be changed/,
  },
  {
    name: 'no central log group',
    check: 'central-logs',
    breaks: (account) => {
      account['logs:DescribeLogGroups'].logGroups.pop();
    },
    config: CENTRAL_CONFIG,
    says: /\/central\/aws\/eks\/prod\/cluster \(222233334444\/eu-west-1\): There is no such log group/,
    fix: /make the centralization rule/,
  },
  {
    name: 'a central log group of the class Infrequent Access',
    check: 'central-logs',
    breaks: (account) => {
      account['logs:DescribeLogGroups'].logGroups.at(-1).logGroupClass = 'INFREQUENT_ACCESS';
    },
    config: CENTRAL_CONFIG,
    says: /takes no subscription filter/,
    fix: /delete it/,
  },
  {
    name: 'a filter on a central log group that does not tell the account',
    check: 'central-logs',
    breaks: (account) => {
      delete filtersOf(account)[0].emitSystemFields;
    },
    config: CENTRAL_CONFIG,
    says: /NamespaceSentinel-namespaces does not ask for the account and the Region of each line/,
    fix: /aws logs put-subscription-filter .*--emit-system-fields/,
  },
  {
    name: 'all slots taken',
    check: 'subscription-filters',
    breaks: (account) => {
      undeployed(account);
      account['logs:DescribeSubscriptionFilters'] = { subscriptionFilters: foreign(5) };
    },
    says: /0 slots of 5 free, and 2 needed; of others: datadog-0, datadog-1/,
    fix: /remove a filter/,
  },
  {
    name: 'one slot too few',
    check: 'subscription-filters',
    breaks: (account) => {
      undeployed(account);
      account['logs:DescribeSubscriptionFilters'] = { subscriptionFilters: foreign(4) };
    },
    says: /1 slot of 5 free, and 2 needed/,
    fix: /remove a filter/,
  },
  {
    name: 'our filter gone',
    check: 'subscription-filters',
    breaks: (account) => {
      filtersOf(account).shift();
    },
    says: /NamespaceSentinel-namespaces is missing/,
    fix: /aws logs put-subscription-filter .*--filter-name NamespaceSentinel-namespaces .*--destination-arn/,
  },
  {
    name: 'our filter for cut lines gone',
    check: 'subscription-filters',
    breaks: (account) => {
      filtersOf(account).pop();
    },
    says: /NamespaceSentinel-cut-lines is missing/,
    fix: /put-subscription-filter .*--filter-pattern '%requestURI.*%' --destination-arn/,
  },
  {
    name: 'our filter with another pattern',
    check: 'subscription-filters',
    breaks: (account) => {
      filtersOf(account)[0].filterPattern = '{ $.verb = "never" }';
    },
    says: /another pattern: \{ \$\.verb = "never" \}/,
    fix: new RegExp(
      `put-subscription-filter .*${NAMESPACE_WRITES.slice(0, 40).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`,
    ),
  },
  {
    name: 'our filter with another destination',
    check: 'subscription-filters',
    breaks: (account) => {
      filtersOf(account)[0].destinationArn = 'arn:aws:lambda:eu-west-1:1:function:thief';
    },
    says: /sends to arn:aws:lambda:eu-west-1:1:function:thief/,
    fix: /CloudTrail/,
  },
  {
    name: 'our filter on transformed lines',
    check: 'subscription-filters',
    breaks: (account) => {
      filtersOf(account)[0].applyOnTransformedLogs = true;
    },
    says: /reads transformed lines/,
    fix: /put-subscription-filter/,
  },
  {
    name: 'our filter narrowed to some accounts',
    check: 'subscription-filters',
    breaks: (account) => {
      filtersOf(account)[0].fieldSelectionCriteria = '@aws.account = "1"';
    },
    says: /takes only what fits @aws\.account/,
    fix: /put-subscription-filter/,
  },
  {
    name: 'no group to subscribe to',
    check: 'subscription-filters',
    breaks: (account) => {
      account['logs:DescribeSubscriptionFilters'] = noLogGroup();
    },
    status: 'not-checked',
    says: /no log group/,
    fix: /^/,
  },
  {
    name: 'a pattern that the service does not match',
    check: 'filter-pattern',
    breaks: (account) => {
      account['logs:TestMetricFilter'] = { matches: [] };
    },
    says: /namespaces: .*a creation \(not matched\)/,
    fix: /report it/,
  },
  {
    name: 'a pattern that matches too much',
    check: 'filter-pattern',
    breaks: (account) => {
      account['logs:TestMetricFilter'] = ({ logEventMessages }: Answer) => ({
        matches: logEventMessages.map((_: string, index: number) => ({ eventNumber: index + 1 })),
      });
    },
    says: /a list of namespaces \(matched\)/,
    fix: /report it/,
  },
  {
    name: 'a transformer',
    check: 'transformer',
    breaks: (account) => {
      account['logs:GetTransformer'] = { transformerConfig: [{ parseToOCSF: {} }] };
    },
    status: 'note',
    says: /transformer \(parseToOCSF\)/,
    fix: /remove the transformer/,
  },
];
