import type { KubernetesObject } from '../../../../functions/clients/kubernetes/kubernetes.ts';
import { command } from '../../../../functions/contract/commands/command.ts';
import { andMore } from '../../../../functions/kit/words.ts';
import type { PolicyRule } from '../../../../functions/kubernetes/rbac.ts';
import { APPLY, type PreflightCheck, type PreflightContext, type Row } from '../check.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/** Whether each ClusterRole holds what is shipped, no less and no more. */
export const roles: PreflightCheck = {
  name: 'roles',
  run: (context) => compareAll(context, 'clusterroles', context.manifests.clusterRoles, problemsOfRole),
};

/** Whether each identity's group has its role. */
export const roleBindings: PreflightCheck = {
  name: 'role-bindings',
  run: (context) =>
    compareAll(context, 'clusterrolebindings', context.manifests.clusterRoleBindings, problemsOfBinding),
};

async function compareAll(
  { kubernetes, signal }: PreflightContext,
  resource: string,
  shipped: readonly KubernetesObject[],
  problemsOf: (shipped: KubernetesObject, live: KubernetesObject) => string[],
): Promise<Row[]> {
  const found = await Promise.all(
    shipped.map(async (object): Promise<Wrong[]> => {
      const name = object.metadata.name ?? '';
      const live = await kubernetes.read(`${RBAC}/${resource}/${encodeURIComponent(name)}`, signal);
      return (live ? problemsOf(object, live) : ['is missing']).map((problem) => ({ object, problem }));
    }),
  );
  const wrong = found.flat();
  if (wrong.length === 0) {
    const names = shipped.map(({ metadata }) => metadata.name).join(', ');
    return [{ status: 'ok', says: `As shipped: ${names}.` }];
  }
  // A binding's role cannot be changed, and while one gives another role nothing can be applied: they go first.
  const [toDelete = [], toApply = []] = [true, false].map((other) =>
    wrong.filter(({ problem }) => problem.startsWith(OTHER_ROLE) === other),
  );
  const last = toDelete.at(-1);
  const row = ({ object: { kind, metadata }, problem }: Wrong, fix: readonly (readonly string[])[]): Row => ({
    status: 'failed',
    says: `${kind} ${metadata.name} ${problem}.`,
    fix,
  });
  return [
    ...toDelete.map((each) => row(each, [removal(each), ...(each === last ? [APPLY] : [])])),
    ...toApply.map((each) => row(each, [APPLY])),
  ];
}

interface Wrong {
  object: KubernetesObject;
  problem: string;
}
const removal = ({ object }: Wrong): string[] =>
  command('kubectl delete', ['clusterrolebinding', object.metadata.name ?? '']);

const OTHER_ROLE = 'gives another role';

function problemsOfRole(shipped: KubernetesObject, live: KubernetesObject): string[] {
  const [wanted, held] = [rightsOf(shipped.rules), rightsOf(live.rules)];
  const missing = [...wanted].filter((right) => !held.has(right));
  const more = [...held].filter((right) => !wanted.has(right));
  return [
    ...(missing.length > 0 ? [`lacks: ${andMore(missing, SHOWN)}`] : []),
    ...(more.length > 0 ? [`allows more than is shipped: ${andMore(more, SHOWN)}`] : []),
  ];
}

function problemsOfBinding(shipped: KubernetesObject, live: KubernetesObject): string[] {
  const [wanted, bound] = [subjectsOf(shipped), subjectsOf(live)];
  const missing = wanted.filter((subject) => !bound.includes(subject));
  const more = bound.filter((subject) => !wanted.includes(subject));
  return [
    ...(roleOf(shipped) === roleOf(live) ? [] : [`${OTHER_ROLE}: ${roleOf(live)}`]),
    ...(missing.length > 0 ? [`is not for: ${andMore(missing, SHOWN)}`] : []),
    ...(more.length > 0 ? [`is for others too: ${andMore(more, SHOWN)}`] : []),
  ];
}

/** As `get pods`, `list deployments.apps`; names of objects behind it. */
function rightsOf(rules: unknown): Set<string> {
  const rights = (rule: PolicyRule & { nonResourceURLs?: string[] }) =>
    (rule.verbs ?? []).flatMap((verb) => [
      ...(rule.nonResourceURLs ?? []).map((url) => `${verb} ${url}`),
      ...(rule.apiGroups ?? []).flatMap((group) =>
        (rule.resources ?? []).map(
          (resource) =>
            `${verb} ${resource}${group && `.${group}`}${rule.resourceNames?.length ? ` (${rule.resourceNames.join(', ')})` : ''}`,
        ),
      ),
    ]);
  return new Set(Array.isArray(rules) ? rules.flatMap(rights) : []);
}

function subjectsOf({ subjects }: KubernetesObject): string[] {
  return Array.isArray(subjects)
    ? subjects.map(({ kind, namespace, name }) => `${kind} ${namespace ? `${namespace}/` : ''}${name}`)
    : [];
}

function roleOf({ roleRef }: KubernetesObject): string {
  const { kind, name } = (roleRef ?? {}) as { kind?: string; name?: string };
  return `${kind} ${name}`;
}

const SHOWN = 5;
