/** What AWS's network policy agent does with what the simulated controller orders, by packets. */

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { record, texts } from '../../../functions/kit/json.ts';
import type { Channel } from '../../../tools/twin/real-node/channel.ts';
import { ATTACKER } from '../../../tools/twin/real-node/place.ts';
import { dialCommand, listenCommand, type RunningPod } from '../../../tools/twin/real-node/pods.ts';
import { BRING_UP_MS } from '../bring-up.ts';
import { until } from '../until.ts';
import { auditEvents } from './audit.ts';
import { AGAIN, ALLOW_ALL, bytesAfter, DENY_ALL, describeOnRealNode, FAST, NodeScene, received } from './scene.ts';

/** Within this a policy is in force. */
const IN_FORCE_MS = 10_000;
/** Channels send ten times a second: after this without a byte one is cut. */
const SILENCE_MS = 3_000;

/** The channels of a pod that an attacker has. */
interface Channels {
  pod: RunningPod;
  /** Opened once. */
  openOut: Channel;
  openIn: Channel;
  /** A new connection again and again. */
  newOut: Channel;
  newIn: Channel;
}

describeOnRealNode('policies on a real node', () => {
  let scene: NodeScene;
  let port = 5000;

  beforeAll(async () => {
    scene = await NodeScene.up();
  }, BRING_UP_MS);
  afterAll(() => scene?.close());

  /** A pod with a reverse shell, a listener, and one that dials again and again; all of them at work. */
  async function attack(namespace: string): Promise<Channels> {
    const [open, again] = [port++, port++];
    const openOut = await scene.internet.listen(open);
    const newOut = await scene.internet.listen(again, { echo: true });
    const containers = [
      ['shell', dialCommand(`${ATTACKER}:${open}`, { ...FAST, send: 'beat {n}' })],
      ['again', dialCommand(`${ATTACKER}:${again}`, { ...AGAIN, send: 'again' })],
      ['listener', listenCommand(8080, { echo: true })],
    ].map(([name, command]) => ({ name, image: 'localhost/test:1', imagePullPolicy: 'Never', command }));
    const pod = await scene.pods.run({ namespace, name: 'attacker', spec: { containers } });
    const openIn = await scene.internet.dial(pod, 8080, { ...FAST, send: 'in {n}' });
    const newIn = await scene.internet.dial(pod, 8080, { ...AGAIN, send: 'new in' });
    for (const channel of [openOut, openIn, newOut, newIn]) await channel.flows();
    return { pod, openOut, openIn, newOut, newIn };
  }

  /** Which channels still carry bytes after a policy had time to be in force. */
  async function alive({ pod: _, ...channels }: Channels): Promise<string[]> {
    await sleep(SILENCE_MS);
    const since = new Date();
    await sleep(SILENCE_MS);
    return Object.entries(channels)
      .filter(([, channel]) => bytesAfter(channel.events(), since) > 0)
      .map(([name]) => name);
  }

  const endpointOf = (namespace: string, policy: string) =>
    until(
      `${policy} is ordered`,
      async () =>
        (await scene.endpoints(namespace)).some(
          ({ spec }) => record(record(spec)['policyRef'])['name'] === policy && record(spec)['podSelectorEndpoints'],
        ),
      IN_FORCE_MS,
    );

  test('the controller marks a policy first, then orders it; and the other way round when it goes', async () => {
    await scene.namespace('order');
    const pod = await scene.pods.run({ namespace: 'order', name: 'one' });
    await scene.policy('order', 'deny', DENY_ALL);
    await endpointOf('order', 'deny');
    const [endpoint] = await scene.endpoints('order');
    expect(endpoint?.['spec']).toMatchObject({
      podIsolation: ['Ingress', 'Egress'],
      podSelectorEndpoints: [{ name: 'one', namespace: 'order', podIP: pod.ip, hostIP: '10.0.9.10' }],
    });
    expect(texts((await scene.policies('order'))[0]?.metadata['finalizers'])).toEqual(['networking.k8s.aws/resources']);
    await scene.unpolicy('order', 'deny');
    await until('the policy is gone', async () => (await scene.policies('order')).length === 0, IN_FORCE_MS);
    expect(await scene.endpoints('order')).toEqual([]);
    const writes = (await auditEvents(scene.cluster.auditLog))
      .filter(
        ({ user, verb }) =>
          user.username === 'eks:network-policy-controller' && !['get', 'list', 'watch'].includes(verb),
      )
      .filter(({ objectRef }) => objectRef?.namespace === 'order')
      .map(({ verb, objectRef, responseStatus }) => `${verb} ${objectRef?.resource} ${responseStatus?.code}`);
    expect(writes).toEqual([
      'patch networkpolicies 200',
      'create policyendpoints 201',
      'delete policyendpoints 200',
      'patch networkpolicies 200',
    ]);
    expect(scene.cluster.controller.refusals).toEqual([]);
  });

  test('deny-all cuts new and open connections, in and out, of pods without a policy before', async () => {
    await scene.namespace('fresh');
    const channels = await attack('fresh');
    expect(await alive(channels)).toEqual(['openOut', 'openIn', 'newOut', 'newIn']);
    await scene.policy('fresh', 'deny', DENY_ALL);
    await endpointOf('fresh', 'deny');
    expect(await alive(channels)).toEqual([]);
    // and the pod goes on: nothing but the network is taken from it
    expect(scene.pods.processes(channels.pod)).not.toEqual([]);
    const { stdout } = await scene.pods.exec(channels.pod, 'echo', 'still here');
    expect(stdout).toBe('still here\n');
    await scene.unpolicy('fresh', 'deny');
    for (const channel of [channels.newOut, channels.newIn]) await channel.flows();
  });

  test('where a policy selected the pods before, open connections go on', async () => {
    await scene.namespace('allowed');
    await scene.policy('allowed', 'mine', ALLOW_ALL);
    const channels = await attack('allowed');
    await scene.policy('allowed', 'deny', DENY_ALL);
    await endpointOf('allowed', 'deny');
    await scene.unpolicy('allowed', 'mine');
    await until('only the denial is left', async () => (await scene.endpoints('allowed')).length === 1, IN_FORCE_MS);
    expect(await alive(channels)).toEqual(['openOut', 'openIn']);
  });

  test('a rule lets through what it names, and nothing else', async () => {
    await scene.namespace('ruled');
    await scene.namespace('friend');
    const target = await scene.pods.run({
      namespace: 'ruled',
      name: 'target',
      command: listenCommand(8080, { echo: true }),
    });
    const friend = await scene.pods.run({ namespace: 'friend', name: 'friend' });
    const stranger = await scene.pods.run({ namespace: 'friend', name: 'stranger' });
    const reaches = async (from: RunningPod, ip: string, at: number) =>
      (await scene.pods.exec(from, 'sh', '-c', `(echo hi; sleep 1) | nc -w 2 ${ip} ${at}`)).stdout === 'hi\n';
    expect(await reaches(stranger, target.ip, 8080)).toBe(true);
    const from = [
      { namespaceSelector: { matchLabels: { name: 'friend' } }, podSelector: { matchLabels: { app: 'friend' } } },
    ];
    const ports = [{ protocol: 'TCP', port: 8080 }];
    await scene.policy('ruled', 'friends', { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from, ports }] });
    await endpointOf('ruled', 'friends');
    await until('strangers are kept out', async () => !(await reaches(stranger, target.ip, 8080)), IN_FORCE_MS);
    expect(await reaches(friend, target.ip, 8080)).toBe(true);
    // out of it everything goes on
    const listener = await scene.internet.listen(port++, { echo: true });
    expect(await reaches(target, ATTACKER, port - 1)).toBe(true);
    expect(listener.events().some(received)).toBe(true);
  });

  test('with the agent off a policy is ordered and not enforced, until the agent is on again', async () => {
    await scene.namespace('unheld');
    const channels = await attack('unheld');
    await scene.cluster.realNode.stop('agent');
    await scene.policy('unheld', 'deny', DENY_ALL);
    await endpointOf('unheld', 'deny');
    expect(await alive(channels)).toEqual(['openOut', 'openIn', 'newOut', 'newIn']);
    await scene.cluster.realNode.start('agent');
    expect(await alive(channels)).toEqual([]);
  });

  test('with a ClusterNetworkPolicy that denies, open connections out are cut, too; from outside they go on', async () => {
    await scene.namespace('above');
    await scene.policy('above', 'mine', ALLOW_ALL);
    const channels = await attack('above');
    const subject = { namespaces: { matchLabels: { name: 'above' } } };
    const all = { action: 'Deny', name: 'all' };
    await scene.clusterPolicy('deny', {
      tier: 'Admin',
      priority: 0,
      subject,
      ingress: [{ ...all, from: [{ namespaces: {} }] }],
      egress: [{ ...all, to: [{ networks: ['0.0.0.0/0'] }] }],
    });
    await scene.policy('above', 'deny', DENY_ALL);
    await endpointOf('above', 'deny');
    await scene.unpolicy('above', 'mine');
    await until('only the denial is left', async () => (await scene.endpoints('above')).length === 1, IN_FORCE_MS);
    expect(await alive(channels)).toEqual(['openIn']); // its ingress knows no networks
    await scene.removeClusterPolicy('deny');
  });
});
