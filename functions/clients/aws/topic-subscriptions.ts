import type { Subscription } from '@aws-sdk/client-sns';

/** Who is subscribed to a topic. */
export interface TopicSubscriptions {
  /** All of them, those that are not confirmed as well. */
  list(topicArn: string, signal: AbortSignal): Promise<Subscription[]>;
  /** Which messages a confirmed subscription lets through. @returns undefined where it has no filter policy */
  filterPolicy(subscriptionArn: string, signal: AbortSignal): Promise<FilterPolicy | undefined>;
}

/** What decides which messages reach a subscription. */
export interface FilterPolicy {
  /** JSON. */
  policy: string;
  /** Of what it speaks: `MessageAttributes`, or `MessageBody`. */
  scope: string;
}
