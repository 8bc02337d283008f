import { defined } from '../../kit/defined.ts';

/** Takes apart the reason that an authorizer gives in the audit log (`authorization.k8s.io/reason`). */

export type GrantKind = 'ClusterRoleBinding' | 'RoleBinding' | 'EKS access policy' | 'group system:masters' | 'other';

/** What can be read from the reason alone, and what is needed to look further. */
export interface AuthorizerGrant {
  kind: GrantKind;
  binding?: string;
  role?: string;
  accessPolicyArn?: string;
  /** To whom the binding gives it: `Group "developers"`. */
  subject?: string;
  roleKind?: string;
  /** Of a RoleBinding. */
  namespace?: string;
  /** IAM principal of an access entry, with its path. */
  principalArn?: string;
  /** The principal's unique id, by which EKS knows it. */
  principalId?: string;
}

/** Go's %q. */
const QUOTED = '"((?:[^"\\\\]|\\\\.)*)"';
/** Kubernetes, plugin/pkg/auth/authorizer/rbac/rbac.go: `ClusterRoleBinding "b" of ClusterRole "r" to Group "g"`. */
const BINDING = new RegExp(`^(ClusterRoleBinding|RoleBinding) ${QUOTED} of (ClusterRole|Role) ${QUOTED} to (.*)$`, 's');
const EKS_PREFIX = 'EKS Access Policy: allowed by ';
const RBAC_PREFIX = 'RBAC: allowed by ';

/** @param reason as logged; the API server gives none where the group system:masters, or the Node authorizer, allowed it */
export function parseReason(
  reason: string | undefined,
  groups: readonly string[] | undefined,
): AuthorizerGrant | undefined {
  if (!reason) return groups?.includes('system:masters') ? { kind: 'group system:masters' } : undefined;
  if (reason.startsWith(EKS_PREFIX)) return accessPolicy(reason.slice(EKS_PREFIX.length));
  if (!reason.startsWith(RBAC_PREFIX)) return { kind: 'other' };
  const [, kind, binding = '', roleKind = '', role = '', subject = ''] =
    BINDING.exec(reason.slice(RBAC_PREFIX.length)) ?? [];
  if (kind !== 'ClusterRoleBinding' && kind !== 'RoleBinding') return { kind: 'other' };
  const [name, namespace] = kind === 'RoleBinding' ? lastSlash(unquoted(binding)) : [unquoted(binding), undefined];
  return {
    kind,
    binding: name,
    role: unquoted(role),
    roleKind,
    subject,
    ...defined({ namespace: namespace || undefined }),
  };
}

/** `ClusterRoleBinding "<principal>+<policy>" of ClusterRole "…" to User "AROA…"`: there are no such objects. */
function accessPolicy(rest: string): AuthorizerGrant {
  const [, , binding = '', , role = '', subject = ''] = BINDING.exec(rest) ?? [];
  const [principalArn, policy = ''] = unquoted(binding).split('+arn:', 2);
  const accessPolicyArn = /^aws[a-z-]*:eks::aws:cluster-access-policy\/\w+/.exec(policy)?.[0];
  const principalId = /^User "([A-Z0-9]{16,128})(?::.*)?"$/s.exec(subject)?.[1];
  return {
    kind: 'EKS access policy',
    ...defined({
      binding: binding ? unquoted(binding) : undefined,
      role: role ? unquoted(role) : undefined,
      subject: subject || undefined,
      accessPolicyArn: accessPolicyArn ? `arn:${accessPolicyArn}` : undefined,
      principalArn: accessPolicyArn && principalArn ? principalArn : undefined,
      principalId: principalId || undefined,
    }),
  };
}

/** `name/namespace`, in this order; names of bindings hold no slash. */
function lastSlash(text: string): [string, string | undefined] {
  const at = text.lastIndexOf('/');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** Most of Go's escapes are JSON's; a text with another one is left as it is. */
function unquoted(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
}
