import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { HealthMessages } from './health-messages.ts';

/** SNS refuses a longer subject, and any character beyond printable ASCII. */
const MAX_SUBJECT = 99;
/** How every subject begins: rules of mail programs and dead-man's switches look for it. */
const PREFIX = '[Namespace Sentinel] ';

/** Publishes to the health topic. */
export class SnsHealthMessages implements HealthMessages {
  readonly #sns: SNSClient;
  readonly #topicArn: string;

  constructor(sns: SNSClient, topicArn: string) {
    this.#sns = sns;
    this.#topicArn = topicArn;
  }

  async tell(subject: string, text: string): Promise<void> {
    const Subject = `${PREFIX}${subject}`.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_SUBJECT);
    await this.#sns.send(new PublishCommand({ TopicArn: this.#topicArn, Subject, Message: text }));
  }
}
