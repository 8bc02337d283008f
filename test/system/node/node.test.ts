/** The real node: that it is one, that packets flow, and that there is no way out of its networks. */

import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { record, records } from '../../../functions/kit/json.ts';
import { CONTAINERD_VERSION, KUBERNETES_VERSION } from '../../../tools/twin/binaries.ts';
import { eventsIn } from '../../../tools/twin/real-node/channel.ts';
import {
  API_SERVICE,
  ATTACKER,
  ATTACKER_NAME,
  GATEWAY,
  NODE_ADDRESS,
  NODE_NAME,
} from '../../../tools/twin/real-node/place.ts';
import { dialCommand, listenCommand, type RunningPod } from '../../../tools/twin/real-node/pods.ts';
import { BRING_UP_MS } from '../bring-up.ts';
import { until } from '../until.ts';
import { cameFrom, describeOnRealNode, FAST, NodeScene, received } from './scene.ts';

describeOnRealNode('a real node', () => {
  let scene: NodeScene;
  let web: RunningPod;
  let other: RunningPod;

  beforeAll(async () => {
    scene = await NodeScene.up();
    await scene.namespace('web');
    await scene.namespace('other');
    web = await scene.pods.run({ namespace: 'web', name: 'web', command: listenCommand(8080, { echo: true }) });
    other = await scene.pods.run({ namespace: 'other', name: 'other' });
  }, BRING_UP_MS);
  afterAll(() => scene?.close());

  test('is its kubelet’s, and the others are still simulated', async () => {
    const nodes = await scene.list('/api/v1/nodes');
    const real = nodes.find(({ metadata }) => metadata.name === NODE_NAME);
    expect(record(real?.['status'])['nodeInfo']).toMatchObject({
      kubeletVersion: `v${KUBERNETES_VERSION}`,
      containerRuntimeVersion: `containerd://${CONTAINERD_VERSION}`,
    });
    expect(real?.metadata.annotations).not.toHaveProperty('kwok.x-k8s.io/node');
    const ready = ({ status }: Record<string, unknown>) =>
      records(record(status)['conditions']).some((each) => each['type'] === 'Ready' && each['status'] === 'True');
    expect(nodes.map((node) => ready(node))).toEqual([true, true, true, true]);
    const simulated = nodes.filter(({ metadata }) => metadata.annotations?.['kwok.x-k8s.io/node'] === 'fake');
    expect(simulated).toHaveLength(3);
  });

  test('its pods have real processes, logs and exec', async () => {
    expect(scene.pods.processes(web).map(({ command }) => command.join(' '))).toContain('node listen -echo :8080');
    expect(scene.pods.processes({ uid: 'no such pod' })).toEqual([]);
    await until('the log has a line', async () => (await scene.pods.log(web)).includes('"listening"'));
    const { code, stdout } = await scene.pods.exec(other, 'sh', '-c', 'hostname; exit 3');
    expect([code, stdout]).toEqual([3, 'other\n']);
  });

  test('an exec and a port-forward stay open, and tell when bytes came last', async () => {
    const beat = await scene.pods.hold([
      'exec',
      '-n',
      'other',
      'other',
      '--',
      'sh',
      '-c',
      'while :; do date; sleep 0.1; done',
    ]);
    await beat.flows();
    const forward = await scene.pods.hold(['port-forward', '-n', 'web', 'web', ':8080']);
    const { text = '' } = await forward.until('a port is taken', received);
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(text)?.[1]);
    // It echoes what it is sent, which is not HTTP.
    expect(await fetch(`http://127.0.0.1:${port}`).catch(() => 'no HTTP')).toBe('no HTTP');
    await until('what was forwarded came', async () => (await scene.pods.log(web)).includes('GET / HTTP'));
    const before = beat.lastByte();
    await beat.flows();
    expect(Number(beat.lastByte())).toBeGreaterThan(Number(before));
    await beat.stop();
    await forward.stop();
  });

  test('packets flow from a pod to the internet and back, by name, over TCP and UDP', async () => {
    const listener = await scene.internet.listen(4444, { ...FAST, send: 'id {n}' });
    const command = dialCommand(`${ATTACKER_NAME}:4444`, { ...FAST, send: 'beat {n}' });
    const shell = await scene.pods.run({ namespace: 'other', name: 'shell', command });
    const { peer } = await listener.until('a beat comes', received);
    expect(peer).toMatch(new RegExp(`^${shell.ip}:`));
    await until('the pod hears, too', async () => (await scene.pods.events(shell)).some(received));
    const udp = await scene.internet.listen(5353, { network: 'udp' });
    const datagrams = dialCommand(`${ATTACKER}:5353`, { network: 'udp', send: 'out {n}' });
    await scene.pods.exec(other, 'timeout', '1', ...datagrams);
    expect((await udp.until('a datagram comes', received)).text).toBe('out 1\n');
  });

  test('packets flow from the internet to a pod, and from pod to pod', async () => {
    const dialled = await scene.internet.dial(web, 8080, { ...FAST, send: 'in {n}' });
    expect((await dialled.until('it answers', received)).text).toBe('in 1\n');
    const { stdout } = await scene.pods.exec(other, 'sh', '-c', `(echo across; sleep 1) | nc -w 2 ${web.ip} 8080`);
    expect(stdout).toBe('across\n');
    await dialled.stop();
  });

  test('DNS answers for what is there, and for nothing else', async () => {
    const look = async (name: string) => scene.pods.exec(other, 'nslookup', name);
    expect((await look(ATTACKER_NAME)).stdout).toContain(`Address: ${ATTACKER}`);
    expect((await look('kubernetes.default.svc.cluster.local')).stdout).toContain(`Address: ${API_SERVICE}`);
    const absent = await look('www.example.org');
    expect(absent.code).not.toBe(0);
    expect(`${absent.stdout}${absent.stderr}`).toMatch(/NXDOMAIN/);
  });

  test('a pod reaches the API server with its own token', async () => {
    const answers = async () => {
      const { stdout } = await scene.pods.exec(other, 'node', 'ask', '/api/v1/namespaces/other/pods');
      return eventsIn(stdout).map(({ event, text }) => `${event} ${text}`);
    };
    expect(await answers()).toEqual(['received 403 Forbidden']);
    const subjects = [{ kind: 'ServiceAccount', name: 'default', namespace: 'other' }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' };
    const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/other/rolebindings';
    await scene.ask('POST', path, { metadata: { name: 'view' }, roleRef, subjects });
    await until('its rights are known', async () => (await answers())[0] === 'received 200 OK', 10_000);
  });

  test('a node that is cut off: a pod deleted by force is gone from the API, and its process runs on', async () => {
    const cut = await scene.pods.run({ namespace: 'other', name: 'cut' });
    const path = '/api/v1/namespaces/other/pods/cut';
    const gone = async () => !(await scene.list('/api/v1/pods')).some(({ metadata }) => metadata.uid === cut.uid);
    scene.cluster.realNode.signal('kubelet', 'SIGSTOP');
    await scene.ask('DELETE', `${path}?gracePeriodSeconds=0`);
    await until('the object is gone', gone, 5_000);
    expect(scene.pods.processes(cut)).not.toEqual([]);
    scene.cluster.realNode.signal('kubelet', 'SIGCONT');
    await until('the process is gone', async () => scene.pods.processes(cut).length === 0, 30_000);
  });

  test('no network has a way out', async () => {
    const node = scene.cluster.realNode;
    const links = async (from: (...command: string[]) => Promise<string>) =>
      (
        JSON.parse(await from('ip', '-json', '-details', 'link')) as {
          ifname: string;
          linkinfo?: { info_kind: string };
        }[]
      )
        .filter(({ ifname }) => ifname !== 'lo')
        .map(({ ifname, linkinfo }) => `${linkinfo?.info_kind} ${ifname}`);
    expect(await links((...command) => scene.internet.run(...command))).toEqual(['veth eth0']);
    const inNode = await links((...command) => node.inNetwork(...command));
    expect(inNode.filter((link) => !/^veth (eth0|eni[0-9a-f]+)$/.test(link))).toEqual([]);
    expect(await scene.internet.run('ip', 'route', 'show', 'default')).toBe('');
    expect(await node.inNetwork('ip', 'route', 'show', 'default')).toBe(`default via ${GATEWAY} dev eth0 \n`);

    // Nothing of this machine answers: not its addresses, and not its loopback but for the API server's port.
    const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    const addresses = own
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => address);
    expect(addresses).not.toContain(NODE_ADDRESS);
    const etcd = new URL(scene.cluster.etcd).port;
    for (const target of [
      ...addresses.map((address) => `${address} ${etcd}`),
      `127.0.0.1 ${etcd}`,
      `203.0.113.9 443`,
    ]) {
      const { code } = await scene.pods.exec(other, 'sh', '-c', `nc -w 2 ${target} < /dev/null`);
      expect([target, code]).not.toEqual([target, 0]);
      await expect(node.inNetwork('busybox', 'nc', '-w', '2', ...target.split(' '))).rejects.toThrow();
    }
    expect(cameFrom(await scene.internet.listen(6666), other.ip)).toBe(false);
  });
});
