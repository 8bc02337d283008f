import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { defined } from '../../kit/defined.ts';
import type { Message, Sender } from './sender.ts';

/** Publishes to topics of Amazon SNS. */
export class SnsSender implements Sender {
  readonly #sns: SNSClient;
  readonly #arns: ReadonlyMap<string, string>;

  /** @param arns of the topics, by the destination's id */
  constructor(sns: SNSClient, arns: Readonly<Record<string, string>>) {
    this.#sns = sns;
    this.#arns = new Map(Object.entries(arns));
  }

  async send(destination: string, { subject, body, byProtocol, attributes }: Message): Promise<string | undefined> {
    const arn = this.#arns.get(destination);
    if (arn === undefined) throw new Error(`no topic is configured for ${destination}`);
    const { MessageId: id } = await this.#sns.send(
      new PublishCommand({
        TopicArn: arn,
        Message: body,
        ...defined({ Subject: subject, MessageStructure: byProtocol ? 'json' : undefined }),
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [name, snsAttribute(value)]),
        ),
      }),
    );
    return id;
  }
}

/** An attribute as SNS takes it; one of several values matches a filter policy by any of them. */
const snsAttribute = (value: string | readonly string[]) =>
  typeof value === 'string'
    ? { DataType: 'String', StringValue: value }
    : { DataType: 'String.Array', StringValue: JSON.stringify(value) };
