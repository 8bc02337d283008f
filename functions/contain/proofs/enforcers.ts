/** The agents of network plugins on the nodes, and what each tells of itself. */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record, records, text } from '../../kit/json.ts';
import { nodeAgentIn } from '../../kubernetes/vpc-cni.ts';
import { rights } from '../framework/needs.ts';
import { controllerOf, hasEnded } from '../removal/workloads.ts';
import type { ClusterReader } from './cluster-reader.ts';

export type Plugin = 'VPC CNI' | 'Calico' | 'Cilium';

/** A network plugin that enforces NetworkPolicy by an agent on each node. */
interface Enforcer {
  name: Plugin;
  /** The label `k8s-app` of its agents. */
  app: string;
  /** Where they run: a pod of that label elsewhere may be anybody's. */
  namespaces: readonly string[];
  /** Why an agent does not enforce, where its own configuration tells. */
  idle?(agent: KubernetesObject): string | undefined;
}

const ENFORCERS: readonly Enforcer[] = [
  // https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html
  { name: 'VPC CNI', app: 'aws-node', namespaces: ['kube-system'], idle: idleNodeAgent },
  { name: 'Calico', app: 'calico-node', namespaces: ['kube-system', 'calico-system'] },
  { name: 'Cilium', app: 'cilium', namespaces: ['kube-system', 'cilium'] },
];

function idleNodeAgent({ spec, status }: KubernetesObject): string | undefined {
  const found = nodeAgentIn(spec);
  if (!found) return 'it has no network policy agent';
  if (!found.isOn) return 'its network policy agent is not enabled (enableNetworkPolicy)';
  const state = records(record(status)['containerStatuses']).find(({ name }) => name === found.container);
  return state && state['ready'] !== true ? 'its network policy agent is not ready' : undefined;
}

interface Agent {
  enforcer: Enforcer;
  pod: KubernetesObject;
}

/** What the plugins have on the nodes of the pods of a namespace. */
export interface Enforcement {
  /** Its pods that are on a node and have not ended. */
  pods: KubernetesObject[];
  /** By name. */
  nodes: ReadonlyMap<string, KubernetesObject>;
  /** Ready or not, by the node's name. */
  agents: ReadonlyMap<string, Agent[]>;
}

/** What {@link enforcementOf} asks. */
export const ENFORCEMENT_RIGHTS = rights(['list'], 'pods', 'nodes');

export async function enforcementOf(look: ClusterReader): Promise<Enforcement> {
  const pods = (await look.pods()).filter((pod) => !hasEnded(pod) && nodeOf(pod) !== undefined);
  if (pods.length === 0) return { pods, nodes: new Map(), agents: new Map() };
  const [nodes, agents] = await Promise.all([look.list('v1', 'nodes', 'everywhere'), agentsOf(look)]);
  return { pods, nodes: new Map(nodes.map((node) => [node.metadata.name ?? '', node])), agents };
}

async function agentsOf(look: ClusterReader): Promise<Map<string, Agent[]>> {
  const agents = new Map<string, Agent[]>();
  const lists = await Promise.all(ENFORCERS.map(({ app }) => look.labelled('/api/v1/pods', `k8s-app=${app}`)));
  for (const [index, enforcer] of ENFORCERS.entries())
    for (const pod of lists[index] ?? []) {
      const node = nodeOf(pod);
      if (!node || !enforcer.namespaces.includes(pod.metadata.namespace ?? '')) continue;
      if (controllerOf(pod)?.kind !== 'DaemonSet') continue;
      agents.set(node, [...(agents.get(node) ?? []), { enforcer, pod }]);
    }
  return agents;
}

const COMPUTE_TYPE = 'eks.amazonaws.com/compute-type';

/** Whether the node is one of EKS Auto Mode: its agent is part of the node, and no pod. */
export const isAutoMode = (node: KubernetesObject | undefined): boolean =>
  node?.metadata.labels?.[COMPUTE_TYPE] === 'auto';

/** Why no network policy reaches a pod, whatever is on its node; undefined where one may. */
export function unreachable(pod: KubernetesObject, node: KubernetesObject | undefined): string | undefined {
  const name = pod.metadata.name ?? '';
  if (record(pod['spec'])['hostNetwork'] === true)
    return `${name} uses the network of its node, which no policy covers`;
  if (!node) return `the node ${nodeOf(pod)} of ${name} is gone`;
  const labels = node.metadata.labels ?? {};
  if (labels[COMPUTE_TYPE] === 'fargate') return `${name} runs on Fargate, which enforces no policy`;
  if (labels['kubernetes.io/os'] === 'windows') return `${name} runs on Windows, which enforces no policy`;
  return undefined;
}

/** What a plugin writes down for us, most of it first: where several enforce, the first is asked. */
const TELLING: readonly Plugin[] = ['VPC CNI', 'Cilium', 'Calico'];

/**
 * The plugin that enforces on the node of a pod, or would if its agent were ready and on; undefined where none is known.
 * Beside Calico or Cilium the agent of the VPC CNI is off. In Auto Mode it is part of the node.
 */
export function pluginOf(pod: KubernetesObject, { nodes, agents }: Enforcement): Plugin | undefined {
  const on = nodeOf(pod) ?? '';
  const here = agents.get(on) ?? [];
  const active = here.filter((agent) => isReady(agent.pod) && !agent.enforcer.idle?.(agent.pod));
  const names = (active.length > 0 ? active : here).map(({ enforcer }) => enforcer.name);
  if (isAutoMode(nodes.get(on))) names.push('VPC CNI');
  return TELLING.find((name) => names.includes(name));
}

export const nodeOf = ({ spec }: KubernetesObject): string | undefined => text(record(spec)['nodeName']);

const isReady = ({ status }: KubernetesObject): boolean =>
  records(record(status)['conditions']).some(({ type, status }) => type === 'Ready' && status === 'True');

/** Why the agent on the node of a pod enforces nothing; undefined where one does, and in Auto Mode, where it is not a pod. */
export function agentProblem(pod: KubernetesObject, { nodes, agents }: Enforcement): string | undefined {
  const on = nodeOf(pod) ?? '';
  if (isAutoMode(nodes.get(on))) return undefined;
  const ready = (agents.get(on) ?? []).filter((agent) => isReady(agent.pod));
  if (ready.length === 0) return `no agent of VPC CNI, Calico or Cilium is ready on ${on}`;
  const idle = ready.map(({ enforcer, pod: agent }) => {
    const why = enforcer.idle?.(agent);
    return why && `${enforcer.name} on ${on}: ${why}`;
  });
  return idle.includes(undefined) ? undefined : idle[0];
}
