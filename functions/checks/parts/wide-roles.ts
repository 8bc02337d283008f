/** Looks at the live objects for what the audit log does not tell about a change. */

import type { Kubernetes } from '../../clients/kubernetes/kubernetes.ts';
import { defined } from '../../kit/defined.ts';
import { records } from '../../kit/json.ts';
import type { CheckContext } from '../check.ts';
import { type BindingGrant, givesOf, grantOf, isWide, type Write } from './access-writes.ts';
import { answerPart } from './part.ts';
import { rightsOver } from './role-bindings.ts';

/** How many changes are looked up, those first that come first. */
const MAX_LOOKED_UP = 10;
/** How long the cluster is asked: if it hangs, what the log has told is not lost. */
const LIMIT_MS = 4_000;
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/**
 * Completes bindings: the role of one whose record was cut, and which rights the role gives that is bound. A binding's role
 * cannot be changed once it is made, so the live object tells what the record would have. What a role gives is read from
 * the log where it was written there, since it may be gone again, and else from the live one. What cannot be looked up
 * stays as it is.
 */
export async function lookUpRoles(written: readonly Write[], context: CheckContext): Promise<Write[]> {
  const writes = withRights(withLoggedRoles(written));
  const open = writes.filter(
    ({ change, grant, cut }) => isBinding(change.what) && (cut || (grant.role && !grant.rules && !change.wide)),
  );
  const chosen = new Set(open.slice(0, MAX_LOOKED_UP));
  if (chosen.size === 0 || !context.clients.kubernetes) return writes;
  const { value } = await answerPart('the live roles', LIMIT_MS, context.signal, async (signal) => {
    const kubernetes = await context.kubernetes();
    return Promise.all(writes.map((write) => (chosen.has(write) ? lookUp(write, kubernetes, signal) : write)));
  });
  return value === undefined ? writes : withRights(value);
}

const isBinding = (what: string): boolean => what === 'RoleBinding' || what === 'ClusterRoleBinding';
const keyOf = (kind: string, name: string, namespace: string | undefined): string =>
  JSON.stringify(kind === 'Role' ? [kind, namespace, name] : [kind, name]);

/** A role may have been written several times: all that it ever gave counts. */
function withLoggedRoles(writes: readonly Write[]): Write[] {
  const roles = new Map<string, Record<string, unknown>[]>();
  for (const { change, grant } of writes) {
    if (!grant.rules || !change.name || change.verb.startsWith('delete')) continue;
    const key = keyOf(change.what, change.name, change.namespace);
    roles.set(key, [...(roles.get(key) ?? []), ...grant.rules]);
  }
  return writes.map((write) => {
    const { role } = write.grant;
    const rules = role && roles.get(keyOf(role.kind, role.name, role.namespace));
    return rules === undefined ? write : { ...write, grant: { ...write.grant, rules } };
  });
}

/** A role that is written gives something only where it is bound: of such, only the one that allowed the request counts. */
function withRights(writes: readonly Write[]): Write[] {
  return writes.map((write) => {
    const { change, grant } = write;
    const gives = isBinding(change.what) || change.concerns.includes('actor');
    if (!change.gives || !gives || !grant.rules) return write;
    const rights = rightsOver(grant.rules, change.namespace);
    const wide = change.wide || isWide(grant);
    return {
      ...write,
      change: { ...change, ...defined({ wide: wide || undefined, rights: rights.length > 0 ? rights : undefined }) },
    };
  });
}

async function lookUp(write: Write, kubernetes: Kubernetes, signal: AbortSignal): Promise<Write> {
  try {
    const { change, cut } = write;
    const grant = cut ? await readBinding(write, kubernetes, signal) : write.grant;
    if (!grant.role) return write;
    const { kind, name, namespace } = grant.role;
    const path = pathOf(kind === 'Role' ? 'roles' : 'clusterroles', name, kind === 'Role' ? namespace : undefined);
    const role = isWide(grant) ? undefined : await kubernetes.read(path, signal);
    const gives = change.gives && givesOf(change.what, grant, {}, { cut });
    const wide = isWide(grant);
    return {
      ...write,
      grant: { ...grant, ...defined({ rules: role === undefined ? undefined : records(role['rules']) }) },
      change: {
        ...change,
        ...defined({ gives: gives ? gives.slice(0, 300) : undefined, wide: (change.gives && wide) || undefined }),
      },
    };
  } catch {
    return write;
  }
}

async function readBinding(
  { change, grant }: Write,
  kubernetes: Kubernetes,
  signal: AbortSignal,
): Promise<BindingGrant> {
  const { what, name = '', namespace } = change;
  const path =
    what === 'RoleBinding' ? pathOf('rolebindings', name, namespace) : pathOf('clusterrolebindings', name, undefined);
  const binding = name ? await kubernetes.read(path, signal) : undefined;
  return binding ? grantOf(what, binding, namespace) : grant;
}

const pathOf = (resource: string, name: string, namespace: string | undefined): string =>
  `${RBAC}/${namespace === undefined ? '' : `namespaces/${encodeURIComponent(namespace)}/`}${resource}/${encodeURIComponent(name)}`;
