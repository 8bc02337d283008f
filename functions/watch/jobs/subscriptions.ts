/**
 * Compares once a day who is subscribed to the topics with the configuration: an address that has not confirmed, or is gone, is not
 * told; one that the configuration does not name reads along. Each is told once, and what is as configured again as well.
 */
import type { Subscription } from '@aws-sdk/client-sns';
import type { Deployments } from '../../clients/aws/deployments.ts';
import type { TopicSubscriptions } from '../../clients/aws/topic-subscriptions.ts';
import { CHAT_ENDPOINT, CHAT_SUBSCRIBER } from '../../contract/chat-endpoint.ts';
import { counted } from '../../kit/words.ts';
import type { Job, JobContext, JobSummary } from '../job.ts';
import { type DifferenceClients, type DifferenceWords, tellDifferences } from '../parts/differences.ts';
import { shown } from '../parts/shown.ts';

/** What was told is kept under the account and Region without a cluster. */
export interface SubscriptionClients extends DifferenceClients {
  topicSubscriptions: TopicSubscriptions;
  /** Says who is configured. */
  deployments: Deployments;
}

const DAY_MINUTES = 24 * 60;
/** Every difference of a topic, in a sentence. */
function differences(topicArn: string, wanted: readonly string[], found: readonly Subscription[]): string[] {
  const topic = topicArn.slice(topicArn.lastIndexOf(':') + 1);
  const isMeant = (subscriber: string, { Endpoint = '', Protocol = '' }: Subscription): boolean =>
    subscriber === CHAT_SUBSCRIBER
      ? Protocol === 'https' && CHAT_ENDPOINT.test(Endpoint)
      : Protocol === 'email' && Endpoint.toLowerCase() === subscriber.toLowerCase();
  const missing = wanted.flatMap((subscriber) => {
    const own = found.filter((each) => isMeant(subscriber, each));
    if (own.some(({ SubscriptionArn = '' }) => SubscriptionArn.startsWith('arn:'))) return [];
    const name = subscriber === CHAT_SUBSCRIBER ? 'the Slack channel' : shown(subscriber);
    return own.length > 0
      ? `${topic}: ${name} has not confirmed its subscription, and is not told.`
      : `${topic}: ${name} is not subscribed any more, and is not told.`;
  });
  const foreign = found
    .filter((each) => !wanted.some((subscriber) => isMeant(subscriber, each)))
    .map(({ Endpoint = '', Protocol = '', Owner = '', SubscriptionArn = '' }) => {
      const state = SubscriptionArn.startsWith('arn:') ? 'is subscribed' : 'has been asked to confirm a subscription';
      return `${topic}: ${shown(Endpoint)} (${shown(Protocol)}, of account ${shown(Owner)}) ${state}, and the configuration does not name it.`;
    });
  return [...new Set([...missing, ...foreign])];
}

async function compare(context: JobContext<SubscriptionClients>): Promise<JobSummary> {
  const { clients, signal } = context;
  const deployed = await clients.deployments.read(signal);
  // CloudFormation changes the stack: what is configured is not yet in its place.
  if (!deployed) return { postponed: true };
  const lists = await Promise.all(
    deployed.subscribers.map(async ({ topic, who }) =>
      differences(topic, who, await clients.topicSubscriptions.list(topic, signal)),
    ),
  );
  const says = lists.flat();
  const [, , , region = '', account = ''] = deployed.subscribers[0]?.topic.split(':') ?? [];
  await tellDifferences({ region, account }, says, () => WORDS, context);
  return { different: says.length };
}

const WORDS: DifferenceWords = {
  subject: (count) => `${counted(count, 'subscription')} not as configured`,
  before: 'Who is told is not who the configuration names:',
  todo: [
    'To do: an address that has not confirmed follows the link in the message of AWS Notifications; after three days, and where it is gone, take it out of the configuration, deploy, put it in again and deploy. Who subscribed somebody else is in CloudTrail (Subscribe), and who took somebody out as well (Unsubscribe, unless the person used the link in a mail). sentinel preflight looks at the subscriptions again.',
  ],
  over: 'subscriptions as configured again',
};

export const subscriptions: Job<SubscriptionClients, 'subscriptions'> = {
  id: 'subscriptions',
  scope: 'stack',
  everyMinutes: DAY_MINUTES,
  deadlineMs: 60_000,
  needs: {
    aws: [
      'cloudformation:DescribeStackResource',
      'cloudformation:DescribeStacks',
      'sns:ListSubscriptionsByTopic',
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
      'sns:Publish',
    ],
    kubernetes: [],
  },
  run: compare,
};
