import type { Actor } from '../contract/finding.ts';
import type { ActorKind } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';
import type { AuditEvent, AuditUser } from '../kubernetes/audit-event.ts';
import { parseArn, parseSession } from '../kubernetes/names/arn.ts';

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
    sessionName: extra(user, 'sessionName') ?? parseSession(extra(user, 'arn') ?? user.username ?? '')?.session,
    accessKeyId: extra(user, 'accessKeyId'),
    impersonated:
      impersonatedUser &&
      defined({
        username: impersonatedUser.username,
        groups: impersonatedUser.groups,
        extra: claimsOf(impersonatedUser),
      }),
  });
}

/** What proxies write takes a few short values; whoever impersonates can make it as long as the API server lets it. */
const MAX_CLAIMS = { keys: 20, key: 100, values: 5, value: 300 } as const;

/** What the request said of the identity that it claimed, as far as it is text, and not more than a person reads. */
function claimsOf({ extra }: AuditUser): Record<string, string[]> | undefined {
  const claims = Object.entries(extra)
    .slice(0, MAX_CLAIMS.keys)
    .flatMap(([key, values]) => {
      const texts = (Array.isArray(values) ? values.slice(0, MAX_CLAIMS.values) : []).flatMap((value: unknown) =>
        typeof value === 'string' && value !== '' ? [value.slice(0, MAX_CLAIMS.value).toWellFormed()] : [],
      );
      return texts.length > 0 ? [[key.slice(0, MAX_CLAIMS.key).toWellFormed(), texts] as const] : [];
    });
  return claims.length > 0 ? Object.fromEntries(claims) : undefined;
}

/** Extra values are lists; the authenticator writes one each. */
function extra(user: AuditUser, key: string): string | undefined {
  const values = user.extra[key];
  const first: unknown = Array.isArray(values) ? values[0] : undefined;
  return typeof first === 'string' && first !== '' ? first : undefined;
}

/**
 * `extra` may be missing. The user name of an access entry is by default the session's ARN; the authenticator made it
 * from the role, so where the account agrees with the uid's, the role's canonical ARN (without path) follows.
 */
function principalOf(user: AuditUser): string | undefined {
  const canonical = extra(user, 'canonicalArn');
  if (canonical && iamIdentity(canonical)) return canonical;
  const account = AUTHENTICATOR_UID.exec(user.uid ?? '')?.[1];
  if (!account || !user.username) return undefined;
  const session = parseSession(user.username);
  if (session) return session.account === account ? session.roleArn : undefined;
  return iamIdentity(user.username)?.account === account ? user.username : undefined;
}

/** What IAM and STS let act in the long run: a role, a user, a federated user, the account itself. */
function iamIdentity(text: string): { account: string; type: string } | undefined {
  const { service, account, resource = '' } = parseArn(text) ?? {};
  const [type = ''] = resource.split(/[/:]/, 1);
  const isIdentity = service === 'iam' ? ['role', 'user', 'root'].includes(type) : type === 'federated-user';
  return account && isIdentity && (service === 'iam' || service === 'sts') ? { account, type } : undefined;
}

function kindOf(user: AuditUser, principalArn: string | undefined): ActorKind {
  const { username, groups = [] } = user;
  if (!username || username === 'system:anonymous' || groups.includes('system:unauthenticated')) return 'anonymous';
  if (username.startsWith('system:node:')) return 'node';
  if (principalArn) return iamIdentity(principalArn)?.type === 'role' ? 'iam-role' : 'iam-user';
  if (username.startsWith('system:serviceaccount:')) return 'service-account';
  if (username.startsWith('system:') || username.startsWith('eks:')) return 'system';
  // The unique id's prefix tells the kind where no ARN does (IAM identifiers: AROA is a role).
  const id = AUTHENTICATOR_UID.exec(user.uid ?? '')?.[2];
  if (id) return id.startsWith('AROA') ? 'iam-role' : 'iam-user';
  return 'user';
}
