/**
 * What the controller of the VPC CNI orders the nodes to enforce, and they enforce nothing else: PolicyEndpoints, in which
 * policies and pods are resolved to addresses. Source of fields and rules: api/v1alpha1 and pkg/resolvers/endpoints.go of
 * aws/amazon-network-policy-controller-k8s (ecc7e6a), controllers/policyendpoints_controller.go of
 * aws/aws-network-policy-agent (c8619c0).
 */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record, records, text, texts } from '../../kit/json.ts';
import { hasEnded } from '../removal/workloads.ts';

export const GROUP = 'networking.k8s.aws';
/** By which the controller shows that it has taken a policy up, before it orders anything. */
export const FINALIZER = 'networking.k8s.aws/resources';

/** The address by which the controller knows a pod; undefined where it has none. */
export const addressOf = ({ metadata, status }: KubernetesObject): string | undefined =>
  text(record(status)['podIP']) || metadata.annotations?.['vpc.amazonaws.com/pod-ips'] || undefined;

/**
 * Whether the controller lists a pod: it has an address of its own, and has not ended. The guide of EKS says that policies do
 * not hold pods without an owner; the controller lists them like others, and the agents were seen to hold them.
 */
export const isListed = (pod: KubernetesObject): boolean =>
  !hasEnded(pod) && record(pod['spec'])['hostNetwork'] !== true && addressOf(pod) !== undefined;

/** A policy as an endpoint names it. */
export const policyOf = ({ spec }: KubernetesObject): string => {
  const { namespace, name } = record(record(spec)['policyRef']);
  return `${text(namespace) ?? ''}/${text(name) ?? ''}`;
};

/** Whether it allows anything. */
export const hasRules = ({ spec }: KubernetesObject): boolean =>
  ['ingress', 'egress'].some((way) => records(record(spec)[way]).length > 0);

/** Whether it denies everything, in both directions, for the pods that it lists. */
export const isDenial = (endpoint: KubernetesObject): boolean =>
  !hasRules(endpoint) &&
  ['Ingress', 'Egress'].every((way) => texts(record(endpoint['spec'])['podIsolation']).includes(way));

const listedIn = ({ spec }: KubernetesObject): Record<string, unknown>[] =>
  records(record(spec)['podSelectorEndpoints']);

/** Whether it lists a pod of the namespace, or one of these addresses. */
export const concerns = (endpoint: KubernetesObject, namespace: string, addresses: ReadonlySet<string>): boolean =>
  listedIn(endpoint).some((each) => each['namespace'] === namespace || addresses.has(text(each['podIP']) ?? ''));

/** The agents find a pod by its name and its node's address, so that one with another name would hold nobody. */
export function coveredBy(endpoints: readonly KubernetesObject[]): (pod: KubernetesObject) => boolean {
  const keys = new Set(
    endpoints.flatMap(listedIn).map((each) => keyOf(each['namespace'], each['name'], each['podIP'], each['hostIP'])),
  );
  return (pod) => {
    const { name, namespace } = pod.metadata;
    return keys.has(keyOf(namespace, name, addressOf(pod), record(pod['status'])['hostIP']));
  };
}

const keyOf = (...parts: readonly unknown[]): string => JSON.stringify(parts.map((part) => part ?? null));

/**
 * Whether a ClusterPolicyEndpoint lets something through in spite of a denial in the namespace. The agents ask the tier
 * Admin before the policies of the namespace, and Baseline only where there are none (pkg/ebpf/c/tc.v4egress.bpf.c).
 */
export const allowsAbove = ({ spec }: KubernetesObject): boolean =>
  record(spec)['tier'] !== 'Baseline' &&
  ['ingress', 'egress'].some((way) => records(record(spec)[way]).some(({ action }) => action === 'Accept'));
