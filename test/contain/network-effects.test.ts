/** What of a denial is in force on the nodes: by what network plugins write down, pod by pod. */
import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../functions/clients/kubernetes/kubernetes.ts';
import { containMachine } from '../../functions/contain/machines/contain.ts';
import { verifyIsolation } from '../../functions/contain/steps/verify-isolation.ts';
import { verifyRemoval } from '../../functions/contain/steps/verify-removal.ts';
import type { Proof } from '../../functions/contract/containment.ts';
import { OWNED_LABELS } from '../../functions/kubernetes/quarantine.ts';
import { MemoryCluster } from './memory-cluster.ts';
import { inside, quarantined, Stage, UID } from './stage.ts';

const AWS = 'networking.k8s.aws/v1alpha1';
const KINDS = [
  [AWS, 'PolicyEndpoint', 'policyendpoints'],
  [AWS, 'ClusterPolicyEndpoint', 'clusterpolicyendpoints', false],
  ['cilium.io/v2', 'CiliumEndpoint', 'ciliumendpoints'],
] as const;
const FINALIZER = 'networking.k8s.aws/resources';
const READY = [{ type: 'Ready', status: 'True' }];
const OWNED = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'r', controller: true }];

const node = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels },
});

/** The agent of a plugin on a node. */
const agent = (on: string, app = 'aws-node', args = ['--enable-network-policy=true'], status: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `${app}-${on}`,
    namespace: 'kube-system',
    labels: { 'k8s-app': app },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: app, uid: app, controller: true }],
  },
  spec: { nodeName: on, containers: [{ name: 'aws-eks-nodeagent', args }] },
  status: { conditions: READY, ...status },
});

const ipOf = (number: number): string => `10.0.${Math.floor(number / 250)}.${(number % 250) + 1}`;

/** A pod by its number. */
const pod = (number: number, spec: object = {}, status: object = {}, labels: Record<string, string> = {}) =>
  inside(
    'v1',
    'Pod',
    `web-${number}`,
    {
      spec: { nodeName: 'node-1', ...spec },
      status: { phase: 'Running', podIP: ipOf(number), hostIP: '10.9.0.1', ...status },
    },
    { ownerReferences: OWNED, labels },
  );

type Listed = ReturnType<typeof pod>;

/** What the controller writes of a policy: it lists at most 200 pods in one. */
const endpoint = (name: string, pods: readonly Listed[], spec: object = {}, namespace = 'evil') => ({
  apiVersion: AWS,
  kind: 'PolicyEndpoint',
  metadata: { name, namespace },
  spec: {
    policyRef: { name: 'deny', namespace },
    podSelector: {},
    podIsolation: ['Ingress', 'Egress'],
    podSelectorEndpoints: entriesOf(pods),
    ...spec,
  },
});
const entriesOf = (pods: readonly Listed[]) =>
  pods.map((each) => {
    const { podIP, hostIP } = (each as unknown as { status: Record<string, string> }).status;
    return { name: each.metadata.name, namespace: each.metadata.namespace, podIP, hostIP };
  });

const clusterEndpoint = (name: string, pods: readonly Listed[], spec: object) => ({
  apiVersion: AWS,
  kind: 'ClusterPolicyEndpoint',
  metadata: { name },
  spec: { policyRef: { name }, tier: 'Admin', priority: 0, podSelectorEndpoints: entriesOf(pods), ...spec },
});

const deny = (finalizers: string[] = [FINALIZER]) =>
  inside(
    'networking.k8s.io/v1',
    'NetworkPolicy',
    'deny',
    { spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } },
    { labels: OWNED_LABELS, finalizers },
  );

const ONE = pod(1);
const MORE = Array.from({ length: 201 }, (_, number) => pod(number));
const vpcCni = (...more: object[]): object[] => [node('node-1'), agent('node-1'), deny(), ...more];
const RULE = { ingress: [{ cidr: '0.0.0.0/0' }] };

async function proofsOn(
  objects: readonly object[],
  before: readonly object[] = [],
  kinds: readonly (typeof KINDS)[number][] = KINDS,
  step = verifyIsolation,
) {
  const on = new Stage(
    new MemoryCluster(
      [quarantined(), ...objects],
      kinds.map((kind) => [...kind]),
    ),
  );
  await on.snapshot(before);
  const { again } = await on.run(step);
  const proofs = on.record(step.key).proofs;
  return { again, proof: (id: string) => proofs.find((each) => each.id === id) as Proof };
}

