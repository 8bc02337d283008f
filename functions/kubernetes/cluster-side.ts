/** What `cluster/` installs in a cluster, as far as the functions and the command line have to know it. */
import { createHash } from 'node:crypto';
import { record } from '../kit/json.ts';
import { SHIPPED_POLICIES } from './shipped-policies.ts';

/** The policies that hold everybody, while the others hold our own identities. */
export const HOLDING_EVERYBODY: readonly string[] = [
  'namespace-sentinel-freeze',
  'namespace-sentinel-quarantine-label',
];

/** An object of the API group admissionregistration.k8s.io, as the API or a manifest gives it. */
export interface AdmissionObject {
  spec?: unknown;
  [field: string]: unknown;
}

/** Variables of a policy that a cluster may set for itself; `sentinel manifests` writes them. */
const OWN_LISTS: Readonly<Record<string, RegExp>> = {
  protected: listOf("'[a-z0-9*-]{1,63}'"),
  exempt: listOf(String.raw`\{('(who|group|resource)': '[\w.:/*@-]*'(, )?){3}\}`),
};

/** What may be in such a list: literals alone, so that nothing in it decides by the request. */
function listOf(item: string): RegExp {
  return new RegExp(String.raw`^\[\s*(?:${item}(?:,\s*${item})*,?\s*)?\]$`);
}

export interface PolicyState {
  /** Why the policy does not do what it is there for, each a clause; none where it does. */
  problems: string[];
  /** Lists that the cluster has set for itself, by the name of the variable. */
  lists: Record<string, string>;
}

/**
 * Compares an admission policy and its binding in a cluster with what `cluster/` ships. What the API server adds by
 * itself makes no difference, and neither do the lists that a cluster may set for itself.
 *
 * @param name of both, one of {@link SHIPPED_POLICIES}
 * @param policy undefined where the cluster has none, as is `binding`
 */
export function examinePolicy(
  name: string,
  policy: AdmissionObject | undefined,
  binding: AdmissionObject | undefined,
): PolicyState {
  const shipped = SHIPPED_POLICIES[name];
  const problems: string[] = [];
  if (!policy) problems.push('the policy is missing');
  else if (policyDigest(policy) !== shipped?.policy) problems.push('the policy differs from what is shipped');
  if (!binding) problems.push('its binding is missing, so that it is not in force');
  else if (digest(binding.spec) !== shipped?.binding) problems.push('its binding differs from what is shipped');
  const lists: Record<string, string> = {};
  for (const { name: variable, expression } of policy ? variablesOf(policy) : []) {
    const literal = OWN_LISTS[variable];
    if (!literal) continue;
    lists[variable] = expression;
    if (!literal.test(expression)) problems.push(`its list "${variable}" is not a plain list`);
  }
  return { problems, lists };
}

/** The digest of a policy's spec without the lists that a cluster may set for itself. */
export function policyDigest(policy: AdmissionObject): string {
  const spec = record(policy.spec);
  const variables = variablesOf(policy).map((variable) =>
    variable.name in OWN_LISTS ? { ...variable, expression: '' } : variable,
  );
  return digest({ ...spec, variables });
}

/** The digest of what a ClusterRole allows. */
export const digestOfRole = ({ rules, aggregationRule }: Record<string, unknown>): string =>
  digest({ rules, aggregationRule });

/** The digest of who has which role by a ClusterRoleBinding. */
export const digestOfBinding = ({ roleRef, subjects }: Record<string, unknown>): string =>
  digest({ roleRef, subjects });

/** The digest of a list that a cluster sets for itself: the same whatever the order of its entries. */
export const listDigest = (expression: string): string => digest(listItems(expression).sort());

/** A digest that is equal for values that mean the same to the API server. */
export const digest = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(withoutDefaults(value)))
    .digest('hex');

/** What the API server writes into a rule or a selector that does not say otherwise. */
const DEFAULTS: Readonly<Record<string, unknown>> = { matchPolicy: 'Equivalent', scope: '*' };

/** With sorted keys. Empty objects are selectors that select everything, as absent ones do. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value)
    .filter(([key, field]) => DEFAULTS[key] !== field && !isEmpty(field))
    .map(([key, field]): [string, unknown] => [key, withoutDefaults(field)]);
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

function variablesOf(policy: AdmissionObject): { name: string; expression: string }[] {
  const { variables } = record(policy.spec);
  return Array.isArray(variables) ? variables.map((each) => ({ name: '', expression: '', ...record(each) })) : [];
}

/** An identity that goes on writing one kind in a quarantined namespace; `*` stands for all kinds of the group. */
export interface Exemption {
  who: string;
  group: string;
  resource: string;
}

/** The lists that a cluster sets for itself, as expressions of the policies, from what the configuration says. */
export const ownLists = ({
  protectedNamespaces,
  exempt,
}: {
  protectedNamespaces: readonly string[];
  exempt: readonly Exemption[];
}): Record<string, string> => ({
  protected: `[${protectedNamespaces.map((name) => `'${name}'`).join(', ')}]`,
  exempt: `[${exempt.map(({ who, group, resource }) => `{'who': '${who}', 'group': '${group}', 'resource': '${resource}'}`).join(', ')}]`,
});

/** The place of each own list among the variables of a policy. */
export const ownVariables = (policy: AdmissionObject): { name: string; index: number }[] =>
  variablesOf(policy).flatMap(({ name }, index) => (name in OWN_LISTS ? [{ name, index }] : []));

/** The entries of such a list, each as it is written. */
export const listItems = (expression: string): string[] => expression.match(/\{[^{}]*\}|'[^']*'(?=[\s,\]])/g) ?? [];
