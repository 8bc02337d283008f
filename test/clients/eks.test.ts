import {
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  EKSClient,
  InvalidRequestException,
  ListAccessEntriesCommand,
  ListAssociatedAccessPoliciesCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-eks';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { AwsEks } from '../../functions/clients/aws/aws-eks.ts';
import { LocalEks } from '../../functions/clients/local/eks.ts';
import { CI_ROLE, cluster } from '../checks/examples.ts';

const client = new EKSClient({ region: 'eu-central-1' });
const service = mockClient(client);
const { signal } = new AbortController();

const missing = (message: string) => new ResourceNotFoundException({ message, $metadata: {} });
const configMapOnly = new InvalidRequestException({
  message:
    "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
  $metadata: {},
});

describe('EKS by its API', () => {
  const eks = new AwsEks(client);
  beforeEach(() => void service.reset());
  afterEach(() => {
    for (const { args } of service.calls()) expect((args as unknown[])[1]).toMatchObject({ abortSignal: signal });
  });

  test('describes a cluster', async () => {
    service.on(DescribeClusterCommand, { name: 'prod' }).resolves({ cluster: { name: 'prod' } });
    expect(await eks.describeCluster('prod', signal)).toEqual({ name: 'prod' });
  });

  test('an answer without a cluster is an error', async () => {
    service.on(DescribeClusterCommand).resolves({});
    await expect(eks.describeCluster('prod', signal)).rejects.toThrow('without a cluster');
  });

  test('describes an access entry', async () => {
    const asked = { clusterName: 'prod', principalArn: CI_ROLE };
    service.on(DescribeAccessEntryCommand, asked).resolves({ accessEntry: { type: 'STANDARD' } });
    expect(await eks.describeAccessEntry('prod', CI_ROLE, signal)).toEqual({ type: 'STANDARD' });
  });

  test.each([
    [
      'that is not there',
      missing('The specified principalArn could not be found. You can view your available access entries.'),
    ],
    ['where aws-auth alone is used', configMapOnly],
  ])('an access entry %s is undefined', async (_, error) => {
    service.on(DescribeAccessEntryCommand).rejects(error);
    expect(await eks.describeAccessEntry('prod', CI_ROLE, signal)).toBeUndefined();
  });

  test.each([
    ['an unknown cluster', missing('No cluster found for name: prod.')],
    ['another invalid request', new InvalidRequestException({ message: 'Cluster is not active', $metadata: {} })],
    ['anything else', new Error('ECONNRESET')],
  ])('%s is an error, not the lack of an access entry', async (_, error) => {
    service.on(DescribeAccessEntryCommand).rejects(error);
    await expect(eks.describeAccessEntry('prod', CI_ROLE, signal)).rejects.toBe(error);
  });

  test('lists all access entries, page by page', async () => {
    service
      .on(ListAccessEntriesCommand, { clusterName: 'prod' })
      .resolves({ accessEntries: ['a', 'b'], nextToken: 'next' })
      .on(ListAccessEntriesCommand, { clusterName: 'prod', nextToken: 'next' })
      .resolves({ accessEntries: ['c'] });
    expect(await eks.listAccessEntries('prod', signal)).toEqual(['a', 'b', 'c']);
  });

  test('lists no access entries where aws-auth alone is used, and says every other error', async () => {
    service.on(ListAccessEntriesCommand).rejects(configMapOnly);
    expect(await eks.listAccessEntries('prod', signal)).toEqual([]);
    service.on(ListAccessEntriesCommand).rejects(missing('No cluster found for name: prod.'));
    await expect(eks.listAccessEntries('prod', signal)).rejects.toThrow('No cluster found');
  });

  test('lists all access policies, page by page', async () => {
    const asked = { clusterName: 'prod', principalArn: CI_ROLE };
    service
      .on(ListAssociatedAccessPoliciesCommand, asked)
      .resolves({ associatedAccessPolicies: [{ policyArn: 'a' }], nextToken: 'next' })
      .on(ListAssociatedAccessPoliciesCommand, { ...asked, nextToken: 'next' })
      .resolves({ associatedAccessPolicies: [{ policyArn: 'b' }] });
    expect(await eks.listAssociatedAccessPolicies('prod', CI_ROLE, signal)).toEqual([
      { policyArn: 'a' },
      { policyArn: 'b' },
    ]);
  });
});

describe('EKS from a description', () => {
  const described = JSON.parse(JSON.stringify(cluster({ createdAt: '2026-01-01T00:00:00Z' })));
  const eks = new LocalEks([described]);

  test('answers with instants as the SDK does', async () => {
    expect(await eks.describeCluster('prod', signal)).toMatchObject({
      name: 'prod',
      createdAt: new Date('2026-01-01'),
    });
    const entry = await eks.describeAccessEntry('prod', CI_ROLE, signal);
    expect(entry).toMatchObject({ principalArn: CI_ROLE, createdAt: new Date('2026-01-02T03:04:05Z') });
    expect(entry).not.toHaveProperty('accessPolicies');
    expect(await eks.listAccessEntries('prod', signal)).toEqual([CI_ROLE]);
    expect(await eks.listAssociatedAccessPolicies('prod', CI_ROLE, signal)).toMatchObject([
      { associatedAt: new Date('2026-01-02T03:04:05Z') },
    ]);
  });

  test('knows no other principal', async () => {
    expect(await eks.describeAccessEntry('prod', 'x', signal)).toBeUndefined();
    await expect(eks.listAssociatedAccessPolicies('prod', 'x', signal)).rejects.toThrow(
      'principalArn could not be found',
    );
  });

  test('knows no other cluster', async () => {
    for (const ask of [
      () => eks.describeCluster('other', signal),
      () => eks.describeAccessEntry('other', CI_ROLE, signal),
      () => eks.listAccessEntries('other', signal),
      () => eks.listAssociatedAccessPolicies('other', CI_ROLE, signal),
    ])
      await expect(ask()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('honours the signal', async () => {
    await expect(eks.describeCluster('prod', AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});
