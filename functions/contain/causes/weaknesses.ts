import { andMore } from '../../kit/words.ts';
import { allowsEverything, type PolicyRule } from '../../kubernetes/rbac.ts';
import type { ContainmentFacts } from '../framework/containment-facts.ts';
import type { Cause } from './cause.ts';

/** How many names stand in a sentence. */
const NAMED = 8;

/** What the cluster's own configuration leaves open, as the investigation saw it. */
export function weaknesses(facts: ContainmentFacts): Cause[] {
  const { 'cluster-weaknesses': found, 'cluster-posture': posture } = facts.details;
  const causes: Cause[] = [];
  const weak = (from: string, text: string) => causes.push({ kind: 'weakness', text, from });
  for (const text of posture?.weak ?? []) weak('cluster-posture', `${text[0]?.toUpperCase()}${text.slice(1)}.`);
  if (found) {
    const {
      anonymousBindings = [],
      wideBindings = [],
      defaultServiceAccountBindings: defaults = [],
      namespacesWithoutNetworkPolicy: open = [],
      namespacesWithoutPodSecurity: unprotected = [],
    } = found;
    const from = 'cluster-weaknesses';
    for (const { binding = 'unknown', role = 'a role' } of anonymousBindings)
      weak(from, `The binding ${binding} gives ${role} to everybody, known or not.`);
    for (const { binding = 'unknown', role = 'a role', subject = 'many' } of wideBindings)
      weak(from, `The binding ${binding} gives ${role} to ${subject}.`);
    const bindings = defaults.flatMap(({ binding }) => binding ?? []);
    if (defaults.length > 0) weak(from, `Default service accounts have rights by ${andMore(bindings, NAMED)}.`);
    if (open.length > 0) weak(from, `Namespaces without a network policy: ${andMore(open, NAMED)}.`);
    if (unprotected.length > 0) weak(from, `Namespaces without a Pod Security level: ${andMore(unprotected, NAMED)}.`);
  }
  const missing = [
    ...(found ? [] : ['roles, network policies and Pod Security']),
    ...(posture ? [] : ['what EKS configures']),
  ];
  if (missing.length > 0)
    causes.push({
      kind: 'weakness',
      text: `Not looked at: ${missing.join('; ')}. ${facts.noAlert ?? ''}`.trim(),
      from: 'finding',
      unknown: true,
    });
  return causes;
}

/** Bindings that gave accounts of this namespace everything: whoever ran a pod in it had the cluster. */
export async function grantedToAccounts({ snapshot, context }: ContainmentFacts): Promise<Cause[]> {
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
