/** What the live cluster and EKS tell about the binding or access policy that allowed a request. */

import type { Kubernetes } from '../../clients/kubernetes/kubernetes.ts';
import { defined } from '../../kit/defined.ts';
import { instantOf } from '../../kit/instant.ts';
import { instant, record, records, text } from '../../kit/json.ts';
import { allowsEverything, type PolicyRule } from '../../kubernetes/rbac.ts';
import type { CheckContext } from '../check.ts';
import type { AuthorizerGrant } from './granted-by.ts';
import { type AnswerPart, answerPart } from './part.ts';

const PART_MS = 4_000;
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/** What is known of the binding now. */
export interface Live {
  /** RFC 3339. */
  bindingCreatedAt?: string;
  bindingGone?: boolean;
  /** The role allows everything. */
  wildcard?: boolean;
}

/** @param cluster undefined where there is no way to it, and `noWay` says why */
export async function lookUpGrant(
  grant: AuthorizerGrant,
  context: CheckContext,
  cluster: Kubernetes | undefined,
  noWay: string,
): Promise<AnswerPart<Live>> {
  const { kind, accessPolicyArn } = grant;
  if (kind === 'EKS access policy' && accessPolicyArn)
    return answerPart('the association of the access policy', PART_MS, context.signal, (signal) =>
      lookUpPolicy(grant, context, signal),
    );
  if (kind !== 'ClusterRoleBinding' && kind !== 'RoleBinding') return { value: {} };
  if (!cluster) return { missing: `the binding (${noWay})` };
  return answerPart('the binding', PART_MS, context.signal, (signal) => lookUpBinding(grant, cluster, signal));
}

async function lookUpBinding(grant: AuthorizerGrant, cluster: Kubernetes, signal: AbortSignal): Promise<Live> {
  const { kind, binding = '', namespace, role = '', roleKind } = grant;
  const [live, liveRole] = await Promise.all([
    cluster.read(pathOf(kind === 'RoleBinding' ? 'rolebindings' : 'clusterrolebindings', binding, namespace), signal),
    cluster.read(pathOf(roleKind === 'Role' ? 'roles' : 'clusterroles', role, namespace), signal),
  ]);
  const createdAt = instant(record(live?.metadata)['creationTimestamp']);
  return defined({
    bindingCreatedAt: createdAt,
    bindingGone: !live || undefined,
    wildcard: liveRole && records(liveRole['rules']).some((rule) => allowsEverything(rule as PolicyRule)),
  });
}

/** ClusterRoles and their bindings are in no namespace. */
function pathOf(resource: string, name: string, namespace: string | undefined): string {
  const inNamespace = !resource.startsWith('cluster') && namespace;
  return `${RBAC}/${inNamespace ? `namespaces/${encodeURIComponent(namespace)}/` : ''}${resource}/${encodeURIComponent(name)}`;
}

async function lookUpPolicy(
  grant: AuthorizerGrant,
  { finding, clients }: CheckContext,
  signal: AbortSignal,
): Promise<Live> {
  const { accessPolicyArn = '', principalArn = '' } = grant;
  const wildcard = accessPolicyArn.endsWith('/AmazonEKSClusterAdminPolicy');
  if (!clients.eks || !finding.cluster.name) throw new Error('EKS cannot be reached from here');
  try {
    const policies = await clients.eks.listAssociatedAccessPolicies(finding.cluster.name, principalArn, signal);
    const policy = policies.find(({ policyArn }) => policyArn === accessPolicyArn);
    const associatedAt = instantOf(policy?.associatedAt);
    return policy ? { wildcard, ...defined({ bindingCreatedAt: associatedAt }) } : { wildcard, bindingGone: true };
  } catch (error) {
    // The access entry itself is gone.
    if (text(record(error)['name']) === 'ResourceNotFoundException') return { wildcard, bindingGone: true };
    throw error;
  }
}
