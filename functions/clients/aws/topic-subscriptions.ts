import type { Subscription } from '@aws-sdk/client-sns';

/** Who is subscribed to a topic. */
export interface TopicSubscriptions {
  /** All of them, those that are not confirmed as well. */
  list(topicArn: string, signal: AbortSignal): Promise<Subscription[]>;
}
