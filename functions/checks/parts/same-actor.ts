import type { Condition } from '../../clients/logs/log-search.ts';
import type { Actor } from '../../contract/finding.ts';
import { type IamPrincipal, isSameRole, parsePrincipal, parseSession } from '../../kubernetes/names/arn.ts';
import type { AuditEntry, Requester } from './audit-entry.ts';

/**
 * What the audit log is asked for the actor's requests, and for those made in its name; undefined where it is not known
 * who it was. An IAM identity is known by its ARN; the session is its caller's choice. Where the log does not hold the
 * ARN, the username of an access entry begins with the role's.
 *
 * Lets some too many through: {@link isActor} decides.
 */
export function requestsOf(actor: Actor): Condition | undefined {
  const { principalArn, username } = actor;
  const sessions = principalArn && sessionsOf(parsePrincipal(principalArn));
  const any: Condition[] = [
    ...(principalArn ? [{ field: 'user.extra.canonicalArn.0', is: principalArn }] : []),
    ...(sessions ? [{ field: 'user.username', has: sessions }] : []),
    ...(username ? [{ field: 'impersonatedUser.username', is: username }] : []),
    ...(username && !sessions ? [{ field: 'user.username', is: username }] : []),
  ];
  return any.length > 0 ? { any } : undefined;
}

const sessionsOf = (iam: IamPrincipal | undefined): string | undefined =>
  iam?.type === 'role' ? `:sts::${iam.account}:assumed-role/${iam.name}/` : undefined;

function isSessionOf(iam: IamPrincipal | undefined, username = ''): boolean {
  const session = parseSession(username);
  return session !== undefined && session.account === iam?.account && session.role === iam.name;
}

/** Whether this identity is the actor's. */
export function isActor(user: Requester, actor: Actor): boolean {
  if (actor.principalArn === undefined) return user.username !== undefined && user.username === actor.username;
  if (user.principalArn !== undefined) return isSamePrincipal(user.principalArn, actor.principalArn);
  const sessions = sessionsOf(parsePrincipal(actor.principalArn));
  return sessions === undefined
    ? user.username === actor.username
    : isSessionOf(parsePrincipal(actor.principalArn), user.username);
}

/** Whether both ARNs are of the same principal: the path of a role may be missing in one. */
export function isSamePrincipal(a: string, b: string): boolean {
  const [one, other] = [parsePrincipal(a), parsePrincipal(b)];
  return a === b || (one !== undefined && other !== undefined && isSameRole(one, other));
}

/** Whether the actor made the request, or somebody made it in the actor's name. */
export const isByActor = ({ user, impersonated }: AuditEntry, actor: Actor): boolean =>
  isActor(user, actor) || (impersonated?.username !== undefined && impersonated.username === actor.username);

/** The identity that a person can act upon. */
export const nameOf = ({ principalArn, username }: Requester): string => principalArn ?? username ?? 'nobody';
