/** What is said of each subscriber: no more than SNS says. */
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { type DeliveryStatus, subscribersOf, type TopicSubscriber } from '../../../bin/commands/drill/subscribers.ts';
import { SnsTopicView } from '../../../bin/commands/drill/topic-view.ts';
import { FakeClock, topicView } from './world.ts';

const AT = Date.parse('2026-11-23T07:00:09Z');
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:q';
const ARN = 'arn:aws:sns:eu-west-1:111122223333:t:1';
const SUCCESS: DeliveryStatus = { status: 'SUCCESS', destination: QUEUE, at: AT + 100, statusCode: 200 };
const FOR_HIGH = JSON.stringify({ severity: ['HIGH', 'CRITICAL', 'UNKNOWN'] });

async function rowOf(
  subscriber: Partial<TopicSubscriber>,
  { statuses = [], logged = [] }: { statuses?: DeliveryStatus[]; logged?: string[] } = {},
) {
  const clock = new FakeClock();
  const topic = topicView({
    subscribers: async () => [{ arn: ARN, protocol: 'sqs', endpoint: QUEUE, ...subscriber }],
    logged: async () => ({ successes: logged, failures: logged }),
    statuses: async (_, from) => statuses.filter(({ at }) => at >= from),
  });
  const message = { messageId: 'm', at: AT, attributes: { severity: 'LOW' } };
  const looking = { limitMs: 5_000, signal: new AbortController().signal, now: clock.now, pause: clock.pause };
  const [row, ...others] = await subscribersOf(topic, message, looking);
  expect(others).toEqual([]);
  return row;
}

describe('a subscriber', () => {
  test.each<[string, Parameters<typeof rowOf>, string, RegExp]>([
    [
      'is taken by the log of its delivery',
      [{}, { statuses: [SUCCESS], logged: ['SQS'] }],
      'taken',
      /^Taken by its endpoint/,
    ],
    [
      'by HTTPS is one of HTTP',
      [
        { protocol: 'https', endpoint: QUEUE },
        { statuses: [SUCCESS], logged: ['HTTP'] },
      ],
      'taken',
      /Taken/,
    ],
    ['without logging is only handed over', [{}], 'handed-over', /delivery status logging is off/],
    [
      'by mail is never more than handed over',
      [{ protocol: 'email', endpoint: 'a@b.c' }, { logged: ['SQS', 'HTTP'] }],
      'handed-over',
      /check the inbox/,
    ],
    [
      'whose delivery failed is not taken',
      [{}, { statuses: [{ ...SUCCESS, status: 'FAILURE', statusCode: 403, answer: 'no' }], logged: ['SQS'] }],
      'not-taken',
      /\(403\): no/,
    ],
    [
      'that took it before alert knew that SNS has it, by another clock, has taken it',
      [{}, { statuses: [{ ...SUCCESS, at: AT - 900 }], logged: ['SQS'] }],
      'taken',
      /Taken/,
    ],
    ['with logging and no line is not taken', [{}, { logged: ['SQS'] }], 'not-taken', /none of this message was/],
    [
      'of another endpoint proves nothing',
      [{}, { statuses: [{ ...SUCCESS, destination: `${QUEUE}2` }], logged: ['SQS'] }],
      'not-taken',
      /none of this message/,
    ],
    ['that has not confirmed gets nothing', [{ arn: 'PendingConfirmation' }], 'unconfirmed', /has not confirmed/],
    ['whose policy takes others is not told', [{ filterPolicy: FOR_HIGH }, { logged: ['SQS'] }], 'not-for-it', /HIGH/],
    [
      'whose policy was not applied contradicts what is taken for true',
      [{ filterPolicy: FOR_HIGH }, { statuses: [SUCCESS], logged: ['SQS'] }],
      'not-taken',
      /should have kept/,
    ],
    [
      'whose policy lets it through',
      [{ filterPolicy: JSON.stringify({ severity: ['LOW'] }) }, { statuses: [SUCCESS], logged: ['SQS'] }],
      'taken',
      /Taken/,
    ],
    [
      'whose policy lets through what is for everybody',
      [
        { filterPolicy: '{"severity":[{"exists":true}],"digest":[{"exists":false},"@0"]}' },
        { logged: ['SQS'], statuses: [SUCCESS] },
      ],
      'taken',
      /Taken/,
    ],
    [
      'whose policy takes digests alone',
      [{ filterPolicy: '{"digest":[{"exists":true}]}' }, { logged: ['SQS'] }],
      'not-for-it',
      /exists/,
    ],
    ['whose policy is not judged', [{ filterPolicy: '{"severity":[{"prefix":"L"}]}' }], 'handed-over', /not judged/],
    ['whose policy is not JSON', [{ filterPolicy: '{' }], 'handed-over', /not judged/],
  ])('%s', async (_, given, state, says) => {
    await expect(rowOf(...given)).resolves.toMatchObject({ state, says: expect.stringMatching(says) });
  });

  test('of whom there is none: nobody is told', async () => {
    const clock = new FakeClock();
    const looking = { limitMs: 1, signal: new AbortController().signal, now: clock.now, pause: clock.pause };
    const message = { messageId: 'm', at: AT, attributes: {} };
    const rows = await subscribersOf(topicView({ subscribers: async () => [] }), message, looking);
    expect(rows).toMatchObject([{ state: 'not-taken', says: expect.stringContaining('Nobody is subscribed') }]);
    const denied = topicView({ subscribers: () => Promise.reject(new Error('denied')) });
    await expect(subscribersOf(denied, message, looking)).resolves.toMatchObject([
      { state: 'not-seen', says: expect.stringContaining('denied') },
    ]);
  });
});

