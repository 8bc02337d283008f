/**
 * The order in which both denials of the VPC CNI cut what is open. The agent lets a known flow pass until the state of its pod
 * changes, and then judges it by the rules of that moment (pkg/ebpf/c/tc.v4egress.bpf.c of aws/aws-network-policy-agent
 * 1.4.1). The policy above the namespaces changes the state; a further NetworkPolicy does not. Were ours above there before the
 * other policies allow nothing, what came in from outside would be judged by them, pass, and be known again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { listPath } from '../../kubernetes/object-path.ts';
import { rights } from '../framework/needs.ts';
import type { StepContext } from '../framework/step.ts';
import { coveredBy, GROUP, hasRules, isDenial, isListed } from '../proofs/policy-endpoints.ts';

/** What {@link denialInForce} asks. */
export const DENIAL_NEEDS = { kubernetes: rights(['list'], 'pods', `policyendpoints.${GROUP}`) };

const POLL_MS = 500;
/** What an agent needs to take an endpoint over, as a part of all that is waited. */
const AGENT_PART = 0.3;

/** @returns whether the controller has ordered the denial for every pod, and nothing else; waits for it a little */
export async function denialInForce({ run, cluster, settings, signal }: StepContext): Promise<boolean> {
  const { namespace } = run.target;
  const list = async (apiVersion: string, resource: string) =>
    (await cluster.kubernetes.list(listPath({ apiVersion, resource, namespace }), signal)).items;
  const end = performance.now() + settings.agentsMs;
  for (;;) {
    const pods = (await list('v1', 'pods')).filter(isListed);
    if (pods.length === 0) return true;
    const endpoints = await list(`${GROUP}/v1alpha1`, 'policyendpoints');
    const isCovered = coveredBy(endpoints.filter(isDenial));
    if (pods.every(isCovered) && !endpoints.some(hasRules)) break;
    if (performance.now() >= end) return false;
    await sleep(Math.min(POLL_MS, settings.agentsMs / 10), undefined, { signal });
  }
  await sleep(AGENT_PART * settings.agentsMs, undefined, { signal });
  return true;
}
