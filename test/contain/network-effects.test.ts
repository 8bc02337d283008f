/** Agents on the nodes, connections that were open before, and what is waited for. */
import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../functions/clients/kubernetes/kubernetes.ts';
import { MemoryCluster } from '../../functions/clients/local/memory-cluster.ts';
import { containMachine } from '../../functions/contain/machines/contain.ts';
import { verifyIsolation } from '../../functions/contain/steps/verify-isolation.ts';
import { verifyRemoval } from '../../functions/contain/steps/verify-removal.ts';
import type { Proof } from '../../functions/contract/containment.ts';
import { agent, clusterEndpoint, deny, endpoint, KINDS, node, ONE, pod, proofsOn, vpcCni } from './nodes.ts';
import { inside, quarantined, Stage, UID } from './stage.ts';

const AGENTS: [when: string, agents: object[], verdict: Proof['verdict'], how: RegExp][] = [
  ['on both nodes', [agent('node-1'), agent('node-2')], 'proven', /on and ready on each node of its 2 pods/],
  [
    'off on one of two',
    [agent('node-1'), agent('node-2', 'aws-node', ['--enable-network-policy=false'])],
    'not-proven',
    /VPC CNI on node-2: its network policy agent is not enabled/,
  ],
  ['missing on one of two', [agent('node-1')], 'not-proven', /is ready on node-2/],
  [
    'switched on and off again',
    [agent('node-1'), agent('node-2', 'aws-node', ['--enable-network-policy', '--enable-network-policy=false'])],
    'not-proven',
    /node-2/,
  ],
  [
    'switched on as Go takes it',
    [
      agent('node-1', 'aws-node', ['--enable-network-policy']),
      agent('node-2', 'aws-node', ['--enable-network-policy=T']),
    ],
    'proven',
    /2 pods/,
  ],
  [
    'not ready in a pod that is',
    [
      agent('node-1'),
      agent('node-2', 'aws-node', undefined, { containerStatuses: [{ name: 'aws-eks-nodeagent', ready: false }] }),
    ],
    'not-proven',
    /VPC CNI on node-2: its network policy agent is not ready/,
  ],
];

test.each(AGENTS)('policy-enforcer-present: the agent is %s', async (_, agents, verdict, how) => {
  const pods = [ONE, pod(2, { nodeName: 'node-2' }, { hostIP: '10.9.0.2' })];
  const { proof } = await proofsOn([node('node-1'), node('node-2'), ...agents, deny(), ...pods, endpoint('a', pods)]);
  expect(proof('policy-enforcer-present')).toMatchObject({ verdict, how: expect.stringMatching(how) });
});

const allow = (selector: object, name = 'allow') =>
  inside('networking.k8s.io/v1', 'NetworkPolicy', name, { spec: { podSelector: selector, ingress: [{}] } });
const OURS = `namespace-sentinel-${UID}`;

/** What the controller orders of our denial. */
const DENIED = endpoint('deny', [ONE]);

const CONNECTIONS: [when: string, objects: object[], before: object[], verdict: Proof['verdict'], how: RegExp][] = [
  ['VPC CNI, no policy before', vpcCni(ONE, DENIED), [], 'proven', /1 pod were cut as the policy came/],
  [
    'VPC CNI, a policy before',
    vpcCni(ONE, DENIED),
    [allow({})],
    'not-proven',
    /web-1: the policy allow selected it before.*scope "pods"/,
  ],
  [
    'VPC CNI, a policy for other pods before',
    vpcCni(ONE, DENIED),
    [allow({ matchLabels: { app: 'x' } })],
    'proven',
    /were cut/,
  ],
  [
    'VPC CNI, ours is the first above',
    vpcCni(ONE, DENIED, clusterEndpoint(OURS, [ONE], {})),
    [allow({})],
    'proven',
    /were cut/,
  ],
  [
    'VPC CNI, ours is not the first above',
    vpcCni(ONE, DENIED, clusterEndpoint(OURS, [ONE], {}), clusterEndpoint('others', [ONE], {})),
    [allow({})],
    'not-proven',
    /web-1/,
  ],
  ['VPC CNI, whose controller has ordered nothing', vpcCni(ONE), [], 'not-proven', /web-1: the denial is not ordered/],
  [
    'VPC CNI, whose agent is off',
    [node('node-1'), agent('node-1', 'aws-node', ['--enable-network-policy=false']), deny(), ONE, DENIED],
    [],
    'not-proven',
    /VPC CNI on node-1: its network policy agent is not enabled/,
  ],
  ['Cilium', [node('node-1'), agent('node-1', 'cilium'), ONE], [allow({})], 'proven', /were cut/],
  ['Calico', [node('node-1'), agent('node-1', 'calico-node'), ONE], [], 'not-proven', /Calico accepts/],
  ["in its node's network", vpcCni(pod(1, { hostNetwork: true })), [], 'not-proven', /no network policy reaches it/],
  ['no plugin', [node('node-1'), ONE], [], 'not-proven', /no network plugin is known/],
  ['nothing runs', vpcCni(), [allow({})], 'not-applicable', /none of its pods/],
];

