/** What an access entry gives by the groups that it puts somebody into: that of the bindings of these groups. */
import { defined } from '../../kit/defined.ts';
import type { CheckContext } from '../check.ts';
import type { AccessChange } from './access-change.ts';
import { answerPart } from './part.ts';
import { type Binding, bindingOf } from './role-bindings.ts';

/** How long the cluster is asked, in milliseconds, and how many bindings are read. */
const LIMIT_MS = 4_000;
const MAX_BINDINGS = 5_000;
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/**
 * Says of entries with groups to which namespaces these are limited: those in which a RoleBinding names them, where no
 * ClusterRoleBinding does. What cannot be looked up stays as it is: not limited.
 */
export async function limitGroups(changes: readonly AccessChange[], context: CheckContext): Promise<AccessChange[]> {
  const isOpen = ({ groups = [], concerns }: AccessChange): boolean => groups.length > 0 && concerns.length > 0;
  if (!changes.some(isOpen) || !context.clients.kubernetes) return [...changes];
  const { value: bindings } = await answerPart('bindings of groups', LIMIT_MS, context.signal, async (signal) => {
    const kubernetes = await context.kubernetes();
    const lists = await Promise.all(
      ['clusterrolebindings', 'rolebindings'].map((kind) =>
        kubernetes.list(`${RBAC}/${kind}`, signal, { max: MAX_BINDINGS }),
      ),
    );
    // One that was not read might be that of the group.
    return lists.every(({ complete }) => complete) ? lists.flatMap(({ items }) => items.map(bindingOf)) : undefined;
  });
  if (!bindings) return [...changes];
  return changes.map((change) =>
    isOpen(change) ? { ...change, ...defined({ within: namespacesOf(change.groups ?? [], bindings) }) } : change,
  );
}

/** Undefined where a group has rights in the whole cluster, or is one of Kubernetes' own, which need no binding. */
function namespacesOf(groups: readonly string[], bindings: readonly Binding[]): string[] | undefined {
  if (groups.some((group) => group.startsWith('system:'))) return undefined;
  const theirs = bindings.filter(({ subjects }) =>
    subjects.some(({ kind, name }) => kind === 'Group' && groups.includes(name)),
  );
  const namespaces = theirs.map(({ namespace }) => namespace);
  return namespaces.every((namespace) => namespace !== undefined) ? [...new Set(namespaces)] : undefined;
}
