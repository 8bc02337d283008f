import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  paginateListSubscriptionsByTopic,
} from '@aws-sdk/client-sns';
import { defined } from '../../../functions/kit/defined.ts';
import { isRecord, parseJson, text } from '../../../functions/kit/json.ts';
import { parseArn } from '../../../functions/kubernetes/names/arn.ts';
import type { AwsClients } from '../preflight/aws/clients.ts';
import type { DeliveryStatus, TopicSubscriber, TopicView } from './subscribers.ts';

/** Protocols as the attributes of a topic name them. https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html */
const PROTOCOLS = ['HTTP', 'SQS', 'Lambda', 'Firehose'] as const;

/** A topic of SNS, with the log of its deliveries. */
export class SnsTopicView implements TopicView {
  readonly name: string;
  readonly #clients: Pick<AwsClients, 'sns' | 'logs'>;
  readonly #arn: string;

  constructor(clients: Pick<AwsClients, 'sns' | 'logs'>, name: string, arn: string) {
    this.#clients = clients;
    this.name = name;
    this.#arn = arn;
  }

  async subscribers(signal: AbortSignal): Promise<TopicSubscriber[]> {
    const { sns } = this.#clients;
    const all: TopicSubscriber[] = [];
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
      { client: sns },
      { TopicArn: this.#arn },
      { abortSignal: signal },
    ))
      for (const { SubscriptionArn: arn = '', Protocol: protocol = '', Endpoint: endpoint = '' } of Subscriptions) {
        const confirmed = arn.startsWith('arn:');
        const filterPolicy = confirmed ? await this.#filterPolicy(arn, signal) : undefined;
        all.push({ arn, protocol, endpoint, ...defined({ filterPolicy }) });
      }
    return all;
  }

  async #filterPolicy(SubscriptionArn: string, signal: AbortSignal): Promise<string | undefined> {
    const { Attributes = {} } = await this.#clients.sns.send(
      new GetSubscriptionAttributesCommand({ SubscriptionArn }),
      {
        abortSignal: signal,
      },
    );
    return Attributes['FilterPolicy'];
  }

  async logged(signal: AbortSignal) {
    const { Attributes = {} } = await this.#clients.sns.send(new GetTopicAttributesCommand({ TopicArn: this.#arn }), {
      abortSignal: signal,
    });
    const withRole = (kind: 'Success' | 'Failure') =>
      PROTOCOLS.filter((each) => Attributes[`${each}${kind}FeedbackRoleArn`]);
    return {
      // A sample of fewer says nothing of one message.
      successes: withRole('Success').filter((each) => Attributes[`${each}SuccessFeedbackSampleRate`] === '100'),
      failures: withRole('Failure'),
    };
  }

  async statuses(messageId: string, from: number, signal: AbortSignal): Promise<DeliveryStatus[]> {
    const { region, account, resource } = parseArn(this.#arn) ?? {};
    const group = `sns/${region}/${account}/${resource}`;
    const logs = await Promise.all(
      [group, `${group}/Failure`].map((each) => this.#lines(each, messageId, from, signal)),
    );
    return logs.flat().flatMap((line) => statusOf(line, messageId) ?? []);
  }

  async #lines(logGroupName: string, messageId: string, startTime: number, signal: AbortSignal) {
    try {
      const { events = [] } = await this.#clients.logs.send(
        new FilterLogEventsCommand({ logGroupName, startTime, filterPattern: `"${messageId}"` }),
        { abortSignal: signal },
      );
      return events.map(({ message = '', timestamp = startTime }) => ({ message, timestamp }));
    } catch (error) {
      // SNS makes it with the first line.
      if (Object(error).name === 'ResourceNotFoundException') return [];
      throw error;
    }
  }
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html */
function statusOf(
  { message, timestamp }: { message: string; timestamp: number },
  messageId: string,
): DeliveryStatus | undefined {
  const line = parseJson(message);
  if (!isRecord(line) || !isRecord(line['notification']) || line['notification']['messageId'] !== messageId)
    return undefined;
  const delivery = isRecord(line['delivery']) ? line['delivery'] : {};
  const { statusCode } = delivery;
  return {
    status: text(line['status']) ?? '',
    destination: text(delivery['destination']) ?? '',
    at: timestamp,
    ...(typeof statusCode === 'number' && { statusCode }),
    ...defined({ answer: text(delivery['providerResponse']) }),
  };
}
