import {
  paginateDescribeSubscriptionFilters,
  ResourceNotFoundException,
  type SubscriptionFilter,
} from '@aws-sdk/client-cloudwatch-logs';
import { command } from '../../../../../functions/contract/commands/command.ts';
import { counted } from '../../../../../functions/kit/words.ts';
import { CUT_NAMESPACE_WRITES, NAMESPACE_WRITES } from '../../../../../functions/kubernetes/filter-pattern.ts';
import { asksForSystemFields, SYSTEM_FIELDS } from '../../../../../functions/kubernetes/names/aws.ts';
import type { Answer, AwsCheck, AwsContext } from '../check.ts';
import { eachCluster, logGroupOf } from '../each-cluster.ts';

/** How many a log group takes (aws-cloudformation/cfn-lint#4688). */
const SLOTS = 5;

/** Whether there is room for our filters, and, once they are deployed, whether they are what was deployed. */
export const subscriptionFilters: AwsCheck = {
  id: 'subscription-filters',
  question: 'Is there room for our subscription filters; and are they as they were deployed?',
  needs: ['logs:DescribeSubscriptionFilters', 'cloudformation:DescribeStacks'],
  when: 'both',
  stopsDeployment: true,
  fix: 'remove a filter of somebody else that is not needed any more',
  run: (context) =>
    eachCluster(subscriptionFilters, context, (configured) =>
      judgeFilters(context, { logGroupName: logGroupOf(configured), cutLines: configured.cutLines, isCentral: false }),
    ),
};

/** A log group that is subscribed to. */
interface Subscribed {
  logGroupName: string;
  cutLines: boolean;
  /** Whether logs of other accounts or Regions are copied into it. */
  isCentral: boolean;
}

/** Whether there is room for our filters on a log group, and, once they are deployed, whether they are what was deployed. */
export async function judgeFilters(context: AwsContext, subscribed: Subscribed): Promise<Answer[]> {
  const outputs = await context.view.outputs();
  const filters = await filtersOf(context, subscribed.logGroupName);
  if (!filters) return [{ status: 'not-checked', says: 'There is no log group.' }];
  const wanted = wantedFilters(context, subscribed);
  const names = wanted.map(({ filterName }) => filterName);
  const foreign = filters.filter(({ filterName = '' }) => !names.includes(filterName));
  const others = foreign.length > 0 ? `; of others: ${foreign.map(({ filterName }) => filterName).join(', ')}` : '';
  const detect = outputs?.get('DetectFunctionName');
  if (detect === undefined) return [room(foreign.length, wanted.length, others)];
  const destinationArn = `arn:${context.partition}:lambda:${context.region}:${context.account}:function:${detect}`;
  const wrong = wanted.flatMap((each) => compare(context, subscribed, { ...each, destinationArn }, filters));
  return wrong.length > 0 ? wrong : [{ status: 'ok', says: `${names.join(', ')} as deployed${others}.` }];
}

type Wanted = Required<Pick<SubscriptionFilter, 'filterName' | 'filterPattern' | 'destinationArn'>>;

const wantedFilters = ({ config: { stackName } }: AwsContext, { cutLines }: Subscribed) => [
  { filterName: `${stackName}-namespaces`, filterPattern: NAMESPACE_WRITES },
  ...(cutLines ? [{ filterName: `${stackName}-cut-lines`, filterPattern: CUT_NAMESPACE_WRITES }] : []),
];

function room(taken: number, wanted: number, others: string): Answer {
  const free = SLOTS - taken;
  return free >= wanted
    ? { status: 'ok', says: `${counted(free, 'slot')} of ${SLOTS} free, ${wanted} needed${others}.` }
    : {
        status: 'failed',
        says: `${counted(Math.max(free, 0), 'slot')} of ${SLOTS} free, and ${wanted} needed${others}.`,
      };
}

function compare(
  { region }: AwsContext,
  { logGroupName, isCentral }: Subscribed,
  { filterName, filterPattern, destinationArn }: Wanted,
  filters: readonly SubscriptionFilter[],
): Answer[] {
  const live = filters.find((filter) => filter.filterName === filterName);
  const problems = live
    ? [
        ...(live.filterPattern === filterPattern ? [] : [`has another pattern: ${live.filterPattern}`]),
        ...(live.destinationArn === destinationArn ? [] : [`sends to ${live.destinationArn}`]),
        ...(live.applyOnTransformedLogs ? ['reads transformed lines'] : []),
        ...(isCentral && !asksForSystemFields(live.emitSystemFields)
          ? ['does not ask for the account and the Region of each line']
          : []),
        ...(live.fieldSelectionCriteria ? [`takes only what fits ${live.fieldSelectionCriteria}`] : []),
      ]
    : ['is missing, so nothing is noticed by it'];
  const options = {
    '--region': region,
    '--log-group-name': logGroupName,
    '--filter-name': filterName,
    '--filter-pattern': filterPattern,
    '--destination-arn': destinationArn,
    ...(isCentral && { '--emit-system-fields': JSON.stringify(SYSTEM_FIELDS) }),
  };
  return problems.map((problem) => ({
    status: 'failed',
    says: `${filterName} ${problem}.`,
    todo: 'put the filter of the stack back, and find out in CloudTrail who changed it',
    fix: [command('aws logs put-subscription-filter', [], options)],
  }));
}

/** Undefined where there is no group. */
async function filtersOf(
  { view: { clients }, signal }: AwsContext,
  logGroupName: string,
): Promise<SubscriptionFilter[] | undefined> {
  const found: SubscriptionFilter[] = [];
  try {
    const pages = paginateDescribeSubscriptionFilters(
      { client: clients.logs },
      { logGroupName },
      { abortSignal: signal },
    );
    for await (const page of pages) found.push(...(page.subscriptionFilters ?? []));
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
  return found;
}
