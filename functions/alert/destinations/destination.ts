/**
 * A destination: where alerts go, and in which words. A new one is a file in this folder and a row in `index.ts`; the
 * function, the stack, the configuration, the dashboard, the alarms and the local pipeline are made from the row.
 */
import type * as z from 'zod/mini';
import type { Message } from '../../clients/send/sender.ts';
import type { Alert } from '../../contract/alert.ts';
import type { Digest } from '../../contract/digest-message.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import type { DigestFrequency } from '../../contract/vocabulary.ts';
import type { Moment } from '../moment.ts';
import type { StateMachineArns } from '../state-machine-arns.ts';

/** Where the archive keeps what the message is about; absent what could not be stored. */
export interface Places {
  archive?: string;
  report?: string;
}

/** What carries the messages. Another kind needs a `Sender` in *alert* and resources in `lib/storage/`. */
export type Transport = TopicTransport | BusTransport;

interface TopicTransport {
  kind: 'sns';
  /** Names the topic in the stack, in its outputs and alarms: never changed, because another name is another topic. */
  name: string;
  /** The sender's name in an e-mail. */
  displayName: string;
  /** What the output of the stack says about the topic. */
  description: string;
}

/** A bus of Amazon EventBridge; the `subject` of a message is the `detail-type` of its event, the body its `detail`. */
interface BusTransport {
  kind: 'eventbridge';
  /** Names the bus in the stack and its outputs: never changed, because another name is another bus. */
  name: string;
  /** What the output of the stack says about the bus. */
  description: string;
}

/** Who gets the messages that the transport carries, beside those who subscribe by themselves. */
export type Subscription =
  /**
   * `severities` are the values of the message attribute `severity` that reach the address; all without. `digest` is how often it
   * gets a digest; as the destination without.
   */
  | { to: 'email'; address: string; severities?: readonly string[]; digest?: DigestFrequency }
  /** A Slack channel, through Amazon Q Developer in chat applications. */
  | { to: 'slack'; workspaceId: string; channelId: string }
  /** Another event bus, also of another account, by its ARN. */
  | { to: 'event-bus'; arn: string }
  | HttpsSubscription
  /** AWS Security Hub, by the function *securityhub*; `only` as for {@link HttpsSubscription}. */
  | { to: 'securityhub'; only?: Readonly<Record<string, unknown>> };

/** An HTTPS endpoint, through an API destination of EventBridge: it is sent the `detail` of each event as it is. */
export interface HttpsSubscription {
  to: 'https';
  /** Names its resources in the stack: letters and digits. */
  name: string;
  url: string;
  /** Where the request has the key: in a header, or in a field of the body as well. */
  key: { header: string; bodyField?: string };
  /** What of AWS Secrets Manager holds the key: name or ARN of the secret, the key in its JSON, where it is JSON, and the version. */
  secret: { id: string; field?: string; version?: string };
  /** No more requests in a second; the others wait. */
  perSecond: number;
  /** Which events, by a pattern of EventBridge on `detail`; all without. */
  only?: Readonly<Record<string, unknown>>;
}

export interface Destination<Key extends string = string, Schema extends z.ZodMiniType = z.ZodMiniType> {
  /** Names it in the findings table, where it is written down who has had an alert: never changed. */
  readonly id: string;
  readonly transport: Transport;
  /** No message is larger, in bytes as the transport counts them. */
  readonly maxBytes: number;
  /** Words an alert, and an update (an alert with `update`). @param moment when, and for whom */
  alert(alert: Alert, moment?: Moment): Message;
  /** Words what a playbook did or asks. @param moment when, and for whom */
  followUp(followUp: FollowUp, playbooks: StateMachineArns, places: Places, moment?: Moment): Message;
  /** Words what was not reported on its own in an hour, a day or a week. @param moment when, and for whom */
  digest(digest: Digest, places: Places, moment?: Moment): Message;
  /** Its part of `sentinel.config.yaml`. */
  readonly config: {
    readonly key: Key;
    /** Every key in it has a description. */
    readonly schema: Schema;
    /** @returns the subscriptions to make; undefined where the destination is not wanted */
    subscriptions(options: z.output<Schema>): readonly Subscription[] | undefined;
    /** How often it gets a digest. @default hourly */
    digest?(options: z.output<Schema>): DigestFrequency | undefined;
  };
}

/** Infers the types of its part of the configuration. */
export const destination = <const Key extends string, Schema extends z.ZodMiniType>(
  entry: Destination<Key, Schema>,
): Destination<Key, Schema> => entry;
