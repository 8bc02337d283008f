import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { AwsTrail } from '../../functions/clients/aws/aws-trail.ts';
import type { TrailQuestion } from '../../functions/clients/aws/cloud-findings.ts';
import { localCloud } from '../../functions/clients/local/cloud.ts';

const mock = mockClient(CloudTrailClient);
let trail: AwsTrail;
const { signal } = new AbortController();

const question = (overrides: Partial<TrailQuestion> = {}): TrailQuestion => ({
  eventSource: 'eks.amazonaws.com',
  names: ['CreateAccessEntry', 'AssociateAccessPolicy'],
  from: Date.parse('2026-11-22T10:00:00Z'),
  to: Date.parse('2026-11-23T10:00:00Z'),
  max: 10,
  ...overrides,
});

/** As LookupEvents gives it. */
const event = (id: string, name: string, at: string, overrides: object = {}) => ({
  EventId: id,
  EventName: name,
  EventSource: 'eks.amazonaws.com',
  EventTime: new Date(at),
  Username: 'build-7',
  CloudTrailEvent: JSON.stringify({
    userIdentity: {
      type: 'AssumedRole',
      arn: 'arn:aws:sts::111122223333:assumed-role/Admin/dana',
      sessionContext: { sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/ops/Admin' } },
    },
    sourceIPAddress: '198.51.100.23',
    userAgent: 'aws-cli/2',
    requestParameters: { name: 'prod', principalArn: 'arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fci' },
    ...overrides,
  }),
});

/** By event name, page by page. */
const answers = (events: Record<string, object[][]>): void => {
  mock.on(LookupEventsCommand).callsFake(({ LookupAttributes, NextToken }) => {
    expect(LookupAttributes).toHaveLength(1);
    const pages = events[LookupAttributes[0].AttributeValue] ?? [];
    const page = Number(NextToken ?? 0);
    return { Events: pages[page] ?? [], ...(page + 1 < pages.length && { NextToken: String(page + 1) }) };
  });
};

// A client of its own for each test: it remembers recent answers.
beforeEach(() => {
  mock.reset();
  trail = new AwsTrail(new CloudTrailClient({ region: 'eu-central-1' }), 1);
});

describe('CloudTrail', () => {
  test('is asked by name, page by page; the newest come first', async () => {
    answers({
      CreateAccessEntry: [
        [event('1', 'CreateAccessEntry', '2026-11-23T09:00:00Z')],
        [event('0', 'CreateAccessEntry', '2026-11-23T08:00:00Z')],
      ],
      AssociateAccessPolicy: [[event('2', 'AssociateAccessPolicy', '2026-11-23T09:01:00Z')]],
    });
    const { events, more } = await trail.lookUp(question(), signal);
    expect(events.map(({ id }) => id)).toEqual(['2', '1', '0']);
    expect(more).toBe(false);
    expect(mock.commandCalls(LookupEventsCommand)[0]?.args[0].input).toEqual({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateAccessEntry' }],
      StartTime: new Date('2026-11-22T10:00:00Z'),
      EndTime: new Date('2026-11-23T10:00:00Z'),
    });
  });

  test('tells the role behind a session, and what was asked for', async () => {
    answers({
      CreateAccessEntry: [[event('1', 'CreateAccessEntry', '2026-11-23T09:00:00Z', { errorCode: 'AccessDenied' })]],
    });
    expect((await trail.lookUp(question(), signal)).events).toEqual([
      {
        id: '1',
        at: '2026-11-23T09:00:00.000Z',
        name: 'CreateAccessEntry',
        source: 'eks.amazonaws.com',
        actorArn: 'arn:aws:iam::111122223333:role/ops/Admin',
        actorType: 'AssumedRole',
        actorSession: 'dana',
        sourceIp: '198.51.100.23',
        userAgent: 'aws-cli/2',
        errorCode: 'AccessDenied',
        parameters: { name: 'prod', principalArn: 'arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fci' },
      },
    ]);
  });

  test.each([
    ['no JSON', { CloudTrailEvent: '{' }],
    ['JSON of another kind', { CloudTrailEvent: '[1]' }],
    ['other types', { CloudTrailEvent: '{"userIdentity":7,"sourceIPAddress":{},"requestParameters":null}' }],
    ['nothing', { CloudTrailEvent: undefined }],
  ])('an event that holds %s is still one', async (_, overrides) => {
    answers({ CreateAccessEntry: [[{ ...event('1', 'CreateAccessEntry', '2026-11-23T09:00:00Z'), ...overrides }]] });
    expect((await trail.lookUp(question(), signal)).events).toEqual([
      {
        id: '1',
        at: '2026-11-23T09:00:00.000Z',
        name: 'CreateAccessEntry',
        source: 'eks.amazonaws.com',
        parameters: {},
      },
    ]);
  });

  test('another service’s event of the same name is none', async () => {
    answers({
      CreateAccessEntry: [
        [{ ...event('1', 'CreateAccessEntry', '2026-11-23T09:00:00Z'), EventSource: 'x.amazonaws.com' }],
      ],
    });
    expect((await trail.lookUp(question(), signal)).events).toEqual([]);
  });

  test('says when there is more', async () => {
    const page = Array.from({ length: 8 }, (_, index) =>
      event(`${index}`, 'CreateAccessEntry', '2026-11-23T09:00:00Z'),
    );
    answers({ CreateAccessEntry: [page, page, page] });
    const { events, more } = await trail.lookUp(question(), signal);
    expect([events.length, more]).toEqual([10, true]);
    expect(mock.commandCalls(LookupEventsCommand).length).toBeLessThan(5);
  });

  test('errors pass, and nothing is asked once time is over', async () => {
    mock.on(LookupEventsCommand).rejects(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));
    await expect(trail.lookUp(question(), signal)).rejects.toThrow('slow down');
    mock.resetHistory();
    await expect(trail.lookUp(question(), AbortSignal.abort())).rejects.toThrow();
    expect(mock.calls()).toHaveLength(0);
  });

  test('requests keep their distance', async () => {
    answers({ CreateAccessEntry: [[]] });
    const slow = new AwsTrail(new CloudTrailClient({ region: 'eu-central-1' }), 40);
    const begin = performance.now();
    await slow.lookUp(question(), signal);
    expect(performance.now() - begin).toBeGreaterThan(35);
  });
});

describe('recorded events', () => {
  const Events = [
    { ...event('1', 'CreateAccessEntry', '2026-11-23T09:00:00Z'), EventTime: '2026-11-23T09:00:00Z' },
    { ...event('2', 'CreateAccessEntry', '2026-11-21T09:00:00Z'), EventTime: '2026-11-21T09:00:00Z' },
    { ...event('3', 'DescribeCluster', '2026-11-23T09:00:00Z'), EventTime: '2026-11-23T09:00:00Z' },
    { EventId: '4', EventName: 'CreateAccessEntry', EventSource: 'eks.amazonaws.com', EventTime: 'never' },
  ];
  const { trail: local } = localCloud({ cloudTrail: { Events } });

  test('are read as the service’s', async () => {
    const answer = await local?.lookUp(question(), signal);
    expect(answer?.events).toMatchObject([{ id: '1', actorArn: 'arn:aws:iam::111122223333:role/ops/Admin' }]);
    expect(answer?.more).toBe(false);
    expect((await local?.lookUp(question({ from: 0, max: 1 }), signal))?.more).toBe(true);
  });
});
