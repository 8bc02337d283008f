/** `--cluster NAME`: an EKS cluster by the AWS credentials of the environment, without any kubeconfig. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { run } from './run.ts';

// An investigation takes its time where it gets no answers.
jest.setTimeout(60_000);

const ARN = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod';
const [certificate, key] = ['server.crt', 'server.key'].map((name) => readFileSync(`test/commands/tls/${name}`));
const UID = '0a1b2c3d-0000-4000-8000-00000000000a';

/** What the API server was sent as credentials. */
const tokens: string[] = [];
const apiServer = createTlsServer({ cert: certificate, key }, ({ url, headers }, response) => {
  tokens.push(headers.authorization ?? '');
  const namespace = {
    kind: 'Namespace',
    metadata: { name: 'shop', uid: UID, creationTimestamp: '2026-11-30T07:00:00Z' },
  };
  const [code, body] =
    url === '/api/v1/namespaces/shop' ? [200, namespace] : [404, { reason: 'NotFound', message: 'no' }];
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});

let described: object = {};
const asked: string[] = [];
const eks = createServer(({ url = '', headers }, response) => {
  asked.push(`${url} ${/Credential=[^/]+\/\d+\/([^/]+)/.exec(headers.authorization ?? '')?.[1]}`);
  const [code, body] = url.endsWith('/prod')
    ? [200, { cluster: described }]
    : [404, { message: `No cluster found for name: ${url.split('/').at(-1)}.` }];
  response
    .writeHead(code, {
      'content-type': 'application/json',
      'x-amzn-errortype': code === 404 ? 'ResourceNotFoundException' : '',
    })
    .end(JSON.stringify(body));
});

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

const before = { ...process.env };
let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'eks-cluster-'));
  const port = await listen(apiServer);
  described = {
    name: 'prod',
    arn: ARN,
    status: 'ACTIVE',
    endpoint: `https://127.0.0.1:${port}`,
    certificateAuthority: { data: Buffer.from(certificate ?? '').toString('base64') },
  };
  const endpoint = `http://127.0.0.1:${await listen(eks)}`;
  Object.assign(process.env, { AWS_ENDPOINT_URL_EKS: endpoint, AWS_EC2_METADATA_DISABLED: 'true', HOME: home });
  for (const name of ['KUBECONFIG', 'AWS_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_CONFIG_FILE'])
    delete process.env[name];
});
beforeEach(() => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' });
  tokens.length = 0;
  asked.length = 0;
});
const state = () => ({ ...described });
afterEach(() => {
  delete process.env['AWS_REGION'];
});
afterAll(() => {
  process.env = before;
  for (const server of [apiServer, eks]) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(home, { recursive: true });
});

const INVESTIGATE = ['investigate', '--namespace', 'shop', '--json'];
const EKS = ['--cluster', 'prod', '--region', 'eu-west-1'];

describe('sentinel investigate --cluster', () => {
  test('asks EKS where the cluster is, and signs a token for it', async () => {
    const { code, stdout, stderr } = await run([...INVESTIGATE, ...EKS]);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout).finding).toMatchObject({
      cluster: { name: 'prod', region: 'eu-west-1', account: '111122223333' },
      namespace: { name: 'shop', uid: UID },
    });
    expect(asked).toEqual(['/clusters/prod eu-west-1']);
    expect(new Set(tokens).size).toBe(1);
    const url = new URL(
      Buffer.from(/^Bearer k8s-aws-v1\.(.+)$/.exec(tokens[0] ?? '')?.[1] ?? '', 'base64url').toString(),
    );
    expect(url.host).toBe('sts.eu-west-1.amazonaws.com');
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('host;x-k8s-aws-id');
  });

  test('takes the Region of the environment', async () => {
    process.env['AWS_REGION'] = 'eu-north-1';
    await run([...INVESTIGATE, '--cluster', 'prod']);
    expect(asked).toEqual(['/clusters/prod eu-north-1']);
  });

  test.each<[what: string, args: string[], change: () => void, says: RegExp]>([
    [
      'no Region',
      ['--cluster', 'prod'],
      () => {},
      /no AWS Region is known\n {2}where: EKS cluster prod\n {2}to do: give --region/,
    ],
    [
      'no cluster of the name',
      ['--cluster', 'other', '--region', 'eu-west-1'],
      () => {},
      /AWS has no such thing: No cluster found for name: other\..*\n {2}where: EKS cluster other in eu-west-1\n {2}to do: check the name/,
    ],
    [
      'no credentials',
      EKS,
      () => {
        delete process.env['AWS_ACCESS_KEY_ID'];
      },
      /there are no AWS credentials: .*\n.*\n {2}to do: sign in to AWS/,
    ],
    ['not a name', ['--cluster', 'a b'], () => {}, /This is not a valid name of an EKS cluster/],
  ])('says what to do: %s', async (_, args, change, says) => {
    change();
    const { code, stdout, stderr } = await run([...INVESTIGATE, ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('says so where the cluster is not ready', async () => {
    const whole = described;
    described = { ...state(), endpoint: undefined, status: 'CREATING' };
    const { code, stderr } = await run([...INVESTIGATE, ...EKS]);
    described = whole;
    expect(code).toBe(2);
    expect(stderr).toMatch(/the cluster prod has no endpoint \(status CREATING\)\n.*\n {2}to do: wait until/);
  });
});

test.each([
  ['preflight', []],
  ['contain', ['--namespace', 'gone']],
  ['verify', ['--namespace', 'gone']],
  ['release', ['--namespace', 'gone', '--plan']],
])('sentinel %s --cluster goes there too', async (command, args) => {
  const { stderr } = await run([command, ...EKS, ...args]);
  expect(asked).toEqual(['/clusters/prod eu-west-1']);
  // What is kept at home is looked for by the name of the cluster.
  if (command === 'release') expect(stderr).toMatch(/nothing is kept about the namespace gone .*, for cluster prod/);
  else expect(tokens[0]).toMatch(/^Bearer k8s-aws-v1\./);
});

test('with a kubeconfig, the name of the cluster is only what it is called', async () => {
  const file = join(home, 'config');
  const cluster = { name: 'c', cluster: { server: 'https://prod.nowhere.invalid' } };
  const context = { name: 'x', context: { cluster: 'c', user: 'u' } };
  writeFileSync(
    file,
    JSON.stringify({
      clusters: [cluster],
      contexts: [context],
      users: [{ name: 'u', user: {} }],
      'current-context': 'x',
    }),
  );
  const { stderr } = await run(['release', '--kubeconfig', file, '--namespace', 'shop', '--cluster', 'prod', '--plan']);
  expect(asked).toEqual([]);
  expect(stderr).toMatch(/nothing is kept about the namespace shop .*, for cluster prod/);
});
