import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { SnsHealthMessages } from '../../functions/clients/send/sns-health-messages.ts';

const sns = mockClient(SNSClient);
beforeEach(() => {
  sns.reset();
  sns.on(PublishCommand).resolves({});
});

test.each([
  ['heartbeat: 2 clusters heard', '[Namespace Sentinel] heartbeat: 2 clusters heard'],
  ['cluster "Zürich": holds', '[Namespace Sentinel] cluster "Z?rich": holds'],
  ['x'.repeat(200), `[Namespace Sentinel] ${'x'.repeat(78)}`],
])('every subject begins with the name of the product, in what SNS takes: %s', async (subject, expected) => {
  await new SnsHealthMessages(new SNSClient({}), 'arn').tell(subject, 'It is well.');
  expect(sns.commandCalls(PublishCommand)[0]?.args[0].input).toEqual({
    TopicArn: 'arn',
    Subject: expected,
    Message: 'It is well.',
  });
});
