import { paginateListSubscriptionsByTopic, type Subscription } from '@aws-sdk/client-sns';
import { CHAT_ENDPOINT } from '../../../../../functions/contract/chat-endpoint.ts';
import type { Answer, AwsCheck, AwsContext } from '../check.ts';

const PENDING = 'PendingConfirmation';
const AGAIN =
  'take the address out of the configuration and deploy, then put it in again and deploy: SNS sends a new message to confirm';

/** Whether anybody hears of an alert: an address that does not confirm within three days is dropped without a word. */
export const subscriptions: AwsCheck = {
  id: 'subscriptions',
  question: 'Has every address confirmed its subscription?',
  needs: ['cloudformation:DescribeStacks', 'sns:ListSubscriptionsByTopic'],
  when: 'after',
  stopsDeployment: false,
  fix: AGAIN,
  async run(context) {
    const { config, view } = context;
    const outputs = (await view.outputs()) ?? new Map<string, string>();
    const addresses = config.emails.map(({ address }) => address);
    const answers: Answer[] = [];
    for (const [output, wanted] of [
      ['AlertTopicArn', addresses],
      ['HealthTopicArn', config.healthEmails ?? addresses],
    ] as const) {
      const topic = outputs.get(output);
      if (topic === undefined)
        answers.push({
          status: 'failed',
          says: `The stack has no output ${output}.`,
          todo: 'deploy the configuration',
        });
      else answers.push(...judge(output.replace(/TopicArn$/, ''), wanted, await subscriptionsOf(context, topic)));
    }
    if (config.chat?.slack) answers.push(...(await ofChat(context, outputs.get('ChatTopicArn'))));
    return answers;
  },
};

function judge(topic: string, wanted: readonly string[], found: readonly Subscription[]): Answer[] {
  const wrong = wanted.flatMap((address): Answer[] => {
    const own = found.filter(({ Endpoint = '' }) => Endpoint.toLowerCase() === address.toLowerCase());
    const arns = own.map(({ SubscriptionArn = '' }) => SubscriptionArn);
    if (arns.some((arn) => arn.startsWith('arn:'))) return [];
    if (arns.includes(PENDING))
      return [
        {
          status: 'failed',
          says: `${topic}: ${address} has not confirmed its subscription, and gets nothing. It is dropped after about three days.`,
          todo: 'follow the link in the message of AWS Notifications; SNS sends it again by "Request confirmation" in its console',
        },
      ];
    return [
      {
        status: 'failed',
        says: `${topic}: ${address} is not subscribed: it did not confirm in time, or unsubscribed.`,
      },
    ];
  });
  if (wrong.length > 0) return wrong;
  const confirmed = found.filter(({ SubscriptionArn = '' }) => SubscriptionArn.startsWith('arn:')).length;
  if (confirmed === 0)
    return [
      {
        status: 'note',
        says: `${topic}: nobody is subscribed, so nobody is told.`,
        todo: 'name somebody under emails in the configuration, or subscribe to the topic',
      },
    ];
  return [{ status: 'ok', says: `${topic}: ${confirmed} confirmed.` }];
}

/** Whether the channel that the configuration names is subscribed: without it nothing of an alert is seen there. */
async function ofChat(context: AwsContext, topic: string | undefined): Promise<Answer[]> {
  if (topic === undefined)
    return [{ status: 'failed', says: 'The stack has no output ChatTopicArn.', todo: 'deploy the configuration' }];
  const found = await subscriptionsOf(context, topic);
  const own = found.filter(({ Endpoint = '' }) => CHAT_ENDPOINT.test(Endpoint));
  if (own.some(({ SubscriptionArn = '' }) => SubscriptionArn.startsWith('arn:')))
    return [{ status: 'ok', says: 'Chat: Amazon Q Developer is subscribed for the channel.' }];
  return [
    {
      status: 'failed',
      says: `Chat: Amazon Q Developer ${own.length > 0 ? 'has not confirmed its subscription' : 'is not subscribed'}, so nothing is shown in the channel.`,
      todo: 'authorise the Slack workspace in the console of Amazon Q Developer in chat applications, invite @Amazon Q to the channel, and deploy again',
    },
  ];
}

async function subscriptionsOf({ view: { clients }, signal }: AwsContext, TopicArn: string): Promise<Subscription[]> {
  const found: Subscription[] = [];
  for await (const page of paginateListSubscriptionsByTopic(
    { client: clients.sns },
    { TopicArn },
    { abortSignal: signal },
  ))
    found.push(...(page.Subscriptions ?? []));
  return found;
}