type Row = [when: string, objects: object[], verdict: Proof['verdict'], how: RegExp, again?: boolean];

const IN_FORCE: Row[] = [
  ['the endpoint covers the pod', vpcCni(ONE, endpoint('a', [ONE])), 'proven', /1 of them deny everything for all 1/],
  [
    '201 pods in two endpoints',
    vpcCni(...MORE, endpoint('a', MORE.slice(0, 200)), endpoint('b', MORE.slice(200))),
    'proven',
    /2 of them deny everything for all 201/,
  ],
  [
    '201 pods, and the second endpoint is not there yet',
    vpcCni(...MORE, endpoint('a', MORE.slice(0, 200))),
    'not-proven',
    /not for 1 of its pods \(web-200\)/,
    true,
  ],
  ['no pods, and an empty endpoint', vpcCni(endpoint('a', [])), 'not-applicable', /none of its pods has an address/],
  [
    'a pod without an address and one that has ended',
    vpcCni(ONE, endpoint('a', [ONE]), pod(2, {}, { podIP: '' }), pod(3, {}, { phase: 'Succeeded' })),
    'proven',
    /all 1 of its pods/,
  ],
  [
    'an endpoint lists the address under another name',
    vpcCni(ONE, endpoint('a', [{ ...ONE, metadata: { ...ONE.metadata, name: 'gone' } }])),
    'not-proven',
    /not for 1 of its pods \(web-1\)/,
    true,
  ],
  [
    'an endpoint lists the pod on another node',
    vpcCni(ONE, endpoint('a', [pod(1, {}, { hostIP: '10.9.0.2' })])),
    'not-proven',
    /\(web-1\)/,
    true,
  ],
  [
    'it isolates one direction',
    vpcCni(ONE, endpoint('a', [ONE], { podIsolation: ['Ingress'] })),
    'not-proven',
    /0 of them deny everything/,
    true,
  ],
  [
    'what we have closed is still ordered',
    vpcCni(ONE, endpoint('a', [ONE]), endpoint('b', [], { ...RULE, policyRef: { name: 'allow', namespace: 'evil' } })),
    'not-proven',
    /allowed by evil\/b/,
    true,
  ],
  [
    'an endpoint of another namespace lists the pod',
    vpcCni(ONE, endpoint('a', [ONE]), endpoint('z', [ONE], { podIsolation: [] }, 'shop')),
    'not-proven',
    /listed in shop\/z of other namespaces/,
    false,
  ],
  [
    'an endpoint of another namespace has its address',
    vpcCni(
      ONE,
      endpoint('a', [ONE]),
      endpoint('z', [], { podSelectorEndpoints: [{ name: 'x', namespace: 'shop', podIP: ipOf(1) }] }, 'shop'),
    ),
    'not-proven',
    /shop\/z/,
    false,
  ],
  [
    'endpoints of others are about others',
    vpcCni(ONE, endpoint('a', [ONE]), endpoint('z', [], RULE, 'shop')),
    'proven',
    /all 2 PolicyEndpoints/,
  ],
  [
    'a policy above accepts',
    vpcCni(
      ONE,
      endpoint('a', [ONE]),
      clusterEndpoint('open', [ONE], { egress: [{ cidr: '0.0.0.0/0', action: 'Accept' }] }),
    ),
    'not-proven',
    /accepted above by ClusterPolicyEndpoint open/,
    false,
  ],
  [
    'policies above deny, pass on, come later or are about others',
    vpcCni(
      ONE,
      endpoint('a', [ONE]),
      clusterEndpoint('deny', [ONE], { ingress: [{ action: 'Deny' }, { action: 'Pass' }] }),
      clusterEndpoint('base', [ONE], { tier: 'Baseline', egress: [{ action: 'Accept' }] }),
      clusterEndpoint('others', [], { egress: [{ action: 'Accept' }] }),
    ),
    'proven',
    /none allows/,
  ],
  [
    'the controller is off',
    vpcCni(ONE, deny([])),
    'not-proven',
    /no PolicyEndpoint elsewhere: it is off.*enable-network-policy-controller/,
    true,
  ],
  [
    'the controller is refused its finalizer',
    vpcCni(ONE, deny([]), endpoint('z', [], {}, 'shop')),
    'not-proven',
    /works for other namespaces and has not put its finalizer.*Apply cluster\/ again/,
    true,
  ],
  [
    'the controller is refused its endpoints',
    vpcCni(ONE),
    'not-proven',
    /its finalizer on the policy, and ordered nothing/,
    true,
  ],
  [
    'Auto Mode',
    [node('node-1', { 'eks.amazonaws.com/compute-type': 'auto' }), deny(), ONE, endpoint('a', [ONE])],
    'proven',
    /all 1/,
  ],
  ["a pod in its node's network", vpcCni(pod(1, { hostNetwork: true })), 'not-applicable', /an address of its own/],
  [
    'Fargate',
    [node('node-1', { 'eks.amazonaws.com/compute-type': 'fargate' }), deny(), ONE, endpoint('a', [ONE])],
    'not-applicable',
    /a network that policies reach/,
  ],
  ['no plugin', [node('node-1'), deny(), ONE], 'not-proven', /no network plugin is known.*web-1/, false],
  [
    'Calico',
    [node('node-1'), agent('node-1', 'calico-node'), deny(), ONE],
    'not-proven',
    /By configuration only: Calico/,
  ],
  [
    'Calico beside the VPC CNI without its agent',
    [node('node-1'), agent('node-1', 'aws-node', []), agent('node-1', 'calico-node'), deny(), ONE],
    'not-proven',
    /By configuration only: Calico/,
    false,
  ],
  [
    'Cilium enforces',
    [node('node-1'), agent('node-1', 'cilium'), deny(), ONE, ciliumEndpoint({ ingress: true, egress: true })],
    'proven',
    /enforced in both directions on all 1/,
  ],
  [
    'Cilium does not enforce as yet',
    [node('node-1'), agent('node-1', 'cilium'), deny(), ONE, ciliumEndpoint({ ingress: true, egress: false })],
    'not-proven',
    /both directions on 1 of its pods \(web-1\)/,
    true,
  ],
  [
    'Cilium does not tell',
    [node('node-1'), agent('node-1', 'cilium'), deny(), ONE, ciliumEndpoint()],
    'not-proven',
    /By configuration only: Cilium/,
    false,
  ],
];

