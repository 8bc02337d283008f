/** Delivery status logging of a topic. */
import { SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { clientSettings } from './identities.ts';
import type { Twin } from './twin.ts';

/** Switches it on for queues, as docs/drill.md says: for all messages. */
export async function logDeliveries({ emulator }: Pick<Twin, 'emulator'>, TopicArn: string): Promise<void> {
  const role = `arn:aws:iam::${emulator.account}:role/SNSFeedback`;
  const attributes = {
    SQSSuccessFeedbackRoleArn: role,
    SQSSuccessFeedbackSampleRate: '100',
    SQSFailureFeedbackRoleArn: role,
  };
  const sns = new SNSClient(clientSettings(emulator));
  for (const [AttributeName, AttributeValue] of Object.entries(attributes))
    await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
}
