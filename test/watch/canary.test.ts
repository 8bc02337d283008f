import { beforeEach, expect, test } from '@jest/globals';
import type { WatchedKubernetes } from '../../functions/clients/kubernetes/watched-kubernetes.ts';
import { LocalCanaries } from '../../functions/clients/local/canaries.ts';
import { nonceIn } from '../../functions/contract/canary.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';
import { canary } from '../../functions/watch/jobs/canary.ts';

const ROLE = 'arn:aws:iam::111122223333:role/NamespaceSentinel-Watch';
const cluster = (name: string) => ({ name, region: 'eu-central-1', account: '111122223333' });
const forbidden = () => new KubernetesError(403, 'Forbidden', 'namespaces is forbidden');

let canaries: LocalCanaries;
let asked: { name: string; fieldManager: string }[];
let told: string[];
beforeEach(() => {
  canaries = new LocalCanaries();
  asked = [];
  told = [];
});

interface Behaviour {
  read?: () => Promise<object | undefined>;
  create?: () => Promise<void>;
}

const answering = ({
  read = async () => ({ metadata: { uid: 'uid-1' } }),
  create = () => Promise.reject(forbidden()),
}: Behaviour = {}) =>
  ({
    read,
    askToCreateNamespace: (name: string, fieldManager: string) => {
      asked.push({ name, fieldManager });
      return create();
    },
  }) as unknown as WatchedKubernetes;

const run = (clusters: Record<string, WatchedKubernetes | Error>) =>
  canary.run({
    clients: {
      canaries,
      kubernetes: {
        connect: async ({ name = '' }) => {
          const found = clusters[name];
          if (!found || found instanceof Error) throw found ?? new Error('no such cluster');
          return found;
        },
      },
    },
    settings: { maxPerRun: 1, role: ROLE },
    clusters: Object.keys(clusters).map(cluster),
    signal: new AbortController().signal,
    now: () => 1_000,
    failed: (what, error) => told.push(`${what}: ${(error as Error).message}`),
    unknown: () => {},
    problem: () => {},
  });

test('each cluster is asked with a nonce of its own, which is stored before', async () => {
  const stored: unknown[] = [];
  const create = async () => {
    const { nonce = '' } = { nonce: nonceIn(asked.at(-1)?.fieldManager) };
    stored.push(
      await canaries.arrived(
        { nonce, principal: ROLE, auditId: nonce, isDelivered: true },
        cluster(stored.length ? 'b' : 'a'),
      ),
    );
    throw forbidden();
  };
  await expect(run({ a: answering({ create }) })).resolves.toEqual({ sent: 1 });
  await expect(run({ b: answering({ create }) })).resolves.toEqual({ sent: 1 });
  expect(stored).toEqual([1_000, 1_000]);
  expect(new Set(asked.map(({ fieldManager }) => fieldManager)).size).toBe(2);
  expect(told).toEqual([]);
});

test('a cluster that cannot be reached keeps no other waiting, and gets no canary', async () => {
  const unknown = () => Promise.reject(new KubernetesError(401, 'Unauthorized', 'Unauthorized'));
  await expect(
    run({ gone: new Error('No cluster found'), shut: answering({ read: unknown }), well: answering() }),
  ).resolves.toEqual({ sent: 1 });
  expect(asked).toHaveLength(1);
  expect(told).toEqual(['canary of gone: No cluster found', 'canary of shut: Unauthorized']);
});

test('a cluster without the manifests gets one all the same', async () => {
  await expect(run({ bare: answering({ read: () => Promise.reject(forbidden()) }) })).resolves.toEqual({ sent: 1 });
  await expect(canaries.state(cluster('bare'))).resolves.toEqual({ sentAt: 1_000 });
});

test('the first cluster that was seen under a name is remembered', async () => {
  await run({ a: answering() });
  await run({ a: answering({ read: async () => ({ metadata: { uid: 'uid-2' } }) }) });
  await expect(canaries.state(cluster('a'))).resolves.toEqual({ sentAt: 1_000, clusterUid: 'uid-1', seenUid: 'uid-2' });
});

test('one that is let create namespaces is told, and is not a canary that was sent', async () => {
  await expect(run({ a: answering({ create: async () => {} }) })).resolves.toEqual({ sent: 0 });
  expect(told).toEqual([expect.stringContaining('a lets the role of watch create namespaces')]);
  await expect(canaries.state(cluster('a'))).resolves.toEqual({});
});

test.each([500, 429, 0])('an answer of %s is not a refusal', async (code) => {
  const create = () => Promise.reject(new KubernetesError(code, 'x', 'x'));
  await expect(run({ a: answering({ create }) })).resolves.toEqual({ sent: 0 });
});
