/** A namespace on nodes with a network plugin, and what the controller of the VPC CNI writes of its pods. */

import { MemoryCluster } from '../../functions/clients/local/memory-cluster.ts';
import { verifyIsolation } from '../../functions/contain/steps/verify-isolation.ts';
import type { Proof } from '../../functions/contract/containment.ts';
import { OWNED_LABELS } from '../../functions/kubernetes/quarantine.ts';
import { inside, NOW, quarantined, Stage } from './stage.ts';

const AWS = 'networking.k8s.aws/v1alpha1';
export const KINDS = [
  [AWS, 'PolicyEndpoint', 'policyendpoints'],
  [AWS, 'ClusterPolicyEndpoint', 'clusterpolicyendpoints', false],
  ['cilium.io/v2', 'CiliumEndpoint', 'ciliumendpoints'],
] as const;
const FINALIZER = 'networking.k8s.aws/resources';
const READY = [{ type: 'Ready', status: 'True' }];
const OWNED = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'r', controller: true }];

export const node = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels },
});

/** The agent of a plugin on a node. */
export const agent = (on: string, app = 'aws-node', args = ['--enable-network-policy=true'], status: object = {}) => ({
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

export const ipOf = (number: number): string => `10.0.${Math.floor(number / 250)}.${(number % 250) + 1}`;

/** A pod by its number. */
export const pod = (number: number, spec: object = {}, status: object = {}, labels: Record<string, string> = {}) =>
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
export const endpoint = (name: string, pods: readonly Listed[], spec: object = {}, namespace = 'evil') => ({
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

export const clusterEndpoint = (name: string, pods: readonly Listed[], spec: object) => ({
  apiVersion: AWS,
  kind: 'ClusterPolicyEndpoint',
  metadata: { name },
  spec: { policyRef: { name }, tier: 'Admin', priority: 0, podSelectorEndpoints: entriesOf(pods), ...spec },
});

export const deny = (finalizers: string[] = [FINALIZER]) =>
  inside(
    'networking.k8s.io/v1',
    'NetworkPolicy',
    'deny',
    { spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } },
    { labels: OWNED_LABELS, finalizers },
  );

export const ONE = pod(1);
export const MORE = Array.from({ length: 201 }, (_, number) => pod(number));
export const vpcCni = (...more: object[]): object[] => [node('node-1'), agent('node-1'), deny(), ...more];
export const RULE = { ingress: [{ cidr: '0.0.0.0/0' }] };

export async function proofsOn(
  objects: readonly object[],
  before: readonly object[] = [],
  kinds: readonly (typeof KINDS)[number][] = KINDS,
  step = verifyIsolation,
  isolated: Record<string, unknown> = { denialFirst: true },
) {
  const on = new Stage(
    new MemoryCluster(
      [quarantined(), ...objects],
      kinds.map((kind) => [...kind]),
    ),
  );
  await on.snapshot(before);
  await on.finished('cutConnections', NOW, isolated);
  const { again } = await on.run(step);
  const proofs = on.record(step.key).proofs;
  return { again, proof: (id: string) => proofs.find((each) => each.id === id) as Proof };
}
