import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../functions/clients/kubernetes/kubernetes.ts';
import { MemoryCluster } from '../../functions/clients/local/memory-cluster.ts';
import type { Snapshot } from '../../functions/contain/snapshot/snapshot.ts';
import { takeSnapshot } from '../../functions/contain/snapshot/take-snapshot.ts';
import { snapshot } from '../../functions/contain/steps/snapshot.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';
import { NAMESPACE, namespaceObjects, Stage, UID } from './stage.ts';

const here = (name: string, more: object = {}) => ({ name, namespace: NAMESPACE, ...more });
const owned = (kind: string, uid: string) => ({
  ownerReferences: [{ apiVersion: 'x', kind, name: 'x', uid, controller: true }],
});
const secretPod = {
  volumes: [
    { secret: { secretName: 'by-volume' } },
    { projected: { sources: [{ secret: { name: 'by-projection' } }] } },
  ],
  containers: [
    { env: [{ valueFrom: { secretKeyRef: { name: 'by-variable' } } }], envFrom: [{ secretRef: { name: 'by-all' } }] },
  ],
  imagePullSecrets: [{ name: 'by-pull' }],
};

const objects = (): object[] => [
  ...namespaceObjects(),
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: here('web', { uid: 'd-1', managedFields: [{ manager: 'x' }] }),
    spec: { template: { spec: secretPod } },
    status: { replicas: 1 },
  },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: here('web-1', { uid: 'r-1', ...owned('Deployment', 'd-1') }) },
  { apiVersion: 'v1', kind: 'Pod', metadata: here('web-1-a', owned('ReplicaSet', 'r-1')) },
  { apiVersion: 'v1', kind: 'Pod', metadata: here('bare') },
  { apiVersion: 'v1', kind: 'Pod', metadata: here('claims-an-owner', owned('ReplicaSet', 'not-here')) },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: here('kube-root-ca.crt') },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: here('settings') },
  { apiVersion: 'v1', kind: 'Event', metadata: here('event') },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: here('bot'), secrets: [{ name: 'by-account' }] },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: here('ing'),
    spec: { tls: [{ secretName: 'by-tls' }] },
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'out', namespace: 'shop' },
    subjects: [{ kind: 'ServiceAccount', name: 'bot', namespace: NAMESPACE }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'other', namespace: 'shop' },
    subjects: [{ kind: 'User', name: 'alice' }],
  },
];

const kept = (stage: Stage): Promise<Snapshot[]> => stage.folder().currentSnapshots();

