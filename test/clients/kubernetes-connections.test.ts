/** Whom a connection to an API server trusts, and as whom it comes: against a server with TLS, a proxy, and hostile answers. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createProxy, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { TokenServer } from '../../functions/clients/kubernetes/api-server.ts';
import { KubeApi } from '../../functions/clients/kubernetes/kube-api.ts';
import { MAX_ANSWER_BYTES } from '../../functions/clients/kubernetes/kube-http.ts';
import { Kubeconfig } from '../../functions/clients/kubernetes/kubeconfig.ts';

const file = (name: string) => join('test', 'clients', 'tls', name);
const pem = (name: string) => readFileSync(file(name));

let answer: RequestListener;
/** The common name of each client's certificate, and the name that it asked for. */
let callers: { certificate: string | undefined; name: string | false | null }[] = [];
let connections = 0;
const server = createServer(
  { cert: pem('server.crt'), key: pem('server.key'), ca: pem('ca.crt'), requestCert: true, rejectUnauthorized: false },
  (request, response) => {
    const socket = request.socket as TLSSocket & { servername: string | false | null };
    const { CN } = socket.getPeerCertificate().subject ?? {};
    callers.push({ certificate: socket.authorized ? String(CN) : undefined, name: socket.servername });
    answer(request, response);
  },
);
server.on('secureConnection', () => connections++);

let tunnels: string[] = [];
const proxy = createProxy();
proxy.on('connect', (request, socket: Socket) => {
  tunnels.push(request.url ?? '');
  const { port } = server.address() as AddressInfo;
  const through = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
  through.pipe(socket).pipe(through);
  for (const each of [through, socket]) each.on('error', () => {});
});

const open = new Set<Socket>();
const listening = (each: Server) =>
  new Promise<void>((resolve) =>
    each
      .on('connection', (socket: Socket) => void open.add(socket.on('close', () => open.delete(socket))))
      .listen(0, '127.0.0.1', resolve),
  );
const urlOf = (each: Server, scheme = 'https') => `${scheme}://127.0.0.1:${(each.address() as AddressInfo).port}`;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'connections-'));
  await Promise.all([listening(server), listening(proxy)]);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  for (const socket of open) socket.destroy();
  server.close();
  proxy.close();
});
beforeEach(() => {
  callers = [];
  tunnels = [];
  connections = 0;
  answer = (request, response) => response.end(JSON.stringify({ metadata: { name: request.headers.authorization } }));
});
afterEach(() => {
  for (const socket of open) socket.destroy();
});

const signal = AbortSignal.timeout(60_000);
const asked = (api: KubeApi) => api.read('/api/v1/namespaces/a', signal);
const byToken = (ca: Buffer, url = urlOf(server)) => new KubeApi(new TokenServer(url, ca, 'secret-token'));

function byKubeconfig(cluster: object, user: object): KubeApi {
  const kubeconfig = join(folder, 'config');
  const text = JSON.stringify({
    'current-context': 'x',
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: urlOf(server), ...cluster } }],
    users: [{ name: 'u', user }],
  });
  writeFileSync(kubeconfig, text);
  return new KubeApi(new Kubeconfig({ kubeconfig }));
}
const trusted = { 'certificate-authority-data': pem('ca.crt').toString('base64') };

describe('whom it trusts', () => {
  test('a server that the given authority signed, by the address of the URL', async () => {
    expect(await asked(byToken(pem('ca.crt')))).toEqual({ metadata: { name: 'Bearer secret-token' } });
    expect(await asked(byKubeconfig(trusted, { token: 't' }))).toEqual({ metadata: { name: 'Bearer t' } });
  });

  test.each<[string, () => KubeApi, string]>([
    ['one that another authority signed', () => byToken(pem('other.crt')), 'SELF_SIGNED_CERT_IN_CHAIN'],
    ['one of another name', () => byToken(pem('ca.crt'), urlOf(server).replace('127.0.0.1', 'localhost')), 'ALTNAME'],
    ['one that no authority is given for', () => byKubeconfig({}, { token: 't' }), 'SELF_SIGNED_CERT_IN_CHAIN'],
    [
      'one whose certificate lacks the name that the kubeconfig wants',
      () => byKubeconfig({ ...trusted, 'tls-server-name': 'other.example' }, { token: 't' }),
      'ALTNAME',
    ],
  ])('not %s: it is told nothing', async (_, api, why) => {
    await expect(asked(api())).rejects.toMatchObject({
      code: 0,
      reason: 'Unreachable',
      message: expect.stringContaining(why),
    });
    expect(callers).toEqual([]);
  });

  test('one by the name that the kubeconfig gives it, and any where it says so', async () => {
    await asked(byKubeconfig({ ...trusted, 'tls-server-name': 'kubernetes.default' }, { token: 't' }));
    await asked(byKubeconfig({ 'insecure-skip-tls-verify': true }, { token: 't' }));
    expect(callers.map(({ name }) => name)).toEqual(['kubernetes.default', false]);
  });
});

