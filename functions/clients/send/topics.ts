import type { Channel } from '../table/findings-table.ts';

/** One message for a topic; bodies and attributes are final, sizes already counted. */
export interface Message {
  subject?: string;
  /** The whole `Message` parameter: for the main topic the JSON of the bodies by protocol. */
  body: string;
  /** `MessageStructure: json`. */
  byProtocol: boolean;
  /** Message attributes of type String, for filter policies. */
  attributes: Record<string, string>;
}

/** Publishes alerts. */
export interface Topics {
  /** @throws when the topic did not accept the message. */
  publish(channel: Channel, message: Message): Promise<void>;
}