describe('the snapshot', () => {
  test('holds what release needs, and nothing that comes back by itself', async () => {
    const stage = new Stage(objects());
    stage.associations = [{ associationId: 'a-1', serviceAccount: 'bot' }];
    await stage.run(snapshot);
    const [first] = await kept(stage);
    expect(first?.objects.map(({ object }) => `${object.kind} ${object.metadata.name}`).sort()).toEqual([
      'ConfigMap settings',
      'Deployment web',
      'Ingress ing',
      'Pod bare',
      'Pod claims-an-owner',
      'ServiceAccount bot',
      'ServiceAccount default',
    ]);
    expect(first?.bindings.map(({ object }) => object.metadata.name)).toEqual(['out']);
    expect(first?.podIdentity).toEqual(stage.associations);
    expect(first?.secretNames).toEqual(
      ['account', 'all', 'projection', 'pull', 'tls', 'variable', 'volume'].map((by) => `by-${by}`),
    );
    const web = first?.objects.find(({ object }) => object.kind === 'Deployment');
    expect(web?.object.metadata).not.toHaveProperty('managedFields');
    expect(web?.object).not.toHaveProperty('status');
  });

  test('keeps ConfigMaps apart, where nobody needs them to verify or to restore', async () => {
    const stage = new Stage(objects());
    await stage.run(snapshot);
    const [first] = await stage.folder().snapshots();
    expect(first?.objects.map(({ object }) => object.kind)).not.toContain('ConfigMap');
    const ofConfigMaps = [...stage.store.files.keys()].filter((key) => key.startsWith('configmaps/'));
    expect(ofConfigMaps).toHaveLength(1);
  });

  test('the hash of each file is noted before it is stored', async () => {
    const stage = new Stage(objects());
    stage.store.putFirst = () => Promise.reject(new Error('killed'));
    await expect(stage.run(snapshot)).rejects.toThrow('killed');
    const again = new Stage(stage.cluster);
    const record = await again.recordOf(snapshot);
    expect(record.files.map(({ path }) => path.split('/')[0])).toEqual(['snapshots', 'configmaps']);
    for (const { path, sha256 } of record.files)
      await expect(again.hashes.of('snapshot', path)).resolves.toEqual([sha256]);
    const [key = ''] = again.store.files.keys();
    await expect(stage.hashes.of('snapshot', key)).resolves.toHaveLength(1);
  });

  test('never reads a Secret', async () => {
    const cluster = new MemoryCluster(objects());
    const paths: string[] = [];
    const list = cluster.list.bind(cluster);
    cluster.list = async (path, ...rest) => {
      paths.push(path);
      return list(path, ...rest);
    };
    await new Stage(cluster).run(snapshot);
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.filter((path) => /secrets|events/.test(path))).toEqual([]);
    // Each kind once: reads do not grow with the objects.
    expect(new Set(paths).size).toBe(paths.length);
  });

  test('is never overwritten; a later run adds what is new', async () => {
    const stage = new Stage(objects());
    await stage.run(snapshot, { name: 'run-1' });
    const [before] = await kept(stage);
    await stage.run(snapshot, { name: 'run-2' });
    expect(await kept(stage)).toEqual([before]);
    stage.cluster.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: here('later') });
    await stage.run(snapshot, { name: 'run-3' });
    const [first, second, ...others] = await kept(stage);
    expect(first).toEqual(before);
    expect(second?.objects.map(({ object }) => object.metadata.name)).toEqual(['later']);
    expect(others).toEqual([]);
  });

  test('is not kept by a plan', async () => {
    const stage = new Stage(objects());
    const result = await stage.run(snapshot, { mode: 'plan' });
    expect(result.summary).toContain('Would keep 7 objects');
    expect(await kept(stage)).toEqual([]);
  });

  test.each([
    ['services', 'failed', 0],
    ['rolebindings', 'failed', 0],
    ['leases', 'done', 1],
  ])('when %s cannot be read, is %s', async (resource, status, snapshots) => {
    const stage = new Stage(new MemoryCluster(objects(), [['coordination.k8s.io/v1', 'Lease', 'leases']]));
    const list = stage.cluster.list.bind(stage.cluster);
    stage.cluster.list = async (path, ...rest) => {
      if (path.endsWith(`/${resource}`)) throw new KubernetesError(403, 'Forbidden', 'no');
      return list(path, ...rest);
    };
    const result = await stage.run(snapshot);
    expect(result.status).toBe(status);
    expect(await kept(stage)).toHaveLength(snapshots);
  });

  describe('in a cluster with a server of the attacker', () => {
    const evil = (count: number): [string, string, string][] =>
      Array.from({ length: count }, (_, index) => ['evil.example/v1', `Kind${index}`, `kind${index}s`]);
    const lists = (cluster: MemoryCluster, answer: (path: string) => object[]) => {
      const list = cluster.list.bind(cluster);
      cluster.list = async (path, ...rest) =>
        path.includes('evil.example')
          ? { items: answer(path) as KubernetesObject[], complete: true }
          : list(path, ...rest);
      return cluster;
    };
    const reading = (cluster: MemoryCluster, limits: Parameters<typeof takeSnapshot>[2] = {}) =>
      takeSnapshot(
        { kubernetes: cluster, podIdentity: undefined, signal: new AbortController().signal },
        {
          target: { cluster: { name: 'prod' }, namespace: NAMESPACE, uid: UID },
          takenAt: '',
          execution: '',
          namespace: { metadata: {} },
        },
        limits,
      );

    test('reads what is changed in the versions of Kubernetes, whatever version comes first', async () => {
      const cluster = new MemoryCluster(objects());
      const kinds = await cluster.kinds();
      cluster.kinds = async () =>
        kinds.map((kind) => (kind.resource === 'deployments' ? { ...kind, apiVersion: 'apps/v9' } : kind));
      const { snapshot } = await reading(cluster);
      expect(snapshot.objects.map(({ object }) => object.metadata.name)).toContain('web');
    });

    test('is whole for what is changed where the cluster does not give its kinds', async () => {
      const cluster = new MemoryCluster(objects());
      cluster.kinds = async () => {
        throw new KubernetesError(0, 'TooLarge', 'too long');
      };
      const { snapshot, missing } = await reading(cluster);
      expect(missing).toEqual([]);
      expect(snapshot.objects.map(({ object }) => object.metadata.name)).toContain('web');
      expect(snapshot.notRead).toEqual([{ kind: 'all other kinds', reason: 'too long' }]);
    });

    test('ends with its time, however many of its kinds never answer', async () => {
      const cluster = new MemoryCluster(objects(), evil(200));
      const list = cluster.list.bind(cluster);
      cluster.list = (path, signal, ...rest) =>
        path.includes('evil.example')
          ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
          : list(path, signal, ...rest);
      const { missing, snapshot } = await reading(cluster, { othersMs: 50 });
      expect(missing).toEqual([]);
      expect(snapshot.notRead).toHaveLength(200);
    });

    test.each([
      ['is nested too deeply', JSON.parse(`${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`)],
      ['is larger than all that is kept', 'x'.repeat(200_000)],
    ])('leaves out what %s, and says so', async (_, spec) => {
      const cluster = lists(new MemoryCluster(objects(), evil(1)), () => [
        { metadata: { name: 'bomb', namespace: NAMESPACE }, spec },
      ]);
      const { missing, snapshot } = await reading(cluster, { maxBytes: 100_000 });
      expect(missing).toEqual([]);
      expect(snapshot.notRead).toEqual([{ kind: 'kind0s.evil.example', reason: '1 of 1 are too much to keep' }]);
      expect(() => JSON.stringify(snapshot)).not.toThrow();
    });

    test('contains what cannot all be kept only where a person accepts that', async () => {
      const stage = new Stage(objects());
      const list = stage.cluster.list.bind(stage.cluster);
      stage.cluster.list = async (path, ...rest) => {
        const found = await list(path, ...rest);
        return path.endsWith('/services') ? { ...found, complete: false } : found;
      };
      const result = await stage.run(snapshot);
      expect([result.status, result.open.at(-1)]).toEqual(['failed', expect.stringContaining('snapshot/incomplete')]);
      const accepted = await stage.run(snapshot, { name: 'run-2', input: { accept: ['snapshot/incomplete'] } });
      expect(accepted).toMatchObject({ status: 'partly', open: [expect.stringContaining('services')] });
      expect(await kept(stage)).toHaveLength(1);
    });
  });
});