describe('as whom it comes', () => {
  test('by a certificate, of a file or in the kubeconfig', async () => {
    await asked(
      byKubeconfig(trusted, {
        'client-certificate': join(process.cwd(), file('client.crt')),
        'client-key': join(process.cwd(), file('client.key')),
      }),
    );
    await asked(
      byKubeconfig(trusted, {
        'client-certificate-data': pem('client.crt').toString('base64'),
        'client-key-data': pem('client.key').toString('base64'),
      }),
    );
    expect(callers.map(({ certificate }) => certificate)).toEqual(['client', 'client']);
  });

  test('by a certificate that a program gives, and by the next one after a 401', async () => {
    const tries = join(folder, 'tries');
    writeFileSync(tries, '');
    const [certificate, key] = [pem('client.crt').toString(), pem('client.key').toString()];
    const script = `
      const { appendFileSync, readFileSync } = require('node:fs');
      appendFileSync(${JSON.stringify(tries)}, 'x');
      const first = readFileSync(${JSON.stringify(tries)}).length === 1;
      const credential = first ? { token: 'old' } : ${JSON.stringify({
        clientCertificateData: certificate,
        clientKeyData: key,
      })};
      console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: credential }));`;
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', script],
      interactiveMode: 'Never',
    };
    answer = (request, response) =>
      request.headers.authorization === 'Bearer old'
        ? response.writeHead(401).end('{}')
        : response.end('{"metadata":{}}');
    expect(await asked(byKubeconfig(trusted, { exec }))).toEqual({ metadata: {} });
    expect(callers.map(({ certificate: caller }) => caller)).toEqual([undefined, 'client']);
  });

  test('by a name and password', async () => {
    const { metadata } = (await asked(byKubeconfig(trusted, { username: 'a', password: 'b:c' }))) ?? {};
    expect(metadata?.name).toBe(`Basic ${Buffer.from('a:b:c').toString('base64')}`);
  });
});

test('requests one after the other share a connection', async () => {
  const api = byToken(pem('ca.crt'));
  for (let count = 0; count < 3; count++) await asked(api);
  expect(connections).toBe(1);
});

test('through a proxy, it trusts the same server, and keeps the connection', async () => {
  const viaProxy = { 'proxy-url': urlOf(proxy, 'http') };
  const api = byKubeconfig({ ...trusted, ...viaProxy }, { token: 't' });
  for (let count = 0; count < 2; count++) expect(await asked(api)).toEqual({ metadata: { name: 'Bearer t' } });
  expect(tunnels).toEqual([urlOf(server).slice('https://'.length)]);
  await expect(asked(byKubeconfig(viaProxy, { token: 't' }))).rejects.toMatchObject({ reason: 'Unreachable' });
  expect(callers).toHaveLength(2);
});

describe('an answer', () => {
  const packed =
    (content: Buffer): RequestListener =>
    (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(content);

  test('may be packed', async () => {
    answer = packed(gzipSync('{"metadata":{"name":"a"}}'));
    expect(await asked(byToken(pem('ca.crt')))).toEqual({ metadata: { name: 'a' } });
  });

  test('that is packed small is bounded by what it is unpacked', async () => {
    answer = packed(gzipSync(Buffer.alloc(MAX_ANSWER_BYTES + 1, ' ')));
    await expect(asked(byToken(pem('ca.crt')))).rejects.toMatchObject({ reason: 'TooLarge' });
  });

  test.each([
    ['is not packed as it says', Buffer.from('{"metadata":{}}')],
    ['ends in the middle', gzipSync('{"metadata":{}}').subarray(0, -12)],
  ])('that %s is an error, which says so', async (_, content) => {
    answer = packed(content);
    await expect(asked(byToken(pem('ca.crt')))).rejects.toMatchObject({ code: 0, reason: 'Unreachable' });
  });

  test('that breaks off is asked for again', async () => {
    let tries = 0;
    answer = (_, response) => {
      if (++tries > 1) return void response.end('{"metadata":{}}');
      response.writeHead(200, { 'content-length': '100' }).write('{"meta', () => response.socket?.destroy());
    };
    expect(await asked(byToken(pem('ca.crt')))).toEqual({ metadata: {} });
    expect(tries).toBe(2);
  });

  test('that leads elsewhere is not followed: the credentials are for this server', async () => {
    answer = (_, response) => response.writeHead(307, { location: `${urlOf(server)}/other` }).end();
    await expect(asked(byToken(pem('ca.crt')))).rejects.toMatchObject({ code: 307 });
    expect(callers).toHaveLength(1);
  });
});
