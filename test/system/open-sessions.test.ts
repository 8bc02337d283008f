/**
 * Sessions that are open while a namespace is isolated, on a real API server: a server that answers as a kubelet takes the
 * connections over and keeps them. What the API server writes into its audit log is what the proof reads. No kubelet answers for
 * the node, so that what becomes of its pods is the API server's doing alone.
 */
import { readFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Proof } from '../../functions/contract/containment.ts';
import { clusterRoleBinding, namespace, subject } from '../../tools/record/incidents/objects.ts';
import { BRING_UP_MS } from './bring-up.ts';
import type { Ended } from './contain/responder.ts';
import { bringUp, type Scene } from './contain/scene.ts';
import { until } from './until.ts';

const NAME = 'visited';
const NODE = 'by-hand';
const CONTAINER = 'main';
const POD = `/api/v1/namespaces/${NAME}/pods/web`;
const signal = () => AbortSignal.timeout(60_000);

let scene: Scene;
let kubelet: Server;
let uid: string;
const sockets = new Set<Duplex>();

beforeAll(async () => {
  scene = await bringUp();
  const { certificates } = scene.cluster;
  await certificates.issue({ name: 'kubelet', commonName: 'kubelet' });
  await certificates.issue({ name: 'mallory', commonName: 'mallory' });
  kubelet = createServer(pairOf('kubelet'), (_, response) => void response.writeHead(404).end());
  kubelet.on('upgrade', ({ headers }, socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const protocol = headers['sec-websocket-protocol'] ?? headers['x-stream-protocol-version'];
    const named = headers['sec-websocket-protocol'] ? 'Sec-WebSocket-Protocol' : 'X-Stream-Protocol-Version';
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${headers.upgrade}\r\n${protocol ? `${named}: ${protocol}\r\n` : ''}\r\n`,
    );
  });
  await new Promise<void>((resolve) => void kubelet.listen(0, '127.0.0.1', resolve));
  const { port } = kubelet.address() as AddressInfo;
  await scene.maker.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: NODE } });
  await scene.kubectl(
    'patch',
    'node',
    NODE,
    '--subresource=status',
    '--type=merge',
    '--patch',
    JSON.stringify({
      status: {
        addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
        daemonEndpoints: { kubeletEndpoint: { Port: port } },
      },
    }),
  );
  await scene.maker.create(namespace(NAME));
  await scene.maker.create(clusterRoleBinding('mallory', 'cluster-admin', subject.user('mallory')));
  const account = `/api/v1/namespaces/${NAME}/serviceaccounts/default`;
  await until('its account', async () => (await scene.admin.read(account, signal())) !== undefined);
  await scene.maker.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: NAME, name: 'web' },
    spec: { nodeName: NODE, containers: [{ name: CONTAINER, image: 'registry.k8s.io/pause:3.10' }] },
  });
  uid = (await scene.admin.read(`/api/v1/namespaces/${NAME}`, signal()))?.metadata.uid ?? '';
}, BRING_UP_MS);
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  kubelet?.close();
  await scene?.close();
});

const pairOf = (name: string) => {
  const { certificate, key } = scene.cluster.certificates.pair(name);
  return { cert: readFileSync(certificate), key: readFileSync(key) };
};

const SPDY = { Upgrade: 'SPDY/3.1', 'X-Stream-Protocol-Version': 'v4.channel.k8s.io' };
const WEB_SOCKET = {
  Upgrade: 'websocket',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Protocol': 'v4.channel.k8s.io',
};

/** Goes in, and stays. @returns the code that the API server answered */
function goIn(method: 'GET' | 'POST', path: string, headers: Record<string, string>): Promise<number> {
  const { url, ca } = scene.cluster.endpoint;
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, {
      method,
      ca: readFileSync(ca),
      ...pairOf('mallory'),
      headers: { Connection: 'Upgrade', ...headers },
    });
    sent.on('upgrade', ({ statusCode = 0 }, socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      resolve(statusCode);
    });
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

const proofOf = async (ended: Ended): Promise<Proof | undefined> =>
  (await ended.record('verifySessions')).proofs.find(({ id }) => id === 'sessions-ended');

test('are named, by whichever way they were opened, and the run does not end as contained', async () => {
  const into = `exec?command=sh&container=${CONTAINER}&stdin=true&stdout=true`;
  expect(await goIn('POST', `${POD}/${into}`, SPDY)).toBe(101);
  expect(await goIn('GET', `${POD}/${into}`, WEB_SOCKET)).toBe(101);
  expect(await goIn('POST', `${POD}/portforward`, SPDY)).toBe(101);
  // Into a pod that is not there.
  expect(await goIn('POST', `/api/v1/namespaces/${NAME}/pods/other/${into}`, SPDY)).toBe(404);

  const ended = await scene.responder.run('isolate', { namespace: NAME, uid });
  expect(ended.end).toMatchObject({ succeeded: false, state: 'Partly contained' });
  const proof = await proofOf(ended);
  expect(proof).toMatchObject({ verdict: 'not-proven', how: expect.stringContaining('open are') });
  for (const way of ['exec into web since', 'portforward into web since'])
    expect(proof?.how).toContain(`mallory: ${way}`);
  expect(proof?.how.match(/mallory: exec into web since/g)).toHaveLength(2);
  expect(proof?.how).not.toContain('other');
  expect((ended.end as { cause: string }).cause).toMatch(/partly contained/);
}, 180_000);

test('have ended once the audit log says so', async () => {
  for (const socket of sockets) socket.destroy();
  let proof: Proof | undefined;
  await until('the log tells about it', async () => {
    proof = await proofOf(await scene.responder.run('isolate', { namespace: NAME, uid }));
    return proof?.verdict === 'proven';
  });
  expect(proof?.how).toMatch(/of 3 requests none is open/);
}, 180_000);

test('a pod stays until its kubelet has confirmed its end, unless its deletion is a forced one', async () => {
  const pods = `/api/v1/namespaces/${NAME}-pods/pods`;
  await scene.maker.create(namespace(`${NAME}-pods`));
  const account = `/api/v1/namespaces/${NAME}-pods/serviceaccounts/default`;
  await until('its account', async () => (await scene.admin.read(account, signal())) !== undefined);
  for (const name of ['with-time', 'without-a-word'])
    await scene.maker.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: `${NAME}-pods`, name },
      spec: {
        nodeName: NODE,
        terminationGracePeriodSeconds: 0,
        containers: [{ name: CONTAINER, image: 'registry.k8s.io/pause:3.10' }],
      },
    });
  // As we delete, and as a controller does.
  await scene.admin.remove(`${pods}/with-time`, signal(), { gracePeriodSeconds: 1 });
  await scene.admin.remove(`${pods}/without-a-word`, signal());
  expect(await scene.admin.read(`${pods}/without-a-word`, signal())).toBeUndefined();
  const kept = await scene.admin.read(`${pods}/with-time`, signal());
  expect(kept?.metadata).toMatchObject({ deletionGracePeriodSeconds: 1, deletionTimestamp: expect.any(String) });
});
