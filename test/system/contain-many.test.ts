/** Ten times as many objects: how many requests isolating takes, by the audit log of a real control plane. */
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WRITES_AT_ONCE } from '../../functions/contain/framework/write-each.ts';
import { inParallel } from '../../functions/kit/in-parallel.ts';
import { namespace, roleBinding, serviceAccountObject, subject } from '../../tools/record/incidents/objects.ts';
import { BRING_UP_MS } from './bring-up.ts';
import { Life } from './contain/life.ts';
import { bringUp, type Scene } from './contain/scene.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await bringUp();
  await scene.maker.create(namespace('neighbour'));
}, BRING_UP_MS);
afterAll(async () => scene?.close());

/** So many of each kind in a hundred objects. */
const MIX: Record<string, number> = {
  configmap: 58,
  service: 10,
  slice: 5,
  policy: 5,
  account: 5,
  binding: 5,
  elsewhere: 5,
  ingress: 5,
  pod: 2,
};

function object(kind: string, space: string, index: number): object {
  const name = `${kind}-${index}`;
  const metadata = { namespace: space, name };
  const spec = { podSelector: {}, ingress: [{}] };
  const containers = [{ name: 'sh', image: 'busybox' }];
  const backend = { service: { name: 'service-0', port: { number: 80 } } };
  const rules = [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
  const made: Record<string, object> = {
    configmap: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { text: 'x'.repeat(500) } },
    service: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { clusterIP: 'None', selector: { app: name }, ports: [{ port: 80 }] },
    },
    slice: {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata,
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.9.9.9'] }],
    },
    policy: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec },
    account: serviceAccountObject(space, name),
    binding: roleBinding(space, name, 'view', subject.account(space, `account-${index}`)),
    elsewhere: roleBinding('neighbour', `${space}-${index}`, 'view', subject.account(space, `account-${index}`)),
    ingress: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec: { rules } },
    pod: { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers } },
  };
  return made[kind] ?? {};
}

async function crowd(name: string, hundreds: number): Promise<{ namespace: string; uid: string }> {
  const { uid = '' } = (await scene.maker.create(namespace(name))).metadata;
  const objects = Object.entries(MIX).flatMap(([kind, number]) =>
    Array.from({ length: number * hundreds }, (_, index) => object(kind, name, index)),
  );
  expect(objects).toHaveLength(hundreds * 100);
  await inParallel(objects, 16, (each) => scene.maker.create(each));
  await sleep(3_000); // slices are made for the Services
  return { namespace: name, uid };
}

/** An audit event, as far as it matters here. */
interface Logged {
  verb: string;
  user: { username: string };
  objectRef?: { resource: string; subresource?: string };
  requestURI: string;
  requestReceivedTimestamp: string;
  stageTimestamp: string;
  responseStatus?: { code?: number };
  stage: string;
}

/** Whatever the functions' identities sent since a position of the log. */
async function requestsSince(position: number): Promise<Logged[]> {
  await sleep(1_000); // written in batches
  const file = await open(scene.cluster.auditLog);
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(size - position), 0, size - position, position);
    const lines = buffer.toString().split('\n').filter(Boolean);
    return lines
      .map((line) => JSON.parse(line) as Logged)
      .filter(({ stage, user }) => stage === 'ResponseComplete' && /^test:(?:contain|probe)$/.test(user.username));
  } finally {
    await file.close();
  }
}

async function logSize(): Promise<number> {
  const file = await open(scene.cluster.auditLog);
  const { size } = await file.stat();
  await file.close();
  return size;
}

const READS = new Set(['get', 'list']);
const isLog = ({ objectRef }: Logged) => objectRef?.subresource === 'log';
const isReview = ({ objectRef }: Logged) => objectRef?.resource === 'subjectaccessreviews';

/** How many requests the API server worked on at one moment, at most. */
function mostAtOnce(requests: readonly Logged[]): number {
  const edges = requests.flatMap(({ requestReceivedTimestamp: from, stageTimestamp: to }) => [
    { at: from, by: 1 },
    { at: to, by: -1 },
  ]);
  // Of one instant the ends come first: the client has begun the next request after the answer.
  edges.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.by - b.by));
  let now = 0;
  return Math.max(...edges.map(({ by }) => (now += by)));
}

/** Isolates it. @returns the number of requests, by their kind */
async function count(name: string, hundreds: number) {
  const target = await crowd(name, hundreds);
  const position = await logSize();
  const life = new Life();
  const began = performance.now();
  const ended = await scene.responder.run('isolate', target, { life });
  const seconds = (performance.now() - began) / 1000;
  for (const step of ['disableNamespace', 'isolateNetwork', 'cutIdentity'] as const) {
    const { actions } = await ended.record(step);
    expect(actions.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  }
  const requests = await requestsSince(position);
  const reads = requests.filter((each) => READS.has(each.verb) && !isLog(each));
  const reviews = requests.filter(isReview);
  const writes = requests.filter((each) => !READS.has(each.verb) && !isReview(each));
  const api = requests.reduce(
    (sum, { requestReceivedTimestamp: from, stageTimestamp: to }) => sum + Date.parse(to) - Date.parse(from),
    0,
  );
  // The API server asks for fewer requests by this code.
  expect(requests.filter(({ responseStatus }) => responseStatus?.code === 429)).toEqual([]);
  const logs = requests.filter(isLog).length;
  scene.report(
    `${hundreds * 100} objects: ${seconds.toFixed(1)} s, of the API server ${(api / 1000).toFixed(1)} s; ` +
      `${reads.length} reads, ${logs} reads of logs, ${reviews.length} reviews, ${writes.length} writes`,
  );
  const top = Map.groupBy(reads, ({ verb, objectRef }) => `${verb} ${objectRef?.resource}`);
  return {
    reads: reads.length,
    reviews: reviews.length,
    writes: writes.length,
    atOnce: mostAtOnce(writes),
    pages: reads.filter(({ requestURI }) => requestURI.includes('continue=')).length,
    kinds: Object.fromEntries([...top].map(([key, { length }]) => [key, length])),
  };
}

test('reads do not grow with the number of objects beyond pages, and writes only with what is changed', async () => {
  const few = await count('few', 2);
  const many = await count('many', 20);
  const grown = Object.entries(many.kinds).filter(([kind, number]) => number > (few.kinds[kind] ?? 0) + 3);
  expect(grown).toEqual([]);
  expect(many.reads - many.pages).toBeLessThanOrEqual(few.reads - few.pages + 10);
  expect(many.pages).toBeLessThan(40);
  // Side by side, and within what the API server keeps for everybody.
  expect(many.atOnce).toBeGreaterThan(1);
  expect(many.atOnce).toBeLessThanOrEqual(WRITES_AT_ONCE);
  // Each Service, slice, policy, account, binding and Ingress once: ten times as many.
  expect(few.writes).toBeGreaterThan(80);
  expect(many.writes).toBeLessThan(few.writes * 10 + 50);
  expect(many.reviews).toBeLessThanOrEqual(few.reviews * 10 + 10);
}, 300_000);
