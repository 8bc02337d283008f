/** Whether the control plane writes its logs: where it does not, the absence of a line proves nothing. */
import type { LogType } from '@aws-sdk/client-eks';
import type { CheckContext } from '../check.ts';
import { requireSameCluster } from './same-cluster.ts';

/** @returns those of the logs that the cluster does not write; undefined where EKS does not tell */
export async function logsThatAreOff(
  { clients, finding, signal }: CheckContext,
  logs: readonly LogType[],
): Promise<LogType[] | undefined> {
  if (!clients.eks || !finding.cluster.name) return undefined;
  const cluster = await clients.eks.describeCluster(finding.cluster.name, signal).catch(() => undefined);
  requireSameCluster(finding.cluster, cluster?.arn);
  const types = cluster?.logging?.clusterLogging;
  if (!types) return undefined;
  const on = types.filter(({ enabled }) => enabled).flatMap(({ types: each }) => each ?? []);
  return logs.filter((log) => !on.includes(log));
}

/**
 * Why an empty answer of the audit log tells nothing. Where EKS does not say whether it is on, the record itself does, if
 * that log brought it; and a log that was given by hand, where there is no EKS to ask, was written.
 */
export async function auditLogDoubt(context: CheckContext): Promise<string | undefined> {
  const off = await logsThatAreOff(context, ['audit']);
  if (off !== undefined) return off.length > 0 ? 'the cluster does not write the audit log' : undefined;
  return context.clients.eks && context.finding.source.kind !== 'audit-log'
    ? 'it is not known whether the cluster writes the audit log'
    : undefined;
}
