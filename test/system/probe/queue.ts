/** Queues to see what arrives somewhere. */
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { clientSettings } from '../../../tools/twin/identities.ts';
import type { Twin } from '../../../tools/twin/twin.ts';

export interface Queue {
  url: string;
  arn: string;
}

export class Queues {
  readonly #sqs: SQSClient;
  readonly #prefix: string;

  constructor({ emulator }: Twin) {
    this.#sqs = new SQSClient(clientSettings(emulator));
    this.#prefix = `arn:aws:sqs:${emulator.region}:${emulator.account}`;
  }

  /** @param topicArn a topic that may send to it */
  async create(name: string, topicArn?: string): Promise<Queue> {
    const arn = `${this.#prefix}:${name}`;
    const { QueueUrl: url = '' } = await this.#sqs.send(new CreateQueueCommand({ QueueName: name }));
    const Statement = {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: arn,
      Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    if (topicArn) await this.#sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }));
    return { url, arn };
  }

  /** Takes a message out; undefined when none comes within the time. */
  async take({ url }: Queue, seconds = 10): Promise<string | undefined> {
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 1, WaitTimeSeconds: seconds }),
    );
    const [message] = Messages;
    if (message)
      await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }));
    return message?.Body;
  }
}
