import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { counted } from '../../kit/words.ts';
import {
  agentProblem,
  ENFORCEMENT_RIGHTS,
  type Enforcement,
  enforcementOf,
  isAutoMode,
  nodeOf,
  unreachable,
} from './enforcers.ts';
import { fewNames, notApplicable, notProven, proven, type Verification } from './proof.ts';

/** Decisive: without an agent on the node a NetworkPolicy is a piece of paper. What it enforces, denial-on-nodes shows. */
export const policyEnforcerPresent: Verification = {
  id: 'policy-enforcer-present',
  claim: 'On each node with its pods, a network plugin enforces policies.',
  decisive: true,
  shows: 'configuration',
  needs: { kubernetes: ENFORCEMENT_RIGHTS },
  async prove(look) {
    const enforcement = await enforcementOf(look);
    const { pods, agents } = enforcement;
    if (pods.length === 0) return notApplicable('Read: none of its pods is on a node.');
    const problems = pods.flatMap((pod) => problemOf(pod, enforcement) ?? []);
    const how = 'Read the configuration of the network plugin (no packet was sent)';
    if (problems.length > 0) return notProven(`${how}: ${fewNames([...new Set(problems)])}.`);
    const plugins = new Set([...agents.values()].flatMap((each) => each.map(({ enforcer }) => enforcer.name)));
    return proven(
      `${how}: ${[...plugins].join(', ')} is on and ready on each node of its ${counted(pods.length, 'pod')}.`,
    );
  },
};

/** Why policies may not hold a pod; undefined where they do. */
function problemOf(pod: KubernetesObject, enforcement: Enforcement): string | undefined {
  const on = nodeOf(pod) ?? '';
  const node = enforcement.nodes.get(on);
  const beyond = unreachable(pod, node);
  if (beyond) return beyond;
  if (isAutoMode(node))
    return `${on} is a node of Auto Mode, whose agent is not a pod: its NodeClass and the ConfigMap amazon-vpc-cni tell`;
  return agentProblem(pod, enforcement);
}
