import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { defined } from '../../kit/defined.ts';
import type { Channel } from '../table/findings-table.ts';
import type { Message, Topics } from './topics.ts';

/** The topics in Amazon SNS. */
export class SnsTopics implements Topics {
  readonly #sns: SNSClient;
  readonly #arns: { topic: string; chat?: string };

  constructor(sns: SNSClient, arns: { topic: string; chat?: string }) {
    this.#sns = sns;
    this.#arns = arns;
  }

  async publish(channel: Channel, { subject, body, byProtocol, attributes }: Message): Promise<void> {
    const arn = this.#arns[channel];
    if (arn === undefined) throw new Error(`no topic is configured for ${channel}`);
    await this.#sns.send(
      new PublishCommand({
        TopicArn: arn,
        Message: body,
        ...defined({ Subject: subject, MessageStructure: byProtocol ? 'json' : undefined }),
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
        ),
      }),
    );
  }
}
