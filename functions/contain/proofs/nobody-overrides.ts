import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record, records, text } from '../../kit/json.ts';
import { GROUPS } from '../../kubernetes/quarantine.ts';
import { type PolicyRule, type ResourceRequest, ruleAllows } from '../../kubernetes/rbac.ts';
import { BINDING_RIGHTS, ROLE_RIGHTS } from './cluster-reader.ts';
import { fewNames, notProven, objectName, proven, type Verification } from './proof.ts';

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
  needs: { kubernetes: [...BINDING_RIGHTS, ...ROLE_RIGHTS] },
  async prove(look) {
    const [bindings, roles] = await Promise.all([look.bindings(), look.roles()]);
    const strong = new Map(
      roles.flatMap((role) => {
        const can = OVERRIDES.filter((request) =>
          records(role['rules']).some((rule) => ruleAllows(rule as PolicyRule, request)),
        );
        return can.length > 0 ? [[`${role.metadata.namespace ?? ''}/${role.metadata.name}`, role] as const] : [];
      }),
    );
    const holders = bindings.flatMap((binding) => {
      const where = binding.metadata.namespace;
      // Inside a namespace it matters only where the exempt accounts are.
      if (where !== undefined && where !== 'kube-system') return [];
      const { kind, name } = record(binding['roleRef']);
      if (!strong.has(`${kind === 'Role' ? where : ''}/${name}`)) return [];
      return othersOf(binding).map((subject) => `${subject} by ${objectName({ ...binding, kind: 'binding' })}`);
    });
    const how = `Read all bindings and roles (not EKS access policies, which are no objects of the cluster)`;
    if (holders.length === 0) return proven(`${how}: nobody else may impersonate the exempt or change the policies.`);
    return notProven(`${how}: ${fewNames([...new Set(holders)])} may impersonate the exempt or change the policies.`);
  },
};

/** Subjects that are not of the control plane, or of EKS, whose names nobody else can get. */
const othersOf = (binding: KubernetesObject): string[] =>
  records(binding['subjects']).flatMap(({ kind, name: raw, namespace }) => {
    const name = text(raw) ?? '';
    if (kind === 'Group' && (name === 'system:masters' || name === 'system:nodes')) return [];
    if (kind === 'User' && /^(system:kube-|eks:)/.test(name)) return [];
    if (kind === 'ServiceAccount' && namespace === 'kube-system') return [];
    return `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
  });
