import { expect, test } from '@jest/globals';
import { collectEvidence } from '../../functions/contain/steps/collect-evidence.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';
import { MemoryCluster } from './memory-cluster.ts';
import { inside, namespace, quarantined, Stage } from './stage.ts';

const status = (name: string, rest: object) => ({ name, imageID: `registry/${name}@sha256:ab`, ...rest });
const RUNNING = { state: { running: {} } };
const POD = inside('v1', 'Pod', 'web', {
  spec: {
    nodeName: 'node-1',
    initContainers: [{ name: 'setup' }],
    containers: [{ name: 'main' }, { name: 'waiting' }],
    ephemeralContainers: [{ name: 'debug' }],
  },
  status: {
    initContainerStatuses: [status('setup', { state: { terminated: {} } })],
    containerStatuses: [
      status('main', { ...RUNNING, restartCount: 2, lastState: { terminated: {} } }),
      status('waiting', { state: { waiting: {} } }),
    ],
    ephemeralContainerStatuses: [status('debug', RUNNING)],
  },
});
const claim = (name: string, volumeName: string) =>
  inside('v1', 'PersistentVolumeClaim', name, { spec: { volumeName } });
const volume = (name: string, of: string, volumeHandle: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name },
  spec: { claimRef: { uid: `uid-of-PersistentVolumeClaim-${of}` }, csi: { driver: 'ebs.csi.aws.com', volumeHandle } },
});
const stage = () =>
  new Stage(
    new MemoryCluster(
      [
        quarantined(),
        POD,
        {
          apiVersion: 'v1',
          kind: 'Node',
          metadata: { name: 'node-1' },
          spec: { providerID: 'aws:///eu-west-1a/i-0abc' },
        },
        inside('v1', 'Event', 'one', { reason: 'Pulled' }),
        inside('events.k8s.io/v1', 'Event', 'one', { reason: 'Pulled' }),
        claim('data', 'pv-1'),
        claim('stolen', 'pv-of-others'),
        volume('pv-1', 'data', 'vol-0123456789abcdef0'),
        volume('pv-of-others', 'other', 'vol-0fedcba9876543210'),
      ],
      [['events.k8s.io/v1', 'Event', 'events']],
    ),
  );
const filesOf = (on: Stage) => [...on.store.files.keys()].flatMap((key) => key.split('/evidence/')[1] ?? []).sort();

test('logs of every container that ran, status, events, nodes and volumes are kept', async () => {
  const on = stage();
  const result = await on.run(collectEvidence);
  expect(result).toMatchObject({ status: 'done', open: [], actions: 0 });
  expect(filesOf(on)).toEqual([
    'containers.json',
    'events.json',
    'logs.json',
    'logs/web/debug.log',
    'logs/web/main.log',
    'logs/web/main.previous.log',
    'logs/web/setup.log',
    'nodes.json',
    'pods.json',
    'volumes.json',
  ]);
  const { files, details, proposals } = on.record('collectEvidence');
  expect(files).toHaveLength(10);
  const [, log] = [...on.store.files].find(([key]) => key.endsWith('main.previous.log')) ?? [];
  expect(String(log)).toMatch(/container=main&timestamps=true&previous=true/);
  expect(details).toMatchObject({
    nodes: [{ name: 'node-1', providerId: 'aws:///eu-west-1a/i-0abc' }],
    volumes: [{ claim: 'data', handle: 'vol-0123456789abcdef0' }, { claim: 'stolen' }],
    missing: [],
  });
  expect(JSON.stringify(details)).toContain('registry/main@sha256:ab');
  const [, events] = [...on.store.files].find(([key]) => key.endsWith('events.json')) ?? [];
  expect(JSON.parse(String(events))).toHaveLength(1);
  expect(proposals.flatMap(({ commands = [] }) => commands)).toEqual([
    [
      'aws',
      'ec2',
      'create-snapshot',
      '--region',
      'eu-west-1',
      '--volume-id',
      'vol-0123456789abcdef0',
      '--description',
      'Evidence of namespace evil',
    ],
  ]);
});

test('what cannot be had is noted, and nothing is open for it', async () => {
  const on = stage();
  on.cluster.fault = (verb, path) =>
    verb === 'stream' && path.includes('container=main')
      ? new KubernetesError(500, 'InternalError', 'no node')
      : undefined;
  const { list } = on.cluster;
  on.cluster.list = (path, ...rest) => {
    if (path.endsWith('/events')) throw new KubernetesError(403, 'Forbidden', 'may not');
    return list.call(on.cluster, path, ...rest);
  };
  const result = await on.run(collectEvidence);
  expect(result).toMatchObject({ status: 'done', open: [], summary: expect.stringContaining('Could not be had: 4') });
  expect(on.record('collectEvidence').details).toMatchObject({
    missing: [
      'events: may not',
      'events of events.k8s.io: may not',
      'log of web/main: no node',
      'log of web/main before: no node',
    ],
  });
});

test('a plan fetches nothing, and says what would be kept', async () => {
  const on = stage();
  const result = await on.run(collectEvidence, { mode: 'plan' });
  expect(result.summary).toBe('Would keep 4 logs of 1 pods, their status, events, nodes and volumes.');
  expect(filesOf(on)).toEqual([]);
});

test('names from elsewhere lead to no other place', async () => {
  const on = stage();
  const statuses = [{ name: '../../x', ...RUNNING }];
  const spec = { containers: [{ name: '../../x' }] };
  on.cluster.add({ ...POD, spec, status: { containerStatuses: statuses } });
  await on.run(collectEvidence);
  expect(filesOf(on).filter((name) => name.endsWith('.log'))).toEqual(['logs/web/__.._x.log']);
});

test('another namespace of the same name is not looked at', async () => {
  const on = stage();
  on.cluster.add({ ...namespace(), metadata: { ...namespace().metadata, uid: 'other' } });
  expect(await on.run(collectEvidence)).toMatchObject({ status: 'failed' });
  expect(filesOf(on)).toEqual([]);
});
