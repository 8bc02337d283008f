import { allowsEverything, type PolicyRule } from '../../kubernetes/rbac.ts';
import type { ContainmentFacts } from '../framework/containment-facts.ts';
import { rights } from '../framework/needs.ts';
import type { Cause, CauseQuestion } from './cause.ts';

export const grantedToAccounts: CauseQuestion = {
  question: 'Did bindings give accounts of the namespace everything, so that whoever ran a pod in it had the cluster?',
  needs: { kubernetes: rights(['get'], 'clusterroles.rbac.authorization.k8s.io') },
  find,
};

async function find({ snapshot, context }: ContainmentFacts): Promise<Cause[]> {
  if (!snapshot) return [];
  const { kubernetes } = context.cluster;
  const causes: Cause[] = [];
  // Many bindings may give the same role, which is read once.
  const roles = new Map<string, PolicyRule[]>();
  for (const { object } of snapshot.bindings) {
    const { kind, name: role } = Object(object['roleRef']) as { kind?: string; name?: string };
    if (kind !== 'ClusterRole' || !role) continue;
    const path = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${encodeURIComponent(role)}`;
    const rules = roles.get(role) ?? (((await kubernetes.read(path, context.signal))?.['rules'] ?? []) as PolicyRule[]);
    roles.set(role, rules);
    if (!rules.some(allowsEverything)) continue;
    const where = object.metadata.namespace ? ` in ${object.metadata.namespace}` : ' in the whole cluster';
    causes.push({
      kind: 'weakness',
      text: `${object.kind} ${object.metadata.name} gave accounts of this namespace everything${where} (${role}).`,
      from: 'snapshot',
    });
  }
  return causes;
}
