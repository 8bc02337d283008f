/** Which bindings of a cluster give too much to too many. */
import { short } from '../../kit/words.ts';
import { type Binding, type BindingSubject, type Roles, wideness } from './role-bindings.ts';

/** Kubernetes ships these for everybody: the role of the same name, for discovery and for questions about oneself. */
const SHIPPED = new Set(['system:basic-user', 'system:discovery', 'system:public-info-viewer']);
/** Self-reviews of `system:basic-user`; the others hold no resources, only paths. */
const SELF_REVIEWS = new Set(['selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'selfsubjectreviews']);

/** Everybody who authenticates, every ServiceAccount, or every one of a namespace. */
const WIDE_GROUP = /^system:(authenticated|serviceaccounts(:.*)?)$/s;
/** Wide by name, where the role itself could not be read. */
const WIDE_ROLES = new Set(['cluster-admin', 'admin', 'edit']);

export interface WeakBinding {
  /** `namespace/binding` of one in a namespace. */
  binding: string;
  role: string;
}

const shown = ({ binding, role }: Binding): WeakBinding => ({ binding: short(binding), role: short(role) });

const isAnonymous = ({ kind, name }: BindingSubject): boolean =>
  (kind === 'User' && name === 'system:anonymous') || (kind === 'Group' && name === 'system:unauthenticated');

export const anonymousBindings = (bindings: readonly Binding[], roles: Roles): WeakBinding[] =>
  bindings.filter((binding) => binding.subjects.some(isAnonymous) && !isAsShipped(binding, roles)).map(shown);

/** A shipped name says nothing by itself: whoever may change the role or the binding keeps the name. */
function isAsShipped(binding: Binding, roles: Roles): boolean {
  const { namespace, roleKind, roleName } = binding;
  if (namespace || roleKind !== 'ClusterRole' || roleName !== binding.binding || !SHIPPED.has(roleName)) return false;
  const resources = (roles.of(binding) ?? []).flatMap((rule) => rule.resources ?? []);
  return resources.every((resource) => SELF_REVIEWS.has(resource));
}

export const wideBindings = (
  bindings: readonly Binding[],
  roles: Roles,
): (WeakBinding & { subject: string; why: string })[] =>
  bindings.flatMap((binding) => {
    const group = binding.subjects.find(({ kind, name }) => kind === 'Group' && WIDE_GROUP.test(name));
    if (!group) return [];
    const rules = roles.of(binding);
    const why = rules ? wideness(rules, binding.namespace) : WIDE_ROLES.has(binding.roleName) && 'by its name';
    return why ? [{ ...shown(binding), subject: short(`Group ${group.name}`), why }] : [];
  });

/** Each pod that asks for no other account has the default one's rights. */
export const defaultServiceAccountBindings = (bindings: readonly Binding[]): (WeakBinding & { namespace: string })[] =>
  bindings.flatMap((binding) =>
    binding.subjects
      .filter(({ kind, name }) => kind === 'ServiceAccount' && name === 'default')
      .map(({ namespace = '(no namespace)' }) => ({ ...shown(binding), namespace: short(namespace) })),
  );
