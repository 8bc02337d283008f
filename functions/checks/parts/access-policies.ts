/**
 * What EKS access policies give, as far as it matters. EKS authorizes them beside RBAC, by the principal's unique id,
 * which the record of a request need not hold: an access review without it does not see them.
 */
import type { AssociatedAccessPolicy } from '@aws-sdk/client-eks';
import { matches } from '../../kit/wildcard.ts';
import { type PolicyRule, ruleAllows } from '../../kubernetes/rbac.ts';
import type { RightQuestion } from './rights.ts';

const CORE = [''];
const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];

/** AmazonEKSEditPolicy and AmazonEKSAdminPolicy differ in what is not asked about here. */
const EDIT: PolicyRule[] = [
  { apiGroups: ['apps'], resources: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'], verbs: WRITE },
  {
    apiGroups: CORE,
    resources: ['secrets', 'pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy'],
    verbs: READ,
  },
  { apiGroups: CORE, resources: ['configmaps', 'secrets', 'serviceaccounts', 'services'], verbs: WRITE },
  { apiGroups: CORE, resources: ['pods', 'pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy'], verbs: WRITE },
  { apiGroups: CORE, resources: ['serviceaccounts'], verbs: ['impersonate'] },
];

/** Amazon EKS User Guide, "Review access policy permissions". A policy that is not here is not known. */
const POLICIES = new Map<string, PolicyRule[]>(
  Object.entries({
    AmazonEKSClusterAdminPolicy: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
    AmazonEKSAdminPolicy: EDIT,
    AmazonEKSEditPolicy: EDIT,
    AmazonEKSAdminViewPolicy: [{ apiGroups: ['*'], resources: ['*'], verbs: READ }],
    AmazonEKSSecretReaderPolicy: [{ apiGroups: CORE, resources: ['secrets'], verbs: READ }],
    AmazonEKSViewPolicy: [],
  }),
);

/** Name of the policy that allows it; `unknown` where one whose rules are not known may; undefined where none does. */
export function allowedByPolicy(
  policies: readonly AssociatedAccessPolicy[],
  question: RightQuestion,
): { policy: string } | { unknown: string } | undefined {
  const inScope = policies.filter(({ accessScope }) => scopeHolds(accessScope, question.namespace));
  const names = inScope.map(({ policyArn = '' }) => policyArn.split('/').pop() ?? '');
  const policy = names.find((name) => POLICIES.get(name)?.some((rule) => ruleAllows(rule, question)));
  if (policy !== undefined) return { policy };
  const unknown = names.find((name) => !POLICIES.has(name));
  return unknown === undefined ? undefined : { unknown };
}

/** A scope of namespaces holds names, with `*` for any text. */
function scopeHolds(scope: AssociatedAccessPolicy['accessScope'], namespace: string | undefined): boolean {
  if (scope?.type !== 'namespace') return true;
  return namespace !== undefined && (scope.namespaces ?? []).some((pattern) => matches(namespace, pattern));
}
