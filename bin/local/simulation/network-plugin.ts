/** Stands in for the VPC CNI: its agents on the nodes, and the controller that resolves policies to addresses. */
import type { KubernetesObject } from '../../../functions/clients/kubernetes/kubernetes.ts';
import type { Kind, MemoryCluster } from '../../../functions/clients/local/memory-cluster.ts';
import { record, text } from '../../../functions/kit/json.ts';

const AWS = 'networking.k8s.aws/v1alpha1';
const ENDPOINTS = '/apis/networking.k8s.aws/v1alpha1';
export const NETWORK_KINDS: readonly Kind[] = [[AWS, 'PolicyEndpoint', 'policyendpoints']];

/** The agent that enforces policies, switched on: its DaemonSet, and a pod of it on each node. */
export function nodeAgents(nodes: readonly KubernetesObject[]): object[] {
  const containers = [{ name: 'aws-eks-nodeagent', args: ['--enable-network-policy=true'] }];
  const daemonSet = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'aws-node', namespace: 'kube-system', uid: 'simulated-aws-node' },
    spec: { template: { spec: { containers } } },
  };
  const { apiVersion, kind, metadata } = daemonSet;
  const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true };
  const pods = nodes.map(({ metadata: { name } }, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `aws-node-${index + 1}`,
      namespace: 'kube-system',
      labels: { 'k8s-app': 'aws-node' },
      ownerReferences: [owner],
    },
    spec: { nodeName: name, hostNetwork: true, containers },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  }));
  return [daemonSet, ...pods];
}

/** What there is in a namespace for a controller to go by. */
interface Contents {
  namespace: string;
  pods: readonly KubernetesObject[];
  policies: readonly KubernetesObject[];
}

/** Writes for each policy of the namespace what the nodes are to enforce, and takes away what belongs to none. */
export async function orderPolicies(
  { namespace, pods, policies }: Contents,
  cluster: MemoryCluster,
  { create, remove }: Pick<MemoryCluster, 'create' | 'remove'>,
): Promise<void> {
  const { signal } = new AbortController();
  const path = `${ENDPOINTS}/namespaces/${namespace}/policyendpoints`;
  for (const { metadata } of (await cluster.list(path, signal)).items) await remove(`${path}/${metadata.name}`, signal);
  for (const { metadata, spec } of policies) {
    const { podSelector, policyTypes } = record(spec);
    const endpoint = {
      apiVersion: AWS,
      kind: 'PolicyEndpoint',
      metadata: { name: `${metadata.name}-1` },
      spec: {
        policyRef: { name: metadata.name, namespace },
        podSelector,
        podIsolation: policyTypes,
        podSelectorEndpoints: pods.flatMap((pod) => addressed(namespace, pod)),
      },
    };
    await create(path, endpoint, signal);
  }
}

function addressed(namespace: string, { metadata: { name }, status }: KubernetesObject): object[] {
  const { podIP, hostIP } = record(status);
  return text(podIP) ? [{ name, namespace, podIP, ...(text(hostIP) && { hostIP }) }] : [];
}
