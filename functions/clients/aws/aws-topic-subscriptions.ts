import { paginateListSubscriptionsByTopic, type SNSClient, type Subscription } from '@aws-sdk/client-sns';
import type { TopicSubscriptions } from './topic-subscriptions.ts';

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
}
