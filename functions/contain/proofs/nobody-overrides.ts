import { GROUPS } from '../../kubernetes/quarantine.ts';
import type { ResourceRequest } from '../../kubernetes/rbac.ts';
import { HOLDER_RIGHTS, holdersOf } from './holders.ts';
import { fewNames, notProven, proven, type Verification } from './proof.ts';

const ADMISSION = 'admissionregistration.k8s.io';

/** Acting as somebody, by the verbs of before and of constrained impersonation (Kubernetes 1.36). */
const actAs = (resource: 'users' | 'groups' | 'serviceaccounts', name: string): ResourceRequest[] => [
  { verb: 'impersonate', resource, name },
  {
    verb: resource === 'serviceaccounts' ? 'impersonate:serviceaccount' : 'impersonate:user-info',
    group: 'authentication.k8s.io',
    resource,
    name,
  },
];

/** What lifts the freeze: acting as one who is exempt, or taking the policies away. */
const OVERRIDES: readonly ResourceRequest[] = [
  ...[GROUPS.contain, GROUPS.release, GROUPS.breakGlass, 'eks:managed', 'system:nodes'].flatMap((name) =>
    actAs('groups', name),
  ),
  ...['system:kube-controller-manager', 'eks:network-policy-controller'].flatMap((name) => actAs('users', name)),
  ...actAs('serviceaccounts', 'namespace-controller'),
  { verb: 'impersonate:arbitrary-node', group: 'authentication.k8s.io', resource: 'nodes' },
  { verb: 'create', resource: 'serviceaccounts', subresource: 'token', name: 'namespace-controller' },
  ...['validatingadmissionpolicies', 'validatingadmissionpolicybindings'].flatMap((resource) =>
    ['delete', 'deletecollection', 'update', 'patch'].map((verb) => ({ verb, group: ADMISSION, resource })),
  ),
];

/** Not decisive: somebody has to administer the cluster. Who can undo the freeze is said, and watched for in the audit log. */
export const nobodyOverrides: Verification = {
  id: 'nobody-overrides',
  claim: 'Nobody but system:masters and the control plane can lift the freeze.',
  decisive: false,
  shows: 'configuration',
  needs: { kubernetes: HOLDER_RIGHTS },
  async prove(look) {
    const holders = await holdersOf(look, OVERRIDES);
    const how = `Read all bindings and roles (not EKS access policies, which are not objects of the cluster)`;
    if (holders.length === 0) return proven(`${how}: nobody else may impersonate the exempt or change the policies.`);
    return notProven(`${how}: ${fewNames(holders)} may impersonate the exempt or change the policies.`);
  },
};
