/**
 * Compares once a day who is subscribed to the topics with the configuration: an address that has not confirmed, or is gone, is not
 * told; one whose filter policy was changed may not be; one that the configuration does not name reads along. Each is told once, and what is as configured again as well.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Subscription } from '@aws-sdk/client-sns';
import type { Deployments } from '../../clients/aws/deployments.ts';
import type { FilterPolicy, TopicSubscriptions } from '../../clients/aws/topic-subscriptions.ts';
import { CHAT_ENDPOINT, CHAT_SUBSCRIBER } from '../../contract/chat-endpoint.ts';
import type { Deployment } from '../../contract/deployment.ts';
import { parseJson } from '../../kit/json.ts';
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

/** Who is to be subscribed to a topic. */
type Wanted = Deployment['subscribers'][number];

function isMeant(subscriber: string, { Endpoint = '', Protocol = '' }: Subscription): boolean {
  return subscriber === CHAT_SUBSCRIBER
    ? Protocol === 'https' && CHAT_ENDPOINT.test(Endpoint)
    : Protocol === 'email' && Endpoint.toLowerCase() === subscriber.toLowerCase();
}

const isConfirmed = ({ SubscriptionArn = '' }: Subscription): boolean => SubscriptionArn.startsWith('arn:');

/** Every difference of a topic, in a sentence. @param policyOf the filter policy of a subscription; undefined where nobody says it */
async function differences(
  { topic: topicArn, who, policies }: Wanted,
  found: readonly Subscription[],
  policyOf: (subscriptionArn: string) => Promise<{ known: FilterPolicy | undefined } | undefined>,
): Promise<string[]> {
  const topic = topicArn.slice(topicArn.lastIndexOf(':') + 1);
  const sayOf = async (subscriber: string): Promise<string[]> => {
    const own = found.filter((each) => isMeant(subscriber, each));
    const name = subscriber === CHAT_SUBSCRIBER ? 'the Slack channel' : shown(subscriber);
    const [confirmed] = own.filter(isConfirmed);
    if (confirmed) {
      const wanted = policies.find((each) => each.who === subscriber)?.policy;
      const policy = await policyOf(confirmed.SubscriptionArn ?? '');
      const isSame = !policy || sameMessages(wanted, policy.known);
      return isSame
        ? []
        : [
            `${topic}: the subscription of ${name} has another filter policy than was deployed, which may keep alerts from it.`,
          ];
    }
    return own.length > 0
      ? [`${topic}: ${name} has not confirmed its subscription, and is not told.`]
      : [`${topic}: ${name} is not subscribed any more, and is not told.`];
  };
  const wrong = (await Promise.all(who.map(sayOf))).flat();
  const foreign = found
    .filter((each) => !who.some((subscriber) => isMeant(subscriber, each)))
    .map((each) => {
      const { Endpoint = '', Protocol = '', Owner = '' } = each;
      const state = isConfirmed(each) ? 'is subscribed' : 'has been asked to confirm a subscription';
      return `${topic}: ${shown(Endpoint)} (${shown(Protocol)}, of account ${shown(Owner)}) ${state}, and the configuration does not name it.`;
    });
  return [...new Set([...wrong, ...foreign])];
}

/** Whether a subscription lets through what it was deployed to let through. */
function sameMessages(wanted: string | undefined, found: FilterPolicy | undefined): boolean {
  if (wanted === undefined || found === undefined) return wanted === undefined && found === undefined;
  return found.scope === 'MessageAttributes' && isDeepStrictEqual(parseJson(wanted), parseJson(found.policy));
}

async function compare(context: JobContext<SubscriptionClients>): Promise<JobSummary> {
  const { clients, signal } = context;
  const deployed = await clients.deployments.read(signal);
  // CloudFormation changes the stack: what is configured is not yet in its place.
  if (!deployed) return { postponed: true };
  const lists = await Promise.all(
    deployed.subscribers.map(async (wanted) => {
      const { topicSubscriptions } = clients;
      const found = await topicSubscriptions.list(wanted.topic, signal);
      return differences(wanted, found, async (subscription) => {
        try {
          return { known: await topicSubscriptions.filterPolicy(subscription, signal) };
        } catch (error) {
          signal.throwIfAborted();
          context.unknown(`filter policy of ${subscription}`, error);
          return undefined;
        }
      });
    }),
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
    'To do: an address that has not confirmed follows the link in the message of AWS Notifications; after three days, and where it is gone, take it out of the configuration, deploy, put it in again and deploy; so also where the filter policy is another one. Who subscribed somebody else is in CloudTrail (Subscribe), and who changed a policy (SetSubscriptionAttributes) or took somebody out as well (Unsubscribe, unless the person used the link in a mail). sentinel preflight looks at the subscriptions again.',
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
      'sns:GetSubscriptionAttributes',
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
      'sns:Publish',
    ],
    kubernetes: [],
  },
  run: compare,
};
