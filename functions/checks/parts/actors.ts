/** What more than one file has to know about who made a request. */
import type { Finding } from '../../contract/finding.ts';
import { parsePrincipal } from '../../kubernetes/names/arn.ts';

/** Whether it is said that nobody authenticated. Where a record is incomplete, a creator without name is unknown. */
export function isAnonymous({ actor, source }: Finding): boolean {
  if (actor.username === 'system:anonymous' || actor.groups?.includes('system:unauthenticated')) return true;
  return actor.kind === 'anonymous' && source.kind === 'audit-log' && !source.truncated;
}

/**
 * Whether this is one of the components that EKS manages, as its add-on manager: the username begins with `eks:`, and
 * the role behind it is in an account of AWS. An identity of the cluster's own account could have been given such a
 * name by aws-auth. Not `eks:support-engineer`, which AWS documents for people: what it makes is looked at like anybody's.
 * https://docs.aws.amazon.com/eks/latest/userguide/default-roles-users.html
 */
export function isEksComponent({ actor, cluster }: Finding): boolean {
  const { kind, username = '', principalArn } = actor;
  if (!username.startsWith('eks:') || username === 'eks:support-engineer') return false;
  if (principalArn === undefined) return kind === 'system';
  const account = parsePrincipal(principalArn)?.account;
  return account !== undefined && cluster.account !== undefined && account !== cluster.account;
}
