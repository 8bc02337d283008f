/** The rule of RBAC: what a role's rule allows. Kubernetes, `pkg/apis/rbac/v1/evaluation_helpers.go`. */

/** A rule of a Role or ClusterRole, as far as it is well-formed; other fields are of no concern. */
export interface PolicyRule {
  verbs?: readonly string[];
  apiGroups?: readonly string[];
  resources?: readonly string[];
  resourceNames?: readonly string[];
}

/** The verbs that we use. `bind` gives a role to somebody. */
export type KubernetesVerb = 'get' | 'list' | 'create' | 'patch' | 'delete' | 'bind';

/** A right as RBAC grants it, verb and resource with its API group: `list pods`, `get roles.rbac.authorization.k8s.io`. */
export type KubernetesRight = `${KubernetesVerb} ${string}`;

/** What somebody would do to an object. `*` is matched by `*` in a rule only. */
export interface ResourceRequest {
  verb: string;
  /** Of the API; absent is the core group. */
  group?: string;
  /** Plural. */
  resource: string;
  subresource?: string;
  name?: string;
}

/** Whether the rule allows the request. A rule with names allows nothing that is asked without one. */
export function ruleAllows(
  rule: PolicyRule,
  { verb, group = '', resource, subresource, name }: ResourceRequest,
): boolean {
  return (
    holds(rule.verbs, verb) &&
    holds(rule.apiGroups, group) &&
    resourceMatches(rule.resources, resource, subresource) &&
    (!Array.isArray(rule.resourceNames) || rule.resourceNames.length === 0 || rule.resourceNames.includes(name))
  );
}

/** Everything, on every resource. */
export const allowsEverything = (rule: PolicyRule): boolean =>
  ruleAllows(rule, { verb: '*', group: '*', resource: '*' });

const holds = (list: unknown, value: string): boolean =>
  Array.isArray(list) && (list.includes('*') || list.includes(value));

// `*`, `pods`, `pods/exec`, and `*/exec` for a subresource of any resource.
function resourceMatches(list: unknown, resource: string, subresource: string | undefined): boolean {
  if (!Array.isArray(list)) return false;
  if (!subresource) return list.includes('*') || list.includes(resource);
  return list.includes('*') || list.includes(`${resource}/${subresource}`) || list.includes(`*/${subresource}`);
}
