import type { AccessEntry } from '@aws-sdk/client-eks';
import type { Eks } from '../../clients/aws/eks.ts';
import { isSameRole, parsePrincipal } from '../../kubernetes/names/arn.ts';

/**
 * The audit log strips a role's path, as STS does; access entries hold the full ARN (roles of IAM Identity Center
 * always have a path). A role's name is unique in its account, so the list of entries tells which one is meant.
 */
export async function findAccessEntry(
  eks: Eks,
  cluster: string,
  principalArn: string,
  signal: AbortSignal,
): Promise<AccessEntry | undefined> {
  const direct = await eks.describeAccessEntry(cluster, principalArn, signal);
  const wanted = parsePrincipal(principalArn);
  if (direct || wanted?.type !== 'role') return direct;
  const listed = (await eks.listAccessEntries(cluster, signal)).find((arn) => {
    const candidate = parsePrincipal(arn);
    return candidate !== undefined && isSameRole(candidate, wanted);
  });
  return listed === undefined ? undefined : eks.describeAccessEntry(cluster, listed, signal);
}
