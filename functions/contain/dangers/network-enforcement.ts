import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { command } from '../../contract/commands/command.ts';
import { record } from '../../kit/json.ts';
import { nodeAgentOf } from '../../kubernetes/vpc-cni.ts';
import { rights } from '../framework/needs.ts';
import type { Danger, DangerKind, Surroundings } from './danger.ts';

/** What enforces NetworkPolicies, as far as the objects of the cluster tell. */
type Enforcer = 'vpc-cni' | 'auto-mode' | 'calico' | 'cilium';

/** Where the agents of other plugins run. */
const AGENTS: readonly [name: string, Enforcer][] = [
  ['calico-node', 'calico'],
  ['cilium', 'cilium'],
];

/** Whether anything makes NetworkPolicies more than paper. */
export const networkEnforcement: DangerKind = {
  about: 'which network plugin enforces NetworkPolicies',
  needs: { kubernetes: rights(['list'], 'daemonsets.apps', 'nodes', 'configmaps') },
  async find(surroundings) {
    const enforcer = await enforcerOf(surroundings);
    return { dangers: enforcer ? [] : [notEnforced(surroundings)], facts: { enforcer: enforcer ?? 'none' } };
  },
};

const notEnforced = ({ target: { cluster } }: Surroundings): Danger => ({
  id: 'network/not-enforced',
  what: 'Nothing in the cluster enforces NetworkPolicies: the agent of the VPC CNI is off, and there is no Calico or Cilium.',
  consequence: 'The policies will be created, but traffic continues. Services are emptied all the same.',
  blocking: false,
  open: true,
  commands: [
    command('aws eks update-addon', [], {
      '--region': cluster.region,
      '--cluster-name': cluster.name ?? 'CLUSTER',
      '--addon-name': 'vpc-cni',
      '--configuration-values': '{"enableNetworkPolicy":"true"}',
      '--resolve-conflicts': 'PRESERVE',
    }),
  ],
});

async function enforcerOf(surroundings: Surroundings): Promise<Enforcer | undefined> {
  const daemons = await surroundings.all('apps/v1', 'daemonsets');
  for (const [name, enforcer] of AGENTS)
    if (daemons.some(({ metadata }) => metadata.name === name && isPlatform(metadata))) return enforcer;
  const node = daemons.find(({ metadata }) => metadata.namespace === 'kube-system' && metadata.name === 'aws-node');
  if (node) return nodeAgentOf(node)?.isOn ? 'vpc-cni' : undefined;
  const nodes = await surroundings.all('v1', 'nodes');
  if (!nodes.some(({ metadata }) => metadata.labels?.['eks.amazonaws.com/compute-type'] === 'auto')) return undefined;
  const maps = await surroundings.in('kube-system', 'v1', 'configmaps');
  const settings = maps.find(({ metadata }) => metadata.name === 'amazon-vpc-cni');
  return record(settings?.['data'])['enable-network-policy-controller'] === 'true' ? 'auto-mode' : undefined;
}

/** Anybody can name a DaemonSet like that; these namespaces are where the plugins put theirs. */
const isPlatform = ({ namespace = '' }: KubernetesObject['metadata']): boolean =>
  ['kube-system', 'calico-system', 'cilium'].includes(namespace);
