import { paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { paginateDescribeAlarmHistory } from '@aws-sdk/client-cloudwatch';
import { andMore, counted } from '../../../../../functions/kit/words.ts';
import { sumOf } from '../metrics.ts';
import type { LiveContext, LiveProbe, Observation } from '../probe.ts';

const DAY_MS = 86_400_000;
const DAYS = 14;

/** What became of the messages that alerts, alarms and the ends of playbooks have sent. */
export const messages: LiveProbe = {
  id: 'messages',
  question: 'Do the messages of alerts, alarms and playbooks arrive on their topics?',
  needs: ['cloudformation:ListStackResources', 'cloudwatch:GetMetricStatistics', 'cloudwatch:DescribeAlarmHistory'],
  claims: ['filter-policy-json', 'alarms-to-health-topic', 'ends-by-role'],
  async run(context) {
    const resources = await resourcesOf(context);
    const idsOf = (type: string, name = '') =>
      resources.filter((each) => each.type === type && each.name.includes(name)).map(({ id }) => id);
    context.waitFor('Reading what became of alerts');
    const alerts = await filtered(context);
    context.waitFor('Reading what became of alarms');
    const alarms = await ofAlarms(context, idsOf('AWS::CloudWatch::Alarm'));
    context.waitFor('Reading what became of the ends of playbooks');
    return [alerts, alarms, await ofEnds(context, idsOf('AWS::Events::Rule', 'Ends'))];
  },
};

interface StackResource {
  type: string;
  /** In the template. */
  name: string;
  /** As the service knows it. */
  id: string;
}

async function resourcesOf({ view: { clients }, config, signal }: LiveContext): Promise<StackResource[]> {
  const found: StackResource[] = [];
  const pages = paginateListStackResources(
    { client: clients.cloudformation },
    { StackName: config.stackName },
    { abortSignal: signal },
  );
  for await (const { StackResourceSummaries = [] } of pages)
    found.push(
      ...StackResourceSummaries.map(
        ({ ResourceType: type = '', LogicalResourceId: name = '', PhysicalResourceId: id = '' }) => ({
          type,
          name,
          id,
        }),
      ),
    );
  return found;
}

/** Messages with a body for each protocol, to subscriptions with a filter on attributes. */
async function filtered(context: LiveContext): Promise<Observation> {
  const claim = 'filter-policy-json';
  const TopicName = context.outputs.get('AlertTopicArn')?.split(':').at(-1) ?? '';
  const count = (metric: string) => sumOf(context, 'AWS/SNS', metric, { TopicName });
  const [published, delivered, failed, unread, invalid] = (await Promise.all(
    [
      'NumberOfMessagesPublished',
      'NumberOfNotificationsDelivered',
      'NumberOfNotificationsFailed',
      'NumberOfNotificationsFilteredOut-NoMessageAttributes',
      'NumberOfNotificationsFilteredOut-InvalidAttributes',
    ].map(count),
  )) as [number, number, number, number, number];
  const says = `in ${DAYS} days ${counted(published, 'alert')} ${published === 1 ? 'was' : 'were'} published, ${delivered} delivered, ${failed} failed, ${unread + invalid} filtered out for want of attributes that SNS could read.`;
  if (unread + invalid > 0)
    return {
      claim,
      verdict: 'contradicted',
      says,
      todo: 'send the report: alerts reach nobody who has a least severity',
    };
  return { claim, verdict: delivered > 0 ? 'proven' : 'not-seen', says };
}

async function ofAlarms(
  { view: { clients }, signal, now }: LiveContext,
  names: readonly string[],
): Promise<Observation> {
  const claim = 'alarms-to-health-topic';
  let sent = 0;
  const failed: string[] = [];
  for (const AlarmName of names) {
    const pages = paginateDescribeAlarmHistory(
      { client: clients.cloudwatch },
      { AlarmName, HistoryItemType: 'Action', StartDate: new Date(now() - DAYS * DAY_MS), EndDate: new Date(now()) },
      { abortSignal: signal },
    );
    for await (const { AlarmHistoryItems = [] } of pages)
      for (const { HistorySummary = '' } of AlarmHistoryItems) {
        if (/^Failed/i.test(HistorySummary)) failed.push(AlarmName);
        else sent += 1;
      }
  }
  const says = `in ${DAYS} days ${counted(sent, 'action')} of ${counted(names.length, 'alarm')} worked, and ${failed.length} failed`;
  if (failed.length > 0)
    return {
      claim,
      verdict: 'contradicted',
      says: `${says} (${andMore([...new Set(failed)], 5)}).`,
      todo: 'see whether the health topic has the policy that was deployed, and no key (SNS console, Encryption); else send the report',
    };
  return { claim, verdict: sent > 0 ? 'proven' : 'not-seen', says: `${says}.` };
}

async function ofEnds(context: LiveContext, rules: readonly string[]): Promise<Observation> {
  const claim = 'ends-by-role';
  const [rule] = rules;
  if (rule === undefined)
    return { claim, verdict: 'not-seen', says: 'the stack has no rule for the ends of playbooks.' };
  const RuleName = rule.split('|').at(-1) ?? rule;
  const [invoked, failed] = [
    await sumOf(context, 'AWS/Events', 'Invocations', { RuleName }),
    await sumOf(context, 'AWS/Events', 'FailedInvocations', { RuleName }),
  ];
  const says = `in ${DAYS} days EventBridge sent ${counted(invoked, 'message')} about playbooks that did not succeed, and ${failed} failed.`;
  if (failed > 0)
    return { claim, verdict: 'contradicted', says, todo: 'look into the dead-letter queue, and send the report' };
  return { claim, verdict: invoked > 0 ? 'proven' : 'not-seen', says };
}