test.each(CONNECTIONS)('connections-cut: %s', async (_, objects, before, verdict, how) => {
  const { proof } = await proofsOn(objects, before);
  expect(proof('connections-cut')).toMatchObject({ verdict, shows: 'configuration', how: expect.stringMatching(how) });
});

test('connections-cut: ours above may have come before the other policies allowed nothing any more', async () => {
  const objects = vpcCni(ONE, DENIED, clusterEndpoint(OURS, [ONE], {}));
  const { proof } = await proofsOn(objects, [allow({})], KINDS, verifyIsolation, { denialFirst: false });
  expect(proof('connections-cut')).toMatchObject({
    verdict: 'not-proven',
    how: expect.stringMatching(/allow selected/),
  });
});

test('connections-cut: a policy by names of hosts had selected its pods', async () => {
  const byName = { ...allow({}), apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'ApplicationNetworkPolicy' };
  const { proof } = await proofsOn(vpcCni(ONE), [byName]);
  expect(proof('connections-cut')).toMatchObject({ verdict: 'not-proven' });
});

test('connections-cut: without a snapshot nobody knows what selected its pods', async () => {
  const on = new Stage(new MemoryCluster([quarantined(), ...vpcCni(ONE)]));
  await on.run(verifyIsolation);
  const { proofs } = on.record('verifyIsolation');
  expect(proofs.find(({ id }) => id === 'connections-cut')).toMatchObject({ verdict: 'not-proven' });
});

describe('what is not in force as yet', () => {
  test('is looked at some times, and then left open', async () => {
    const on = new Stage(
      new MemoryCluster(
        [quarantined(), ...vpcCni(ONE)],
        KINDS.map((kind) => [...kind]),
      ),
    );
    await on.snapshot([]);
    const looks: unknown[] = [];
    for (let look = 0; look < 7; look++) looks.push((await on.run(verifyIsolation)).again);
    expect(looks).toEqual([true, true, true, true, true, true, false]);
    expect((await on.run(verifyIsolation)).open.join()).toMatch(/denial, and no other rule/);
  });

  test('is proven as soon as the controller has seen the policy', async () => {
    const on = new Stage(
      new MemoryCluster(
        [quarantined(), ...vpcCni(ONE)],
        KINDS.map((kind) => [...kind]),
      ),
    );
    await on.snapshot([]);
    expect(await on.run(verifyIsolation)).toMatchObject({ again: true });
    on.cluster.add(endpoint('a', [ONE]) as unknown as KubernetesObject);
    expect(await on.run(verifyIsolation)).toMatchObject({ again: false });
  });

  test('is waited for by the state machine', () => {
    const { States } = containMachine({ contain: 'arn:aws:x', probe: 'arn:aws:y' }, { questionSeconds: 1 });
    const gate = States[String(States['Verify isolation']?.['Next'])];
    expect(gate).toMatchObject({ Type: 'Choice', Choices: [{ Next: 'Wait for the nodes' }] });
    expect(States['Wait for the nodes']).toMatchObject({ Type: 'Wait', Next: 'Verify isolation' });
  });

  test('is not waited for after a removal: then nothing is held any more', async () => {
    const seen = await proofsOn(vpcCni(ONE), [], KINDS, verifyRemoval);
    expect(seen.again).toBeUndefined();
    expect(seen.proof('denial-on-nodes')).toMatchObject({ verdict: 'not-proven' });
  });
});
