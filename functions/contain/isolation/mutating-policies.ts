/**
 * MutatingAdmissionPolicies, which rewrite what is written before it is stored, as webhooks do, and need no backend. On by
 * default since Kubernetes 1.36. https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/
 */
import type { KubernetesObject, ServedKind } from '../../clients/kubernetes/kubernetes.ts';
import { record, records, text, texts } from '../../kit/json.ts';
import { rights } from '../framework/needs.ts';
import { CHANGED_KINDS, groupOf, resourceName } from './api-kinds.ts';
import { selectorMatches } from './label-selector.ts';

const GROUP = 'admissionregistration.k8s.io';
const POLICIES = 'mutatingadmissionpolicies';
const BINDINGS = 'mutatingadmissionpolicybindings';

/** What {@link rewriting} asks. */
export const REWRITING_RIGHTS = rights(['list'], `${POLICIES}.${GROUP}`, `${BINDINGS}.${GROUP}`);

/** What containment makes or changes; all of it is in the namespace, but for the last ones. */
const WRITTEN = [
  ...CHANGED_KINDS.filter(({ namespaced }) => namespaced).map(({ apiVersion, resource }) => ({
    group: groupOf(apiVersion),
    resource,
    ofNamespace: true,
  })),
  { group: '', resource: 'resourcequotas/status', ofNamespace: true },
  // The selector is asked about the labels of a namespace itself, too.
  { group: '', resource: 'namespaces', ofNamespace: true },
  { group: 'networking.k8s.aws', resource: 'clusternetworkpolicies', ofNamespace: false },
];

/** A policy that is bound, and whose match covers something that containment writes. */
export interface RewritingPolicy {
  name: string;
  /** In which the cluster serves it. */
  apiVersion: string;
  /** Of what it covers: `networkpolicies.networking.k8s.io`. */
  kinds: string[];
}

/** Command words for looking at one. */
export const POLICY_KIND = `${POLICIES}.${GROUP}`;

/**
 * Policies that may rewrite what containment writes in a namespace. Their object selectors and conditions are not weighed:
 * what they leave out is up to whoever writes the objects.
 *
 * @param labels of the namespace
 * @param list objects of a kind, everywhere
 * @throws what the API server answers: then it is not known
 */
export async function rewriting(
  served: readonly ServedKind[],
  labels: Readonly<Record<string, string>> | undefined,
  list: (apiVersion: string, resource: string) => Promise<KubernetesObject[]>,
): Promise<RewritingPolicy[]> {
  const kind = served.find(({ apiVersion, resource }) => groupOf(apiVersion) === GROUP && resource === POLICIES);
  if (!kind) return [];
  const { apiVersion } = kind;
  const [policies, bindings] = await Promise.all([list(apiVersion, POLICIES), list(apiVersion, BINDINGS)]);
  return policies.flatMap(({ metadata, spec }) => {
    const { matchConstraints } = record(spec);
    const bound = bindings.filter((binding) => text(record(binding['spec'])['policyName']) === metadata.name);
    const kinds = WRITTEN.filter(({ group, resource, ofNamespace }) =>
      bound.some((binding) => {
        const { matchResources } = record(binding['spec']);
        const { namespaceSelector: narrower } = record(matchResources);
        const { namespaceSelector, resourceRules } = record(matchConstraints);
        const here = !ofNamespace || (selectorMatches(namespaceSelector, labels) && selectorMatches(narrower, labels));
        return here && records(resourceRules).some((rule) => covers(rule, group, resource));
      }),
    ).map(({ group, resource }) => resourceName({ apiVersion: group ? `${group}/v1` : 'v1', resource }));
    return kinds.length > 0 ? [{ name: metadata.name ?? '', apiVersion, kinds: [...new Set(kinds)] }] : [];
  });
}

/** Whether a rule is asked about writes of this kind; the core group is the empty text. */
function covers({ apiGroups, operations, resources }: Record<string, unknown>, group: string, full: string): boolean {
  const [resource, subresource] = full.split('/');
  const groups = Array.isArray(apiGroups) ? apiGroups : [];
  const names = subresource ? ['*/*', full, `${resource}/*`, `*/${subresource}`] : ['*', '*/*', full];
  return (
    (groups.includes('*') || groups.includes(group)) &&
    texts(operations).some((operation) => ['*', 'CREATE', 'UPDATE'].includes(operation)) &&
    texts(resources).some((each) => names.includes(each))
  );
}
