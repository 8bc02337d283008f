import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record, text } from '../../kit/json.ts';

/** Why NetworkPolicies do not reach a pod on EKS, in a few words; undefined where they may. */
export function outOfReach({ metadata, spec }: KubernetesObject): string | undefined {
  const { hostNetwork, os, nodeSelector, nodeName, schedulerName } = record(spec);
  if (hostNetwork === true) return "is in its node's network";
  const fargate =
    metadata.labels?.['eks.amazonaws.com/fargate-profile'] !== undefined ||
    schedulerName === 'fargate-scheduler' ||
    text(nodeName)?.startsWith('fargate-');
  if (fargate) return 'runs on Fargate';
  const windows = record(os)['name'] === 'windows' || record(nodeSelector)['kubernetes.io/os'] === 'windows';
  return windows ? 'runs on Windows' : undefined;
}