function ciliumEndpoint(enforcing?: { ingress: boolean; egress: boolean }): object {
  const policy = enforcing && {
    ingress: { enforcing: enforcing.ingress },
    egress: { enforcing: enforcing.egress },
  };
  return inside('cilium.io/v2', 'CiliumEndpoint', 'web-1', { status: { state: 'ready', ...(policy && { policy }) } });
}

test.each(
  IN_FORCE.map(([when, objects, verdict, how, again = false]) => [when, { objects, verdict, how, again }] as const),
)('denial-on-nodes: %s', async (_, { objects, verdict, how, again }) => {
  const seen = await proofsOn(objects);
  expect(seen.proof('denial-on-nodes')).toMatchObject({ verdict, shows: 'effect', how: expect.stringMatching(how) });
  expect(seen.again).toBe(again);
});

test('denial-on-nodes: the cluster has no PolicyEndpoints', async () => {
  const seen = await proofsOn(vpcCni(ONE), [], []);
  expect(seen.proof('denial-on-nodes')).toMatchObject({
    verdict: 'not-proven',
    how: expect.stringMatching(/serves no PolicyEndpoint.*vpc-cni/),
  });
  expect(seen.again).toBe(false);
});

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

const CONNECTIONS: [when: string, objects: object[], before: object[], verdict: Proof['verdict'], how: RegExp][] = [
  ['VPC CNI, no policy before', vpcCni(ONE), [], 'proven', /1 pods were cut as the policy came/],
  [
    'VPC CNI, a policy before',
    vpcCni(ONE),
    [allow({})],
    'not-proven',
    /web-1: the policy allow selected it before.*scope "pods"/,
  ],
  [
    'VPC CNI, a policy for other pods before',
    vpcCni(ONE),
    [allow({ matchLabels: { app: 'x' } })],
    'proven',
    /were cut/,
  ],
  [
    'VPC CNI, ours is the first above',
    vpcCni(ONE, clusterEndpoint(OURS, [ONE], {})),
    [allow({})],
    'proven',
    /were cut/,
  ],
  [
    'VPC CNI, ours is not the first above',
    vpcCni(ONE, clusterEndpoint(OURS, [ONE], {}), clusterEndpoint('others', [ONE], {})),
    [allow({})],
    'not-proven',
    /web-1/,
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
