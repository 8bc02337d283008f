import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record, records, text, texts } from '../../kit/json.ts';
import { rights } from '../framework/needs.ts';
import { controllerOf, hasEnded } from '../removal/workloads.ts';
import type { ClusterReader } from './cluster-reader.ts';
import { fewNames, notApplicable, notProven, proven, type Verification } from './proof.ts';

/** A network plugin that enforces NetworkPolicy by an agent on each node. */
interface Enforcer {
  name: string;
  /** The label `k8s-app` of its agents. */
  app: string;
  /** Where they run: a pod of that label elsewhere may be anybody's. */
  namespaces: readonly string[];
  /** Why an agent does not enforce, where its own configuration tells. */
  idle?(agent: KubernetesObject): string | undefined;
  /** Whether a pod without an owner is outside. */
  onlyOwned?: boolean;
}

const ENFORCERS: readonly Enforcer[] = [
  {
    name: 'VPC CNI',
    app: 'aws-node',
    namespaces: ['kube-system'],
    // https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html
    idle(agent) {
      const containers = records(record(agent['spec'])['containers']);
      const nodeAgent = containers.find(({ name }) => name === 'aws-eks-nodeagent');
      if (!nodeAgent) return 'it has no network policy agent';
      const enabled = texts(nodeAgent['args']).includes('--enable-network-policy=true');
      return enabled ? undefined : 'its network policy agent is not enabled (enableNetworkPolicy)';
    },
    onlyOwned: true,
  },
  { name: 'Calico', app: 'calico-node', namespaces: ['kube-system', 'calico-system'] },
  { name: 'Cilium', app: 'cilium', namespaces: ['kube-system', 'cilium'] },
];

/**
 * Decisive: without an agent on the node a NetworkPolicy is a piece of paper. Shown by what is configured: packets are not
 * sent, and connections that were open before may live on until their pod ends.
 */
export const policyEnforcerPresent: Verification = {
  id: 'policy-enforcer-present',
  claim: 'On each node with its pods, a network plugin enforces policies.',
  decisive: true,
  needs: { kubernetes: rights(['list'], 'pods', 'nodes') },
  async prove(look) {
    const pods = (await look.pods()).filter((pod) => !hasEnded(pod) && nodeOf(pod) !== undefined);
    if (pods.length === 0) return notApplicable('Read: none of its pods is on a node.');
    const [nodes, agents] = await Promise.all([look.list('v1', 'nodes', 'everywhere'), agentsOf(look)]);
    const byName = new Map(nodes.map((node) => [node.metadata.name, node]));
    const problems = pods.flatMap((pod) => problemOf(pod, byName.get(nodeOf(pod)), agents) ?? []);
    const how = 'Read the configuration of the network plugin (no packet was sent)';
    if (problems.length > 0) return notProven(`${how}: ${fewNames([...new Set(problems)])}.`);
    const plugins = new Set([...agents.values()].flatMap((each) => each.map(({ enforcer }) => enforcer.name)));
    return proven(
      `${how}: ${[...plugins].join(', ')} on each node of its ${pods.length} pods. Connections that were open may live on.`,
    );
  },
};

interface Agent {
  enforcer: Enforcer;
  pod: KubernetesObject;
}

/** By the node's name. */
async function agentsOf(look: ClusterReader): Promise<Map<string, Agent[]>> {
  const agents = new Map<string, Agent[]>();
  const lists = await Promise.all(ENFORCERS.map(({ app }) => look.whole('/api/v1/pods', `k8s-app=${app}`)));
  for (const [index, enforcer] of ENFORCERS.entries())
    for (const pod of lists[index] ?? []) {
      const node = nodeOf(pod);
      if (!node || !enforcer.namespaces.includes(pod.metadata.namespace ?? '')) continue;
      if (controllerOf(pod)?.kind !== 'DaemonSet') continue;
      agents.set(node, [...(agents.get(node) ?? []), { enforcer, pod }]);
    }
  return agents;
}

/** Why policies may not hold a pod; undefined where they do. */
function problemOf(
  pod: KubernetesObject,
  node: KubernetesObject | undefined,
  agents: ReadonlyMap<string, Agent[]>,
): string | undefined {
  const name = pod.metadata.name ?? '';
  const on = nodeOf(pod) ?? '';
  if (record(pod['spec'])['hostNetwork'] === true)
    return `${name} uses the network of its node, which no policy covers`;
  const labels = node?.metadata.labels ?? {};
  if (!node) return `the node ${on} of ${name} is gone`;
  if (labels['eks.amazonaws.com/compute-type'] === 'fargate')
    return `${name} runs on Fargate, which enforces no policy`;
  if (labels['kubernetes.io/os'] === 'windows') return `${name} runs on Windows, which enforces no policy`;
  if (labels['eks.amazonaws.com/compute-type'] === 'auto')
    return `${on} is a node of Auto Mode, whose agent is no pod: its NodeClass and the ConfigMap amazon-vpc-cni tell`;
  const here = agents.get(on) ?? [];
  const ready = here.filter((agent) => isReady(agent.pod));
  if (ready.length === 0) return `no agent of VPC CNI, Calico or Cilium is ready on ${on}`;
  const reasons = ready.map(({ enforcer, pod: agent }) => {
    const idle = enforcer.idle?.(agent);
    if (idle) return `${enforcer.name} on ${on}: ${idle}`;
    if (enforcer.onlyOwned && !controllerOf(pod)) return `${name} has no owner, so ${enforcer.name} does not hold it`;
    return undefined;
  });
  return reasons.includes(undefined) ? undefined : reasons[0];
}

const nodeOf = ({ spec }: KubernetesObject): string | undefined => text(record(spec)['nodeName']);

const isReady = ({ status }: KubernetesObject): boolean =>
  records(record(status)['conditions']).some(({ type, status }) => type === 'Ready' && status === 'True');
