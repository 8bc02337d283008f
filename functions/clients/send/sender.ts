/** One message; bodies and attributes are final, sizes already counted. */
export interface Message {
  /** Of an e-mail, or the `detail-type` of an event. */
  subject?: string;
  /** The whole message: for SNS its `Message` parameter, for the main topic the JSON of the bodies by protocol, for EventBridge the `detail`. */
  body: string;
  /** `MessageStructure: json`. */
  byProtocol: boolean;
  /** Message attributes for filter policies: of type String, a list of type String.Array. */
  attributes: Record<string, string | readonly string[]>;
}

/** Sends messages by one kind of transport. */
export interface Sender {
  /**
   * @param destination the id of a destination that this transport carries
   * @returns the id that the service gave the message; undefined where it gave none
   * @throws when the message was not accepted
   */
  send(destination: string, message: Message): Promise<string | undefined>;
}
