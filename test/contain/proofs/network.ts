/** Cases of the proofs that no traffic flows. */
import { OWNED_LABELS } from '../../../functions/kubernetes/quarantine.ts';
import { inside } from '../stage.ts';
import { agent, CILIUM, NODE, pods, type Row, withPod } from './contained.ts';

export const NETWORK_CASES: Row[] = [
  ['deny-all-in-force', 'in force', () => 0, 'proven', /deny \(UID uid-of-NetworkPolicy-deny\)/],
  [
    'deny-all-in-force',
    'deleted',
    (on) => on.drop('/apis/networking.k8s.io/v1/namespaces/evil/networkpolicies/deny'),
    'not-proven',
    /none of 0/,
  ],
  [
    'deny-all-in-force',
    'another allows',
    (on) =>
      on.add(inside('networking.k8s.io/v1', 'NetworkPolicy', 'allow', { spec: { podSelector: {}, ingress: [{}] } })),
    'not-proven',
    /allowed by allow/,
  ],
  [
    'deny-all-in-force',
    'one way only',
    (on) =>
      on.add(
        inside(
          'networking.k8s.io/v1',
          'NetworkPolicy',
          'deny',
          { spec: { podSelector: {}, policyTypes: ['Ingress'] } },
          { labels: OWNED_LABELS },
        ),
      ),
    'not-proven',
    /none of 1/,
  ],

  ['no-other-network-rules', 'no such kind', () => 0, 'not-applicable', /serves no kind/],
  ['no-other-network-rules', 'no rule of Cilium', (on) => on.cluster.serve(CILIUM), 'proven', /there is none/],
  [
    'no-other-network-rules',
    'a rule of Cilium',
    (on) => {
      on.cluster.serve(CILIUM);
      on.add(inside('cilium.io/v2', 'CiliumNetworkPolicy', 'open', { spec: {} }));
    },
    'not-proven',
    /open/,
  ],

  ['policy-enforcer-present', 'the agent enforces', () => 0, 'proven', /no packet was sent.*VPC CNI/],
  ['policy-enforcer-present', 'the agent is off', (on) => on.add(agent([])), 'not-proven', /not enabled/],
  [
    'policy-enforcer-present',
    'the agent is somebody else',
    async (on) => {
      await on.drop('/api/v1/namespaces/kube-system/pods/aws-node-1');
      on.add(agent(undefined, 'attacker'));
    },
    'not-proven',
    /no agent/,
  ],
  [
    'policy-enforcer-present',
    'the agent is not ready',
    (on) => on.add({ ...agent(), status: {} }),
    'not-proven',
    /no agent/,
  ],
  [
    'policy-enforcer-present',
    'a pod in the host network',
    withPod({ hostNetwork: true }),
    'not-proven',
    /network of its node/,
  ],
  ['policy-enforcer-present', 'a pod without an owner', withPod({}), 'proven', /2 pods/],
  [
    'policy-enforcer-present',
    'Fargate',
    (on) => on.add({ ...NODE, metadata: { name: 'node-1', labels: { 'eks.amazonaws.com/compute-type': 'fargate' } } }),
    'not-proven',
    /Fargate/,
  ],
  [
    'policy-enforcer-present',
    'Windows',
    (on) => on.add({ ...NODE, metadata: { name: 'node-1', labels: { 'kubernetes.io/os': 'windows' } } }),
    'not-proven',
    /Windows/,
  ],
  [
    'policy-enforcer-present',
    'Auto Mode',
    (on) => on.add({ ...NODE, metadata: { name: 'node-1', labels: { 'eks.amazonaws.com/compute-type': 'auto' } } }),
    'not-proven',
    /Auto Mode/,
  ],
  ['policy-enforcer-present', 'nothing runs', (on) => on.drop(`${pods}/running`), 'not-applicable', /on a node/],

  // denial-on-nodes.test.ts and network-effects.test.ts have the other cases of these two.
  ['denial-on-nodes', 'no pod has an address', () => 0, 'not-applicable', /none of its pods has an address/],
  [
    'denial-on-nodes',
    'the cluster serves no PolicyEndpoint',
    (on) => on.add(inside('v1', 'Pod', 'web', { spec: { nodeName: 'node-1' }, status: { podIP: '10.0.0.1' } })),
    'not-proven',
    /serves no PolicyEndpoint/,
  ],
  ['connections-cut', 'no pod has an address', () => 0, 'not-applicable', /none of its pods has an address/],
  [
    'connections-cut',
    'the node of a pod is gone',
    (on) => on.add(inside('v1', 'Pod', 'web', { spec: { nodeName: 'gone' }, status: { podIP: '10.0.0.1' } })),
    'not-proven',
    /no network policy reaches it/,
  ],

  ['services-empty', 'emptied', () => 0, 'proven', /1 Services, 1 EndpointSlices/],
  [
    'services-empty',
    'a slice by hand',
    (on) =>
      on.add(inside('discovery.k8s.io/v1', 'EndpointSlice', 'by-hand', { endpoints: [{ addresses: ['10.0.0.1'] }] })),
    'not-proven',
    /EndpointSlice by-hand/,
  ],
  [
    'services-empty',
    'an alias, which has no addresses',
    (on) => on.add(inside('v1', 'Service', 'alias', { spec: { type: 'ExternalName', externalName: 'c2.example' } })),
    'not-proven',
    /not led away: Service alias/,
  ],
  [
    'services-empty',
    'Endpoints by hand',
    (on) => on.add(inside('v1', 'Endpoints', 'old', { subsets: [{ addresses: [{ ip: '10.0.0.1' }] }] })),
    'not-proven',
    /Endpoints old/,
  ],
];
