/** Answers as the RBAC authorizer of Kubernetes does, its reasons included (plugin/pkg/auth/authorizer/rbac). */
import { type PolicyRule, ruleAllows } from '../../kubernetes/rbac.ts';
import type { AccessAnswer, AccessQuestion, KubernetesObject } from '../kubernetes/kubernetes.ts';

export interface RbacObjects {
  clusterRoles: readonly KubernetesObject[];
  roles: readonly KubernetesObject[];
  clusterRoleBindings: readonly KubernetesObject[];
  roleBindings: readonly KubernetesObject[];
}

interface Subject {
  kind?: string;
  name?: string;
  namespace?: string;
}

/** Whether one of the bindings gives it; bindings in a namespace count for what is asked of that namespace only. */
export function accessByRbac(question: AccessQuestion, objects: RbacObjects): AccessAnswer {
  // The API server asks this group's authorizer first; it gives no reason.
  if (question.groups.includes('system:masters')) return { allowed: true };
  const errors: string[] = [];
  const local = objects.roleBindings.filter(
    ({ metadata }) => question.namespace && metadata.namespace === question.namespace,
  );
  for (const [kind, bindings] of [
    ['ClusterRoleBinding', objects.clusterRoleBindings],
    ['RoleBinding', local],
  ] as const) {
    for (const binding of bindings) {
      const subject = subjectsOf(binding).find((candidate) => applies(candidate, binding.metadata.namespace, question));
      if (!subject) continue;
      const role = roleOf(binding, objects);
      if (typeof role === 'string') errors.push(role);
      else if (rulesOf(role).some((rule) => ruleAllows(rule, question)))
        return { allowed: true, reason: `RBAC: allowed by ${describe(kind, binding, subject)}` };
    }
  }
  if (errors.length === 0) return { allowed: false };
  return { allowed: false, reason: `RBAC: ${errors.length > 1 ? `[${errors.join(', ')}]` : errors[0]}` };
}

const subjectsOf = ({ subjects }: KubernetesObject): Subject[] => (Array.isArray(subjects) ? subjects : []);
const rulesOf = ({ rules }: KubernetesObject): PolicyRule[] => (Array.isArray(rules) ? rules : []);
const refOf = ({ roleRef }: KubernetesObject): { kind?: string; name?: string } => Object(roleRef);

/** A ServiceAccount without namespace is one of the binding's. */
function applies(subject: Subject, bindingNamespace: string | undefined, { user, groups }: AccessQuestion): boolean {
  const { kind, name = '', namespace = bindingNamespace } = subject;
  if (kind === 'User') return user === name;
  if (kind === 'Group') return groups.includes(name);
  return kind === 'ServiceAccount' && user === `system:serviceaccount:${namespace}:${name}`;
}

/** @returns the role, or why there is none */
function roleOf(binding: KubernetesObject, { clusterRoles, roles }: RbacObjects): KubernetesObject | string {
  const { kind, name = '' } = refOf(binding);
  const role =
    kind === 'ClusterRole'
      ? clusterRoles.find(({ metadata }) => metadata.name === name)
      : roles.find(({ metadata }) => metadata.name === name && metadata.namespace === binding.metadata.namespace);
  return role ?? `${kind?.toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(name)} not found`;
}

function describe(kind: string, binding: KubernetesObject, subject: Subject): string {
  const { name = '', namespace } = binding.metadata;
  const quoted = (text: string): string => JSON.stringify(text);
  const who =
    subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace ?? namespace}` : `${subject.name}`;
  const role = refOf(binding);
  return `${kind} ${quoted(namespace ? `${name}/${namespace}` : name)} of ${role.kind} ${quoted(role.name ?? '')} to ${subject.kind} ${quoted(who)}`;
}
