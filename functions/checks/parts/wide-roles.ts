/** Looks at the live objects for what the audit log does not tell of a change. */

import type { Kubernetes } from '../../clients/kubernetes/kubernetes.ts';
import { defined } from '../../kit/defined.ts';
import { records } from '../../kit/json.ts';
import type { CheckContext } from '../check.ts';
import { type BindingGrant, givesOf, grantOf, isWide, type Write } from './access-writes.ts';
import { answerPart } from './part.ts';

/** How many changes are looked up, those first that come first. */
const MAX_LOOKED_UP = 10;
/** How long the cluster is asked: if it hangs, what the log has told is not lost. */
const LIMIT_MS = 4_000;
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/**
 * Completes bindings: the role of one whose record was cut, and whether the role that is bound allows everything. A
 * binding's role cannot be changed once it is made, so the live object tells what the record would have. What cannot be
 * looked up stays as it is.
 */
export async function lookUpRoles(writes: readonly Write[], context: CheckContext): Promise<Write[]> {
  const open = writes.filter(
    ({ change, grant, cut }) => isBinding(change.what) && (cut || (grant.role && !change.wide)),
  );
  const chosen = new Set(open.slice(0, MAX_LOOKED_UP));
  if (chosen.size === 0 || !context.clients.kubernetes) return [...writes];
  const { value } = await answerPart('the live roles', LIMIT_MS, context.signal, async (signal) => {
    const kubernetes = await context.kubernetes();
    return Promise.all(writes.map((write) => (chosen.has(write) ? lookUp(write, kubernetes, signal) : write)));
  });
  return value ?? [...writes];
}

const isBinding = (what: string): boolean => what === 'RoleBinding' || what === 'ClusterRoleBinding';

async function lookUp(write: Write, kubernetes: Kubernetes, signal: AbortSignal): Promise<Write> {
  try {
    const { change, cut } = write;
    const grant = cut ? await readBinding(write, kubernetes, signal) : write.grant;
    if (!grant.role) return write;
    const { kind, name, namespace } = grant.role;
    const path = pathOf(kind === 'Role' ? 'roles' : 'clusterroles', name, kind === 'Role' ? namespace : undefined);
    const role = isWide(grant) ? undefined : await kubernetes.read(path, signal);
    const gives = change.gives && givesOf(change.what, grant, {}, { cut });
    const wide = isWide({ ...grant, rules: records(role?.['rules']) });
    return {
      ...write,
      grant,
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
