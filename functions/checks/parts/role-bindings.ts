/** Roles and bindings as they are in the cluster, and what about a role is wide. */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record, records, text } from '../../kit/json.ts';
import { allowsEverything, type PolicyRule, type ResourceRequest, ruleAllows } from '../../kubernetes/rbac.ts';
import { RIGHTS, type Right } from './rights.ts';

export interface BindingSubject {
  kind: string;
  name: string;
  namespace: string | undefined;
}

export interface Binding {
  /** With the namespace before it, where it is in one. */
  binding: string;
  namespace: string | undefined;
  /** `ClusterRole name` or `Role name`. */
  role: string;
  roleKind: string;
  roleName: string;
  subjects: BindingSubject[];
}

export function bindingOf({ metadata, roleRef, subjects }: KubernetesObject): Binding {
  const [name, namespace] = [text(metadata.name) ?? '(no name)', text(metadata.namespace)];
  const ref = record(roleRef);
  const [roleKind, roleName] = [text(ref['kind']) ?? 'role', text(ref['name']) ?? '(no name)'];
  return {
    binding: namespace ? `${namespace}/${name}` : name,
    namespace,
    role: `${roleKind} ${roleName}`,
    roleKind,
    roleName,
    subjects: records(subjects).map((subject) => ({
      kind: text(subject['kind']) ?? '',
      name: text(subject['name']) ?? '',
      // Without a namespace a ServiceAccount is one of the binding's.
      namespace: text(subject['namespace']) ?? namespace,
    })),
  };
}

/** Rules by role, to look up those of a binding. */
export class Roles {
  readonly #rules = new Map<string, PolicyRule[]>();

  constructor(objects: Iterable<KubernetesObject>) {
    for (const { metadata, rules } of objects) {
      const [name, namespace] = [text(metadata.name) ?? '', text(metadata.namespace)];
      this.#rules.set(keyOf(namespace ? 'Role' : 'ClusterRole', name, namespace), records(rules) as PolicyRule[]);
    }
  }

  /** Undefined where the role is not known. */
  of({ roleKind, roleName, namespace }: Binding): PolicyRule[] | undefined {
    return this.#rules.get(keyOf(roleKind, roleName, namespace));
  }
}

const keyOf = (kind: string, name: string, namespace: string | undefined): string =>
  JSON.stringify(kind === 'Role' ? [kind, namespace, name] : [kind, name]);

/** Reading `*` is what policy engines and monitoring do; that it opens sessions into pods as well is nobody's purpose. */
const isGivenBy = (rule: PolicyRule, question: ResourceRequest): boolean =>
  ruleAllows(rule, question) &&
  !(question.verb === 'get' && question.subresource !== undefined && rule.resources?.includes?.('*') === true);

/**
 * The rights that lead to more, as {@link RIGHTS} names them, which a role's rules give over the cluster. Bound in one
 * namespace they do so only where that is the system's own.
 */
export function rightsOver(rules: readonly PolicyRule[], boundIn: string | undefined): string[] {
  if (boundIn !== undefined && boundIn !== 'kube-system') return [];
  return RIGHTS.filter((right) => isGivenOver(right, rules)).map(({ gives }) => gives);
}

const isGivenOver = ({ any }: Right, rules: readonly PolicyRule[]): boolean =>
  any.some((question) => rules.some((rule) => isGivenBy(rule, question)));

/** What of the rights that matter a role's rules give where it is bound, in a few words; undefined where none. */
export function wideness(rules: readonly PolicyRule[], boundIn: string | undefined): string | undefined {
  if (rules.some(allowsEverything)) return 'everything';
  const allowed = (request: ResourceRequest) => rules.some((rule) => ruleAllows(rule, request));
  const given = RIGHTS.find(({ any }) =>
    any.some((question) => (!question.namespace || !boundIn || question.namespace === boundIn) && allowed(question)),
  );
  if (given) return given.gives;
  const wildcard = rules.some(({ verbs, resources }) => [verbs, resources].some((list) => list?.includes?.('*')));
  return wildcard ? 'a wildcard' : undefined;
}

/** ServiceAccounts that have cluster-admin by whatever name, as `namespace/name`: whoever becomes one of them has it. */
export const strongAccounts = (bindings: readonly Binding[], roles: Roles): string[] => [
  ...new Set(
    bindings
      .filter(({ namespace }) => namespace === undefined)
      .filter((binding) => binding.roleName === 'cluster-admin' || isDecisive(roles.of(binding) ?? []))
      .flatMap(({ subjects }) =>
        subjects
          .filter(({ kind }) => kind === 'ServiceAccount')
          .map(({ name, namespace = '' }) => `${namespace}/${name}`),
      ),
  ),
];

const isDecisive = (rules: readonly PolicyRule[]): boolean =>
  RIGHTS.some((right) => right.kind === 'decisive' && isGivenOver(right, rules));
