/** What of a denial is in force on the nodes: by what network plugins write down, pod by pod. */
import { expect, test } from '@jest/globals';
import type { Proof } from '../../functions/contract/containment.ts';
import { agent, clusterEndpoint, deny, endpoint, ipOf, MORE, node, ONE, pod, proofsOn, RULE, vpcCni } from './nodes.ts';
import { inside } from './stage.ts';

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
    'Cilium does not say',
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