describe('a topic in SNS', () => {
  const [sns, logs] = [mockClient(SNSClient), mockClient(CloudWatchLogsClient)];
  const topic = new SnsTopicView(
    { sns: new SNSClient({ region: 'eu-west-1' }), logs: new CloudWatchLogsClient({ region: 'eu-west-1' }) },
    'topic',
    'arn:aws:sns:eu-west-1:111122223333:alerts',
  );
  const { signal } = new AbortController();
  beforeEach(() => {
    sns.reset();
    logs.reset();
  });

  test('has its subscribers with their policies; of one that is not confirmed none is asked', async () => {
    sns.on(ListSubscriptionsByTopicCommand).resolves({
      Subscriptions: [
        { SubscriptionArn: ARN, Protocol: 'sqs', Endpoint: QUEUE },
        { SubscriptionArn: 'PendingConfirmation', Protocol: 'email', Endpoint: 'a@b.c' },
      ],
    });
    sns.on(GetSubscriptionAttributesCommand).resolves({ Attributes: { FilterPolicy: FOR_HIGH } });
    await expect(topic.subscribers(signal)).resolves.toEqual([
      { arn: ARN, protocol: 'sqs', endpoint: QUEUE, filterPolicy: FOR_HIGH },
      { arn: 'PendingConfirmation', protocol: 'email', endpoint: 'a@b.c' },
    ]);
    expect(sns.commandCalls(GetSubscriptionAttributesCommand)).toHaveLength(1);
  });

  test('logs successes only where all of them are sampled', async () => {
    sns.on(GetTopicAttributesCommand).resolves({
      Attributes: {
        SQSSuccessFeedbackRoleArn: 'r',
        SQSSuccessFeedbackSampleRate: '100',
        HTTPSuccessFeedbackRoleArn: 'r',
        HTTPSuccessFeedbackSampleRate: '10',
        LambdaFailureFeedbackRoleArn: 'r',
      },
    });
    await expect(topic.logged(signal)).resolves.toEqual({ successes: ['SQS'], failures: ['Lambda'] });
  });

  test('reads the lines about this message from both groups, and nothing from a group that is not there', async () => {
    // The form that the developer guide of SNS shows.
    const line = (changes: object) =>
      JSON.stringify({
        notification: { messageMD5Sum: 'x', messageId: 'm-1', topicArn: 't', timestamp: '2026-11-23 07:00:09.181' },
        delivery: {
          deliveryId: 'd',
          destination: QUEUE,
          providerResponse: '{"sqsRequestId":"x"}',
          dwellTimeMs: 40,
          attempts: 1,
          statusCode: 200,
        },
        status: 'SUCCESS',
        ...changes,
      });
    const gone = Object.assign(new Error('no group'), { name: 'ResourceNotFoundException' });
    logs.on(FilterLogEventsCommand).rejects(gone);
    logs.on(FilterLogEventsCommand, { logGroupName: 'sns/eu-west-1/111122223333/alerts' }).resolves({
      events: [
        { message: line({}), timestamp: AT },
        { message: line({ notification: { messageId: 'other' } }), timestamp: AT },
        { message: 'not m-1 json', timestamp: AT },
        { message: '"m-1"', timestamp: AT },
      ],
    });
    await expect(topic.statuses('m-1', AT, signal)).resolves.toEqual([
      { status: 'SUCCESS', destination: QUEUE, at: AT, statusCode: 200, answer: '{"sqsRequestId":"x"}' },
    ]);
    const asked = logs.commandCalls(FilterLogEventsCommand).map(({ args }) => args[0].input.logGroupName);
    expect(asked).toEqual(['sns/eu-west-1/111122223333/alerts', 'sns/eu-west-1/111122223333/alerts/Failure']);
  });
});
