/** `sentinel contain` with what tells how the namespace was made: a finding of a deployment, or audit logs. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { recordedFinding } from '../../bin/commands/contain/known-finding.ts';
import { run } from './run.ts';

jest.setTimeout(60_000);

const INCIDENT = 'test/corpus/incidents/stolen-ci-role/audit.jsonl.gz';
const NAME = 'metrics-cache';
const UID =
  new RegExp(`"metadata":\\{"name":"${NAME}","uid":"([^"]+)"`).exec(
    gunzipSync(readFileSync(INCIDENT)).toString(),
  )?.[1] ?? '';
const CLUSTER = { name: 'prod', region: 'eu-west-1', account: '111122223333' };
const ARN = `arn:aws:eks:${CLUSTER.region}:${CLUSTER.account}:cluster/${CLUSTER.name}`;
const ID = `nsf-${'1'.repeat(32)}`;

/** Has the namespace and nothing else, and takes every write without effect. */
const [cert, key] = ['server.crt', 'server.key'].map((name) => readFileSync(`test/commands/tls/${name}`));
const server = createServer({ cert, key }, (request, response) => {
  const live = { kind: 'Namespace', metadata: { name: NAME, uid: UID, creationTimestamp: '2026-11-23T07:00:00Z' } };
  const isKnown = request.method !== 'GET' || request.url === `/api/v1/namespaces/${NAME}`;
  response
    .writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' })
    .end(JSON.stringify(isKnown ? live : { reason: 'NotFound', message: 'no' }));
});
const [db, stacks, eks, s3] = [
  mockClient(DynamoDBClient),
  mockClient(CloudFormationClient),
  mockClient(EKSClient),
  mockClient(S3Client),
];
let folder: string;
let kubeconfig: string;
const before = { ...process.env };
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  folder = mkdtempSync(join(tmpdir(), 'contain-finding-'));
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    XDG_STATE_HOME: folder,
  });
});
afterAll(() => {
  process.env = before;
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const FINDING = {
  schemaVersion: 1,
  id: ID,
  outcome: 'created',
  cluster: CLUSTER,
  namespace: { name: NAME, uid: UID },
  actor: { kind: 'iam-role', principalArn: 'arn:aws:iam::111122223333:role/Stolen' },
  request: { at: '2026-11-23T07:00:00.000000Z', sourceIps: ['198.51.100.7'] },
  source: { kind: 'audit-log' },
};
const kept = (finding: object) =>
  db.on(ScanCommand).resolves({
    Items: [{ id: { S: ID }, state: { S: 'alerted' }, finding: { S: JSON.stringify({ ...FINDING, ...finding }) } }],
  });
const alerted = (alert: object | undefined) => {
  const Key = `alerts/111122223333/eu-west-1/prod/${ID}/alert.json`;
  s3.on(ListObjectsV2Command).resolves({ Contents: alert ? [{ Key }] : [] });
  s3.on(GetObjectCommand).callsFake(() => ({
    Body: { transformToByteArray: async () => Buffer.from(JSON.stringify(alert)) },
  }));
};

beforeEach(() => {
  for (const mock of [db, stacks, eks, s3]) mock.reset();
  const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const data = Buffer.from(cert ?? '').toString('base64');
  eks
    .on(DescribeClusterCommand)
    .resolves({ cluster: { name: 'prod', arn: ARN, status: 'ACTIVE', endpoint, certificateAuthority: { data } } });
  stacks.on(DescribeStacksCommand).resolves({
    Stacks: [
      {
        Outputs: [
          { OutputKey: 'FindingsTableName', OutputValue: 'T' },
          { OutputKey: 'EvidenceBucketName', OutputValue: 'evidence' },
        ],
      },
    ] as never,
  });
  kept({});
  alerted({ schemaVersion: 1, id: ID, finding: FINDING, evidence: [] });
  kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      clusters: [
        {
          name: 'arn:aws:eks:eu-west-1:111122223333:cluster/other',
          cluster: { server: endpoint, 'certificate-authority-data': data },
        },
      ],
      users: [{ name: 'me', user: { token: 't' } }],
      contexts: [{ name: 'c', context: { cluster: 'arn:aws:eks:eu-west-1:111122223333:cluster/other', user: 'me' } }],
      'current-context': 'c',
    }),
  );
});

