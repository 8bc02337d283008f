import { describe, expect, test } from '@jest/globals';
import { clusterPosture } from '../../functions/checks/cluster-posture.ts';
import { type ClusterDescription, LocalEks } from '../../functions/clients/local/eks.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import { cluster, contextOf, finding } from './examples.ts';

const ask = (overrides: Partial<ClusterDescription['cluster']> = {}, subject: Finding = finding()) =>
  clusterPosture.run(
    contextOf({
      finding: subject,
      clients: { eks: new LocalEks([cluster(overrides)]) },
      now: () => Date.parse('2026-11-23T10:01:00Z'),
    }),
  );

const vpc = (endpointPublicAccess: boolean, ...publicAccessCidrs: string[]) => ({
  resourcesVpcConfig: { endpointPublicAccess, endpointPrivateAccess: true, publicAccessCidrs },
});
const logs = (...types: ('api' | 'audit' | 'authenticator')[]) => ({
  logging: {
    clusterLogging: [
      { types, enabled: true },
      { types: ['scheduler' as const], enabled: false },
    ],
  },
});

test('a cluster without weak points is clear as of now', async () => {
  expect(await ask()).toEqual({
    status: 'clear',
    summary: 'No weak setting in the EKS configuration.',
    details: {
      version: '1.36',
      status: 'ACTIVE',
      endpointPublicAccess: false,
      endpointPrivateAccess: true,
      publicAccessCidrs: [],
      authenticationMode: 'API',
      logTypes: ['api', 'audit', 'authenticator'],
      secretsKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/k',
      weak: [],
      notes: [],
      unknown: [],
    },
    completeUntil: '2026-11-23T10:01:00.000Z',
  });
});

describe('weak', () => {
  test.each<[string, Partial<ClusterDescription['cluster']>, string]>([
    ['open to all of IPv4', vpc(true, '0.0.0.0/0'), 'the public endpoint is open to 0.0.0.0/0'],
    ['open to all of IPv6', vpc(true, '198.51.100.0/24', '::/0'), 'the public endpoint is open to ::/0'],
    [
      'open to two halves',
      vpc(true, '0.0.0.0/1', '128.0.0.0/1'),
      'the public endpoint is open to 0.0.0.0/1 and 128.0.0.0/1',
    ],
    ['public without a list', vpc(true), 'the public endpoint has no list of addresses, so it is open to all'],
    [
      'no audit log',
      logs('api', 'authenticator'),
      'the audit log is off, so further namespaces and other changes go unseen',
    ],
    [
      'no logs at all',
      { logging: { clusterLogging: [] } },
      'the audit log is off, so further namespaces and other changes go unseen',
    ],
    [
      'old and without a key',
      { version: '1.27', encryptionConfig: [] },
      'secrets are not encrypted with a KMS key (Kubernetes 1.27)',
    ],
  ])('%s', async (_, overrides, weakness) => {
    const answer = await ask(overrides);
    expect(answer).toMatchObject({
      status: 'found',
      details: { weak: [weakness] },
      summary: expect.stringContaining(`Weak: ${weakness}`),
    });
  });

  test('all at once', async () => {
    const answer = await ask({ ...vpc(true, '0.0.0.0/0'), ...logs(), version: '1.27', encryptionConfig: [] });
    expect(answer).toMatchObject({ status: 'found', details: { weak: { length: 3 } } });
  });
});

