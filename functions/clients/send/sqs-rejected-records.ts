import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { RejectedRecord, RejectedRecords } from './rejected-records.ts';

/** Keeps rejected records in an SQS queue, one message each. */
export class SqsRejectedRecords implements RejectedRecords {
  readonly #sqs: SQSClient;
  readonly #queueUrl: string;

  constructor(sqs: SQSClient, queueUrl: string) {
    this.#sqs = sqs;
    this.#queueUrl = queueUrl;
  }

  async keep(record: RejectedRecord): Promise<void> {
    await this.#sqs.send(new SendMessageCommand({ QueueUrl: this.#queueUrl, MessageBody: JSON.stringify(record) }));
  }
}
