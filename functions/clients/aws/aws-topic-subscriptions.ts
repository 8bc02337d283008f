import {
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  type SNSClient,
  type Subscription,
} from '@aws-sdk/client-sns';
import type { FilterPolicy, TopicSubscriptions } from './topic-subscriptions.ts';

/** Asks SNS, page by page. */
export class AwsTopicSubscriptions implements TopicSubscriptions {
  readonly #client: SNSClient;

  constructor(client: SNSClient) {
    this.#client = client;
  }

  async list(TopicArn: string, abortSignal: AbortSignal): Promise<Subscription[]> {
    const found: Subscription[] = [];
    const pages = paginateListSubscriptionsByTopic({ client: this.#client }, { TopicArn }, { abortSignal });
    for await (const { Subscriptions = [] } of pages) found.push(...Subscriptions);
    return found;
  }

  async filterPolicy(SubscriptionArn: string, abortSignal: AbortSignal): Promise<FilterPolicy | undefined> {
    const command = new GetSubscriptionAttributesCommand({ SubscriptionArn });
    const { Attributes = {} } = await this.#client.send(command, { abortSignal });
    const { FilterPolicy: policy, FilterPolicyScope: scope = 'MessageAttributes' } = Attributes;
    return policy === undefined ? undefined : { policy, scope };
  }
}
