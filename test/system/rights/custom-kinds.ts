/** The custom kinds that our roles name, without their schemas: rights are judged before those. */
import { readdirSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Rule } from '../attempts.ts';

/** Those of a whole cluster; the others are of namespaces. */
const CLUSTER_WIDE = [
  'clusternetworkpolicies',
  'clusterpolicyendpoints',
  'ciliumclusterwidenetworkpolicies',
  'globalnetworkpolicies',
  'adminnetworkpolicies',
];
/** A right that nothing serves; guard-contain.yaml asks for it. */
const NOT_A_KIND = 'namespace-sentinel.io';

/** The version in which tests read and write all of them. */
export const CUSTOM_VERSION = 'v1alpha1';

const rules = (): Rule[] =>
  readdirSync('cluster/roles')
    .map((file) => `cluster/roles/${file}`)
    .concat('cluster/policies/guarded-rights.yaml')
    .flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS()))
    .filter((document) => document?.kind === 'ClusterRole')
    .flatMap(({ rules }) => rules);

/** Objects of these are written by their kind's real name; of the others, nobody here needs it. */
const REAL_KINDS: Readonly<Record<string, string>> = { clusternetworkpolicies: 'ClusterNetworkPolicy' };
const kindOf = (plural: string): string => REAL_KINDS[plural] ?? `${plural[0]?.toUpperCase()}${plural.slice(1)}`;

/**
 * Definitions of the kinds that `cluster/` names and the API server does not have.
 *
 * @param served API groups that it has
 */
export function customKinds(served: ReadonlySet<string>): object[] {
  const pairs = rules().flatMap(({ apiGroups, resources }) =>
    apiGroups.flatMap((group) => resources.map((resource) => `${resource}.${group}`)),
  );
  return [...new Set(pairs)].flatMap((name) => {
    const [plural = '', ...rest] = name.split('.');
    const group = rest.join('.');
    if (group === '' || group === NOT_A_KIND || served.has(group) || plural.includes('/')) return [];
    const kind = kindOf(plural);
    return {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      // The API server wants to be told that a kind of *.k8s.io was approved.
      metadata: { name, annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' } },
      spec: {
        group,
        scope: CLUSTER_WIDE.includes(plural) ? 'Cluster' : 'Namespaced',
        names: { kind, plural, singular: plural, listKind: `${kind}List` },
        versions: [
          {
            name: CUSTOM_VERSION,
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    };
  });
}
