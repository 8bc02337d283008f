import type { Actor } from '../contract/finding.ts';
import type { ActorKind } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';
import type { AuditEvent, User } from './audit-event.ts';

const IAM_ARN = /^arn:aws[a-z-]*:(?:iam::(\d{12}):(role|user|root)|sts::(\d{12}):federated-user)\b/;
const SESSION_ARN = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([^/]+)\/(.+)$/;
const AUTHENTICATOR_UID = /^(?:aws-iam-authenticator|heptio-authenticator-aws):(\d{12}):(\w+)/;

/**
 * Who made the request. On EKS, aws-auth maps to free text and the session name is its caller's choice, so
 * `extra.canonicalArn`, then `uid`, are trusted above `username`.
 */
export function actorOf({ user, impersonatedUser, truncated }: AuditEvent): Actor {
  const principalArn = principalOf(user);
  return defined({
    kind: truncated && !user.username ? 'unknown' : kindOf(user, principalArn),
    username: user.username,
    groups: user.groups,
    principalArn,
    sessionName: extra(user, 'sessionName') ?? SESSION_ARN.exec(extra(user, 'arn') ?? user.username ?? '')?.[4],
    accessKeyId: extra(user, 'accessKeyId'),
    impersonated: impersonatedUser && defined({ username: impersonatedUser.username, groups: impersonatedUser.groups }),
  });
}

/** Extra values are lists; the authenticator writes one each. */
function extra(user: User, key: string): string | undefined {
  const values = user.extra[key];
  const first: unknown = Array.isArray(values) ? values[0] : undefined;
  return typeof first === 'string' && first !== '' ? first : undefined;
}

/**
 * `extra` may be missing. The user name of an access entry is by default the session's ARN; the authenticator made it
 * from the role, so where the account agrees with the uid's, the role's canonical ARN (without path) follows.
 */
function principalOf(user: User): string | undefined {
  const canonical = extra(user, 'canonicalArn');
  if (canonical && IAM_ARN.test(canonical)) return canonical;
  const account = AUTHENTICATOR_UID.exec(user.uid ?? '')?.[1];
  if (!account || !user.username) return undefined;
  const session = SESSION_ARN.exec(user.username);
  if (session) return session[2] === account ? `arn:${session[1]}:iam::${account}:role/${session[3]}` : undefined;
  const [, ofIam, , ofSts] = IAM_ARN.exec(user.username) ?? [];
  return (ofIam ?? ofSts) === account ? user.username : undefined;
}

function kindOf(user: User, principalArn: string | undefined): ActorKind {
  const { username, groups = [] } = user;
  if (!username || username === 'system:anonymous' || groups.includes('system:unauthenticated')) return 'anonymous';
  if (username.startsWith('system:node:')) return 'node';
  if (principalArn) return IAM_ARN.exec(principalArn)?.[2] === 'role' ? 'iam-role' : 'iam-user';
  if (username.startsWith('system:serviceaccount:')) return 'service-account';
  if (username.startsWith('system:') || username.startsWith('eks:')) return 'system';
  // The unique id's prefix tells the kind where no ARN does (IAM identifiers: AROA is a role).
  const id = AUTHENTICATOR_UID.exec(user.uid ?? '')?.[2];
  if (id) return id.startsWith('AROA') ? 'iam-role' : 'iam-user';
  return 'user';
}
