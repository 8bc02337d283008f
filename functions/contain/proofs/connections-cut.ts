import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record, text } from '../../kit/json.ts';
import { counted } from '../../kit/words.ts';
import { allNeeds, RECORD_NEEDS, rights } from '../framework/needs.ts';
import { adminPolicyName } from '../isolation/admin-policy.ts';
import { selectorMatches } from '../isolation/label-selector.ts';
import type { ClusterReader } from './cluster-reader.ts';
import {
  agentProblem,
  ENFORCEMENT_RIGHTS,
  type Enforcement,
  enforcementOf,
  nodeOf,
  pluginOf,
  unreachable,
} from './enforcers.ts';
import { addressOf, coveredBy, GROUP, isDenial } from './policy-endpoints.ts';
import { fewNames, notApplicable, notProven, proven, type Verification } from './proof.ts';

/**
 * Decisive: a shell that was open before the isolation is as good as one that is opened after it. No list of connections
 * can be had; what each plugin does with the flows that it knows is in its published code:
 * - VPC CNI: pkg/ebpf/c/tc.v4egress.bpf.c of aws/aws-network-policy-agent (c8619c0) lets a known flow pass as long as the
 *   state of its pod is the one at its beginning. The first policy that selects the pod changes the state, and a further
 *   one does not; policies above the namespaces have a state of their own.
 * - Cilium: asks the policy for each packet of the direction in which a connection was opened (cilium/cilium#2700, #3605).
 * - Calico: accepts what belongs to an established connection before it asks any policy (felix/rules/endpoints.go;
 *   projectcalico/calico#2759, #6399).
 */
export const connectionsCut: Verification = {
  id: 'connections-cut',
  claim: 'No connection that its pods had before the isolation goes on.',
  decisive: true,
  shows: 'configuration',
  needs: allNeeds(RECORD_NEEDS, {
    kubernetes: [
      ...ENFORCEMENT_RIGHTS,
      ...rights(['list'], 'policyendpoints.networking.k8s.aws', 'clusterpolicyendpoints.networking.k8s.aws'),
    ],
  }),
  async prove(look) {
    const enforcement = await enforcementOf(look);
    const pods = enforcement.pods.filter((pod) => addressOf(pod) !== undefined);
    if (pods.length === 0) return notApplicable('Read: none of its pods has an address.');
    const before = (await Promise.all(SELECTING.map((kind) => look.before(kind)))).flat();
    const isJudgedAbove = await newlyAbove(look);
    const ordered = (await look.served(GROUP, 'PolicyEndpoint')) ?? [];
    const isDenied = coveredBy(ordered.filter(isDenial));
    const reasons = new Map<string, string[]>();
    for (const pod of pods) {
      const why = survival(pod, enforcement, { before, isDenied, isJudgedAbove });
      if (why !== undefined) reasons.set(why, [...(reasons.get(why) ?? []), pod.metadata.name ?? '']);
    }
    const how = 'By what the code of the network plugin does with flows that it knows (nobody can list them)';
    if (reasons.size === 0)
      return proven(`${how}: those of its ${counted(pods.length, 'pod')} were cut as the policy came.`);
    const told = [...reasons].map(([why, names]) => `${fewNames(names)}: ${why}`);
    return notProven(
      `${how}: they may go on. ${told.join('; ')}. They end with the pod: mode "remove" with scope "pods" ends the pods alone.`,
    );
  },
};

/** The controller orders the same for both, so that either changes the state of a pod. */
const SELECTING = ['NetworkPolicy', 'ApplicationNetworkPolicy'] as const;

interface Circumstances {
  /** The policies of the snapshots. */
  before: readonly KubernetesObject[];
  /** Whether the denial is ordered to the agent of its node. */
  isDenied(pod: KubernetesObject): boolean;
  isJudgedAbove(pod: KubernetesObject): boolean;
}

/** Why connections of a pod may go on; undefined where they were cut. */
function survival(pod: KubernetesObject, enforcement: Enforcement, circumstances: Circumstances): string | undefined {
  const { before, isDenied, isJudgedAbove } = circumstances;
  if (unreachable(pod, enforcement.nodes.get(nodeOf(pod) ?? ''))) return 'no network policy reaches it';
  const plugin = pluginOf(pod, enforcement);
  const idle = plugin && agentProblem(pod, enforcement);
  if (idle) return idle;
  switch (plugin) {
    case 'Cilium':
      return undefined;
    case 'Calico':
      return 'Calico accepts what belongs to an established connection before it asks a policy';
    case 'VPC CNI': {
      if (!isDenied(pod)) return 'the denial is not ordered to the VPC CNI for it, see denial-on-nodes';
      const selecting = before.find(({ spec }) => selectorMatches(record(spec)['podSelector'], pod.metadata.labels));
      if (!selecting || isJudgedAbove(pod)) return undefined;
      return `the policy ${selecting.metadata.name} selected it before, so that the VPC CNI may not judge its known flows again`;
    }
    case undefined:
      return 'no network plugin is known on its node';
  }
}

/**
 * Whether our policy above the namespaces is the first of its kind that selects a pod, and came when all was denied below it:
 * what it makes the agent judge again is then judged by that.
 */
async function newlyAbove(look: ClusterReader): Promise<(pod: KubernetesObject) => boolean> {
  const cut = await look.record('cutConnections');
  if (cut?.details?.['denialFirst'] !== true) return () => false;
  const above = (await look.served(GROUP, 'ClusterPolicyEndpoint', 'everywhere')) ?? [];
  const isOurs = ({ spec }: KubernetesObject): boolean =>
    text(record(record(spec)['policyRef'])['name']) === adminPolicyName(look.target.uid);
  const byOurs = coveredBy(above.filter(isOurs));
  const byOthers = coveredBy(above.filter((endpoint) => !isOurs(endpoint)));
  return (pod) => byOurs(pod) && !byOthers(pod);
}
