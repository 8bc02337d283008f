/** A queue subscribed to the alert topic: what a receiver of JSON alerts gets. */
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Alert } from '../../functions/contract/alert.ts';
import { clientSettings } from './identities.ts';
import type { Twin } from './twin.ts';

/** An alert as it lay in the queue. */
export interface Received {
  alert: Alert;
  /** When it was taken out, on this process's clock (milliseconds). */
  at: number;
  /** The message attributes that filter policies see. */
  attributes: Record<string, string>;
}

export class AlertQueue {
  readonly url: string;
  readonly #sqs: SQSClient;

  private constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs;
    this.url = url;
  }

  /**
   * Makes a queue and subscribes it to a topic, as a user would: with a queue policy that lets the topic in.
   *
   * @param filterPolicy by message attributes; default: everything
   */
  static async subscribe(twin: Twin, topicArn: string, name = 'alerts', filterPolicy?: object): Promise<AlertQueue> {
    const settings = clientSettings(twin.emulator);
    const sqs = new SQSClient(settings);
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    const queueArn = Attributes?.QueueArn ?? '';
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
      Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
    };
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: policy } }));
    await new SNSClient(settings).send(
      new SubscribeCommand({
        ...{ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn },
        ...(filterPolicy && { Attributes: { FilterPolicy: JSON.stringify(filterPolicy) } }),
      }),
    );
    return new AlertQueue(sqs, QueueUrl);
  }

  /** Takes out what is there, waiting up to a second for the first. */
  async receive(): Promise<Received[]> {
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({ QueueUrl: this.url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    const at = performance.now();
    if (Messages.length > 0) {
      const Entries = Messages.map(({ ReceiptHandle }, id) => ({ Id: `${id}`, ReceiptHandle }));
      await this.#sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.url, Entries }));
    }
    return Messages.map(({ Body = '' }) => {
      const envelope = JSON.parse(Body);
      const attributes = Object.entries<{ Value: string }>(envelope.MessageAttributes ?? {});
      return {
        at,
        alert: JSON.parse(envelope.Message),
        attributes: Object.fromEntries(attributes.map(([name, { Value }]) => [name, Value])),
      };
    });
  }

  /** Takes out what comes next, as soon as it comes; nothing when the time is up. */
  async next(timeoutMs = 60_000): Promise<Received[]> {
    const start = performance.now();
    while (performance.now() - start < timeoutMs) {
      const some = await this.receive();
      if (some.length > 0) return some;
    }
    return [];
  }

  /**
   * Takes out alerts until there are as many as expected and then none for a while, or the time is up.
   *
   * @param quietMs how long nothing more must come
   */
  async collect(expected: number, { quietMs = 2_000, timeoutMs = 60_000 } = {}): Promise<Received[]> {
    const all: Received[] = [];
    const start = performance.now();
    let last = start;
    while (performance.now() - start < timeoutMs) {
      const some = await this.receive();
      all.push(...some);
      const now = performance.now();
      if (some.length > 0) last = now;
      else if (all.length >= expected && now - last > quietMs) break;
    }
    return all;
  }
}
