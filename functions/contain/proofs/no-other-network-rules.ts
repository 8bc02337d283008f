import type { ServedKind } from '../../clients/kubernetes/kubernetes.ts';
import { rights } from '../framework/needs.ts';
import { groupOf, pluralOf } from '../isolation/api-kinds.ts';
import { fewNames, notApplicable, notProven, objectName, proven, type Verification } from './proof.ts';

/**
 * Kinds by which network plugins allow what a NetworkPolicy denies, or that are asked before it. What those of the VPC CNI
 * do to each pod is written down, so that denial-on-nodes shows it.
 * https://docs.cilium.io/en/stable/network/kubernetes/policy/
 * https://docs.tigera.io/calico/latest/reference/resources/
 * https://network-policy-api.sigs.k8s.io/
 */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  'cilium.io': ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'],
  'crd.projectcalico.org': ['NetworkPolicy', 'GlobalNetworkPolicy'],
  'projectcalico.org': ['NetworkPolicy', 'GlobalNetworkPolicy'],
  'policy.networking.k8s.io': ['AdminNetworkPolicy', 'ClusterNetworkPolicy'],
};

/** Decisive: each of these can open what our policy closes. */
export const noOtherNetworkRules: Verification = {
  id: 'no-other-network-rules',
  claim: 'No rule of a network plugin overrides the denial.',
  decisive: true,
  shows: 'configuration',
  needs: {
    kubernetes: Object.entries(KINDS).flatMap(([group, kinds]) =>
      rights(['list'], ...kinds.map((kind) => `${pluralOf(kind)}.${group}`)),
    ),
  },
  async prove(look) {
    const served = (await look.kubernetes.kinds(look.signal)).filter(isRule);
    if (served.length === 0) return notApplicable('Asked: the cluster serves no kind of rule beside NetworkPolicy.');
    const lists = await Promise.all(
      served.map(async ({ apiVersion, kind, resource, namespaced }) => {
        const rules = await look.list(apiVersion, resource, namespaced ? 'inside' : 'everywhere');
        return rules.map((rule) => ({ ...rule, kind }));
      }),
    );
    const open = lists.flat();
    const kinds = fewNames(served.map(({ kind, apiVersion }) => `${kind} of ${groupOf(apiVersion)}`));
    if (open.length > 0)
      return notProven(`Read ${kinds}: there are ${fewNames(open.map(objectName))}; what they allow is not known.`);
    return proven(`Read ${kinds}: there is none.`);
  },
};

const isRule = ({ apiVersion, kind }: ServedKind): boolean => KINDS[groupOf(apiVersion)]?.includes(kind) ?? false;
