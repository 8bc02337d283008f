import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { list, record, records, text } from '../../kit/json.ts';
import { objectPath } from '../../kubernetes/object-path.ts';
import { type PolicyRule, ruleAllows } from '../../kubernetes/rbac.ts';
import type { StepContext } from '../framework/step.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
/** Ours, and those of the control plane and of EKS. */
const SYSTEM = /^(?:system|eks|namespace-sentinel):/;
/** By which whoever holds it may give to others what they do not have. */
const GRANTING = ['bind', 'escalate'];

/**
 * Why a binding is not restored by us; undefined where it may be. The guard policies in `cluster/` hold the same rules at
 * the API server; here they become a proposal with its reason.
 */
export async function tooWide(
  binding: KubernetesObject,
  { run, cluster, signal }: StepContext,
): Promise<string | undefined> {
  if (binding.kind === 'ClusterRoleBinding') return 'it gives rights in the whole cluster';
  const { kind, name: role = '' } = record(binding['roleRef']) as { kind?: string; name?: string };
  const { namespace = '' } = binding.metadata;
  if (role === 'cluster-admin' || SYSTEM.test(role)) return `it gives the role ${role}`;
  if (namespace !== run.target.namespace) return 'it gives rights in another namespace';
  const stranger = records(binding['subjects']).find(
    ({ kind: of, namespace: where }) => of !== 'ServiceAccount' || where !== run.target.namespace,
  );
  if (stranger) return `it gives rights to ${subjectName(stranger)}, and not only to accounts of the namespace`;
  const place = kind === 'Role' ? { resource: 'roles', namespace } : { resource: 'clusterroles' };
  const rules = (await cluster.kubernetes.read(objectPath({ apiVersion: RBAC, name: role, ...place }), signal))?.[
    'rules'
  ];
  const wide = (records(rules) as PolicyRule[]).find(isWide);
  return wide && `the role ${role} allows everything of a kind, or lets its holder grant rights`;
}

const subjectName = ({ kind, namespace, name }: Record<string, unknown>): string =>
  [text(kind), [text(namespace), text(name)].filter(Boolean).join('/')].filter(Boolean).join(' ');

function isWide(rule: PolicyRule): boolean {
  const all = [rule.verbs, rule.apiGroups, rule.resources].flatMap(list);
  if (all.some((value) => value === '*' || (typeof value === 'string' && value.startsWith('*/')))) return true;
  return GRANTING.some((verb) => ruleAllows({ ...rule, apiGroups: ['*'], resources: ['*'] }, { verb, resource: '*' }));
}
