/**
 * Compares once a day who is subscribed to the topics with the configuration: an address that has not confirmed, or is gone, is not
 * told; one that the configuration does not name reads along. Each is told once, and what is as configured again as well.
 */
import type { Subscription } from '@aws-sdk/client-sns';
import type { TopicSubscriptions } from '../../clients/aws/topic-subscriptions.ts';
import type { HealthMessages } from '../../clients/send/health-messages.ts';
import type { ChainStates } from '../../clients/table/chain-states.ts';
import type { ChainState } from '../../contract/chain-state.ts';
import { CHAT_ENDPOINT, CHAT_SUBSCRIBER } from '../../contract/chat-endpoint.ts';
import { andMore, counted, short } from '../../kit/words.ts';
import type { Job, JobContext } from '../job.ts';

export interface SubscriptionClients {
  topicSubscriptions: TopicSubscriptions;
  /** Of those that are configured, by the topic's ARN. */
  subscribers: Readonly<Record<string, readonly string[]>>;
  /** What was told is kept here as well, under the account and Region without a cluster. */
  chainStates: ChainStates;
  health: HealthMessages;
}

const DAY_MINUTES = 24 * 60;
/** A message of SNS takes 256 KB; what is beyond so many is only counted. */
const MOST = 50;

/** Anybody who may subscribe chooses it: printable ASCII alone, no link, and no more of it than a line. */
const shown = (endpoint: string): string =>
  short(endpoint)
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .replaceAll('.', '[.]')
    .replaceAll('://', '[:]//');

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

async function compare({ clients, signal, now }: JobContext<SubscriptionClients>): Promise<number> {
  const { topicSubscriptions, subscribers, chainStates, health } = clients;
  const topics = Object.entries(subscribers);
  const lists = await Promise.all(
    topics.map(async ([arn, wanted]) => differences(arn, wanted, await topicSubscriptions.list(arn, signal))),
  );
  const says = lists.flat();
  const [, , , region = '', account = ''] = topics[0]?.[0].split(':') ?? [];
  const place = { region, account };
  const kept = await chainStates.read(place);
  const before = kept?.broken ?? {};
  const fresh = says.filter((each) => !(each in before));
  const ended = Object.values(before).filter((each) => !says.includes(each.says));
  if (fresh.length > 0)
    await health.tell(
      `${counted(fresh.length, 'subscription')} not as configured`,
      [
        'Who is told is not who the configuration names:',
        ...fresh.slice(0, MOST).map((each) => `- ${each}`),
        ...(fresh.length > MOST ? [`- and ${fresh.length - MOST} more`] : []),
        'To do: an address that has not confirmed follows the link in the message of AWS Notifications; after three days, and where it is gone, take it out of the configuration, deploy, put it in again and deploy. Who subscribed somebody else is in CloudTrail (Subscribe), and who took somebody out as well (Unsubscribe, unless the person used the link in a mail). sentinel preflight looks at the subscriptions again.',
      ].join('\n'),
    );
  if (ended.length > 0)
    await health.tell(
      'subscriptions as configured again',
      `This holds no longer:\n- ${andMore(
        ended.map((each) => each.says),
        MOST,
      )}`,
    );
  // Told first, and then kept: who dies in between tells it twice.
  const broken = Object.fromEntries(says.map((each) => [each, before[each] ?? { since: now(), says: each }]));
  const state: ChainState = { watchedSince: kept?.watchedSince ?? now(), broken };
  if (!kept || fresh.length + ended.length > 0) await chainStates.write(place, state);
  return says.length;
}

export const subscriptions: Job<SubscriptionClients, 'subscriptions'> = {
  id: 'subscriptions',
  scope: 'stack',
  everyMinutes: DAY_MINUTES,
  deadlineMs: 60_000,
  needs: {
    aws: ['sns:ListSubscriptionsByTopic', 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'sns:Publish'],
    kubernetes: [],
  },
  run: async (context) => ({ different: await compare(context) }),
};
