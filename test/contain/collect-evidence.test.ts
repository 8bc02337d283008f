import { expect, test } from '@jest/globals';
import { MemoryCluster } from '../../functions/clients/local/memory-cluster.ts';
import { collectEvidence } from '../../functions/contain/steps/collect-evidence.ts';
import { printProposed } from '../../functions/contract/commands/print.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';
import { inside, namespace, quarantined, Stage, UID } from './stage.ts';

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
          spec: { providerID: 'aws:///eu-west-1a/i-0123456789abcdef0' },
        },
        { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'shop', namespace: 'shop' }, spec: { nodeName: 'node-1' } },
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
    nodes: [{ name: 'node-1', providerId: 'aws:///eu-west-1a/i-0123456789abcdef0' }],
    volumes: [{ claim: 'data', handle: 'vol-0123456789abcdef0' }, { claim: 'stolen' }],
    missing: [],
  });
  expect(JSON.stringify(details)).toContain('registry/main@sha256:ab');
  const [, events] = [...on.store.files].find(([key]) => key.endsWith('events.json')) ?? [];
  expect(JSON.parse(String(events))).toHaveLength(1);
  const lines = printProposed(proposals.flatMap(({ commands = [] }) => commands));
  expect(lines.map((each) => ('line' in each ? each.line : each.leftOut))).toEqual([
    'kubectl cordon node-1',
    `aws ssm send-command --region eu-west-1 --document-name AWS-RunShellScript --instance-ids i-0123456789abcdef0 --parameters '{"commands":["avml /var/tmp/${UID}.lime","sha256sum /var/tmp/${UID}.lime"]}'`,
    'aws ec2 describe-instances --region eu-west-1 --instance-ids i-0123456789abcdef0',
    `aws ec2 create-security-group --region eu-west-1 --group-name namespace-sentinel-${UID} --description 'Isolates nodes by Namespace Sentinel' --vpc-id vpc-of-the-first-line --tag-specifications 'ResourceType=security-group,Tags=[{Key=namespace-sentinel-uid,Value=${UID}}]'`,
    'aws ec2 revoke-security-group-egress --region eu-west-1 --group-id sg-of-the-second-line --protocol all --cidr 0.0.0.0/0',
    'aws ec2 modify-instance-attribute --region eu-west-1 --instance-id i-0123456789abcdef0 --groups sg-of-the-second-line',
    `aws ec2 create-snapshot --region eu-west-1 --volume-id vol-0123456789abcdef0 --description 'Evidence of namespace evil' --tag-specifications 'ResourceType=snapshot,Tags=[{Key=namespace-sentinel-uid,Value=${UID}}]'`,
  ]);
  expect(proposals[0]?.text).toContain('node-1 (1 other pod)');
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
  expect(result).toMatchObject({ status: 'done', open: [], summary: expect.stringContaining('Not available: 4') });
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
  expect(result.summary).toBe('Would keep 4 logs of 1 pod, their status, events, nodes and volumes.');
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

test('the finding marks what is made in AWS, and instances that EKS runs itself are left to it', async () => {
  const on = stage();
  const id = 'nsf-0123456789abcdef0123456789abcdef';
  const lines = async () => {
    const { proposals } = await on.recordOf(collectEvidence, { input: { findingId: id } });
    return proposals.flatMap(({ commands = [] }) => commands.map((argv) => argv.join(' ')));
  };
  expect(await lines()).toContainEqual(expect.stringContaining(`{Key=namespace-sentinel-finding,Value=${id}}`));
  const node = on.cluster.at('/api/v1/nodes/node-1');
  on.cluster.add({
    ...node,
    metadata: { ...node?.metadata, labels: { 'eks.amazonaws.com/compute-type': 'auto' } },
  });
  expect((await lines()).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
    'kubectl cordon node-1',
    'aws ec2 create-snapshot',
  ]);
});