const contain = (...args: string[]) =>
  run(['contain', '--json', '--as-myself', '--audit-log-minutes', '0', '--mode', 'isolate', ...args]);

/** What the report says of how the actor got in. */
function rootCause(stdout: string): string {
  const { steps } = JSON.parse(stdout) as { steps: { step: string; summary: string }[] };
  return steps.find(({ step }) => step === 'findRootCause')?.summary ?? stdout.slice(0, 2_000);
}

describe('--finding', () => {
  test('tells namespace, UID, cluster and root cause', async () => {
    const { code, stdout, stderr } = await contain('--finding', 'nsf-111111111111', '--region', 'eu-west-1');
    expect(stderr).toContain(`Namespace ${NAME}, UID ${UID}, cluster prod; mode isolate`);
    expect(eks.commandCalls(DescribeClusterCommand)[0]?.args[0].input).toEqual({ name: 'prod' });
    expect(rootCause(stdout)).toContain(
      'It came from 198.51.100.7 with credentials of arn:aws:iam::111122223333:role/Stolen.',
    );
    expect(code).toBe(1);
  });

  test('goes on without its alert, and says that the root cause stays unknown', async () => {
    s3.on(ListObjectsV2Command).rejects(Object.assign(new Error('not\u001b now'), { name: 'AccessDenied' }));
    const { stdout, stderr } = await contain('--finding', ID, '--region', 'eu-west-1', '--mode', 'plan');
    expect(stderr).toContain('The alert cannot be read, so the root cause stays unknown: ');
    expect(stderr).not.toContain('\u001b');
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'planned', target: { namespace: NAME, uid: UID } });
  });

  test.each<[what: string, finding: object, args: () => string[], says: RegExp]>([
    [
      'another namespace',
      {},
      () => ['--namespace', 'other'],
      /the finding is about the namespace metrics-cache, UID [0-9a-f-]{36}: leave --namespace and --uid out/,
    ],
    [
      'another cluster',
      {},
      () => ['--kubeconfig', kubeconfig],
      /is about the cluster 111122223333\/eu-west-1\/prod, and this is 111122223333\/eu-west-1\/other: choose another/,
    ],
    [
      'a namespace that was not made',
      { outcome: 'attempt-denied' },
      () => [],
      /is about a namespace that was not made, .*: name the namespace with --namespace/,
    ],
    [
      'a cluster that is not known',
      { cluster: {} },
      () => [],
      /does not give its cluster: give --cluster or --context/,
    ],
  ])('is refused: %s', async (_, finding, args, says) => {
    kept(finding);
    const { code, stdout, stderr } = await contain('--finding', ID, '--region', 'eu-west-1', ...args());
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
  });
});

describe('--audit-log', () => {
  test('shows how the actor got in', async () => {
    const { stdout } = await contain(
      '--namespace',
      NAME,
      '--cluster',
      'prod',
      '--region',
      'eu-west-1',
      '--audit-log',
      INCIDENT,
    );
    expect(rootCause(stdout)).toMatch(/^It came from \S+ with credentials of arn:aws:iam::/);
  });

  test('that does not show it is told', async () => {
    const notes: string[] = [];
    const task = { stdin: Readable.from([]), note: (line: string) => notes.push(line), waitFor: () => {} };
    const kubernetes = { read: async () => undefined };
    const about = { namespace: NAME, cluster: CLUSTER, kubernetes, auditLog: ['test/samples/first.jsonl'] };
    expect(await recordedFinding(about as never, UID, task as never)).toBeUndefined();
    expect(notes).toEqual(['The audit logs do not show how this namespace was made, so the root cause stays unknown.']);
  });
});

test('one of both is needed', async () => {
  const { code, stderr } = await contain();
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('say what to contain: --namespace, or the finding with --finding'),
  ]);
});
