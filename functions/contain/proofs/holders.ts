/** Who holds a right in the whole cluster, or where the exempt accounts are. */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record, records, text } from '../../kit/json.ts';
import { type PolicyRule, type ResourceRequest, ruleAllows } from '../../kubernetes/rbac.ts';
import { BINDING_RIGHTS, type ClusterReader, ROLE_RIGHTS } from './cluster-reader.ts';
import { objectName } from './proof.ts';

/** What {@link holdersOf} asks. */
export const HOLDER_RIGHTS = [...BINDING_RIGHTS, ...ROLE_RIGHTS];

/**
 * Subjects that may make one of the requests, each with the binding that gives it. Left out are those of the control plane
 * and of EKS, whose names nobody else can get.
 */
export async function holdersOf(look: ClusterReader, requests: readonly ResourceRequest[]): Promise<string[]> {
  const [bindings, roles] = await Promise.all([look.bindings(), look.roles()]);
  const strong = new Set(
    roles
      .filter((role) =>
        requests.some((request) => records(role['rules']).some((rule) => ruleAllows(rule as PolicyRule, request))),
      )
      .map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`),
  );
  const holders = bindings.flatMap((binding) => {
    const where = binding.metadata.namespace;
    // Inside a namespace it matters only where the exempt accounts are.
    if (where !== undefined && where !== 'kube-system') return [];
    const { kind, name } = record(binding['roleRef']);
    if (!strong.has(`${kind === 'Role' ? where : ''}/${name}`)) return [];
    return othersOf(binding).map((subject) => `${subject} by ${objectName({ ...binding, kind: 'binding' })}`);
  });
  return [...new Set(holders)];
}

const othersOf = (binding: KubernetesObject): string[] =>
  records(binding['subjects']).flatMap(({ kind, name: raw, namespace }) => {
    const name = text(raw) ?? '';
    if (kind === 'Group' && (name === 'system:masters' || name === 'system:nodes')) return [];
    if (kind === 'User' && /^(system:kube-|eks:)/.test(name)) return [];
    if (kind === 'ServiceAccount' && namespace === 'kube-system') return [];
    return `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
  });