describe('noted, and still clear', () => {
  test.each<[string, Partial<ClusterDescription['cluster']>, string]>([
    ['public to few', vpc(true, '198.51.100.0/24'), 'the public endpoint is open to 1 address range'],
    [
      'no private endpoint',
      { resourcesVpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: false } },
      'there is no private endpoint, so nodes and pods come from public addresses',
    ],
    ['other logs off', logs('audit'), 'control-plane logs that are off: api, authenticator'],
    [
      'aws-auth only',
      { accessConfig: { authenticationMode: 'CONFIG_MAP' } },
      'authentication mode CONFIG_MAP: the aws-auth ConfigMap gives access as well',
    ],
    [
      'a key of AWS',
      { encryptionConfig: [], version: '1.28' },
      'secrets are encrypted with a key of AWS, not of the customer',
    ],
    ['being changed', { status: 'UPDATING' }, 'the cluster is UPDATING'],
  ])('%s', async (_, overrides, noted) => {
    const answer = await ask(overrides);
    expect(answer).toMatchObject({
      status: 'clear',
      details: { notes: [noted], weak: [] },
      summary: expect.stringContaining(noted),
    });
  });
});

describe('not told', () => {
  const unsaid: [string, Partial<ClusterDescription['cluster']>, string][] = [
    ['the endpoint', { resourcesVpcConfig: {} }, 'whether the endpoint is public'],
    ['the logs', { logging: {} }, 'which control-plane logs are on'],
    ['the mode', { accessConfig: {} }, 'the authentication mode'],
    ['the version', { version: 'new', encryptionConfig: [] }, 'how secrets are encrypted'],
    ['the status', { status: undefined }, 'the status'],
  ];
  test.each(unsaid)('%s: not checked, rather than clear', async (_, overrides, reason) => {
    expect(await ask(overrides)).toMatchObject({ status: 'not-checked', reason: `EKS did not report: ${reason}` });
  });

  test.each(unsaid)('%s: what is weak is reported all the same', async (_, overrides, reason) => {
    const weak = 'logging' in overrides ? vpc(true, '0.0.0.0/0') : logs();
    const answer = await ask({ ...weak, ...overrides });
    expect(answer).toMatchObject({
      status: 'found',
      summary: expect.stringContaining(`not reported by EKS: ${reason}`),
    });
  });

  test('which cluster', async () => {
    expect(await ask({}, finding({ cluster: {} }))).toMatchObject({ status: 'not-checked' });
  });
});

test('EKS that describes a cluster of the same name elsewhere is not believed', async () => {
  const arn = 'arn:aws:eks:eu-central-1:111122223333:cluster/prod';
  expect(await ask({ arn })).toMatchObject({ status: 'clear' });
  for (const other of [{ region: 'eu-west-1' }, { account: '444455556666' }])
    await expect(ask({ arn }, finding({ cluster: { name: 'prod', ...other } }))).rejects.toThrow(
      `not the one of the record: ${arn}`,
    );
});

describe('the source', () => {
  const source = (of: Finding['cluster']) => clusterPosture.source?.(finding({ cluster: of }));

  test('is the console, and a command', () => {
    expect(source({ name: 'prod', region: 'eu-central-1' })).toEqual({
      link: 'https://eu-central-1.console.aws.amazon.com/eks/home?region=eu-central-1#/clusters/prod?selectedTab=cluster-overview-tab',
      command: ['aws', 'eks', 'describe-cluster', '--name', 'prod', '--region', 'eu-central-1'],
    });
  });

  test.each([
    ['cn-north-1', /^https:\/\/cn-north-1\.console\.amazonaws\.cn\//],
    ['us-gov-west-1', /^https:\/\/us-gov-west-1\.console\.amazonaws-us-gov\.com\//],
  ])('of Region %s has a domain of its own', (region, start) => {
    expect(source({ name: 'prod', region })?.link).toMatch(start);
  });

  test.each([
    [{}],
    [{ name: 'prod' }],
    [{ name: 'prod', region: 'us-iso-east-1' }],
    [{ name: 'prod', region: 'evil.example/#' }],
  ])('of %j is not a link', (of) => {
    expect(source(of)).not.toHaveProperty('link');
  });

  test('is not changed by what a name holds', () => {
    expect(source({ name: 'a?b#c/../d e', region: 'eu-west-1' })?.link).toContain(
      '#/clusters/a%3Fb%23c%2F..%2Fd%20e?selectedTab=',
    );
  });
});
