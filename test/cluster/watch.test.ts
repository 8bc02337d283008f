import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { GROUPS } from '../../functions/kubernetes/quarantine.ts';
import { SHIPPED_POLICIES } from '../../functions/kubernetes/shipped-policies.ts';
import { SHIPPED_BINDINGS, SHIPPED_ROLES } from '../../functions/kubernetes/shipped-roles.ts';
import { JOBS } from '../../functions/watch/jobs.ts';

const objects = parseAllDocuments(readFileSync('cluster/roles/watch.yaml', 'utf8')).map((document) => document.toJS());
const { rules } = objects.find(({ kind }) => kind === 'ClusterRole') as {
  rules: { apiGroups: string[]; resources: string[]; resourceNames?: string[]; verbs: string[] }[];
};
const granted = rules.flatMap(({ apiGroups, resources, verbs }) =>
  apiGroups.flatMap((group) =>
    resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group ? `${resource}.${group}` : resource}`)),
  ),
);

describe('the watching identity', () => {
  test('reads namespaces and what is installed, and above all may not create namespaces', () => {
    expect(granted).toEqual([
      'get namespaces',
      'list namespaces',
      'get validatingadmissionpolicies.admissionregistration.k8s.io',
      'get validatingadmissionpolicybindings.admissionregistration.k8s.io',
      'get clusterroles.rbac.authorization.k8s.io',
      'get clusterrolebindings.rbac.authorization.k8s.io',
    ]);
    expect(
      rules.every((rule) => /^apiGroups,(resourceNames,)?resources,verbs$/.test(Object.keys(rule).sort().join())),
    ).toBe(true);
  });

  test('reads of what is installed what is shipped, by name, and nothing else', () => {
    const names = (resource: string) => rules.find(({ resources }) => resources.includes(resource))?.resourceNames;
    expect(names('namespaces')).toBeUndefined();
    expect(names('validatingadmissionpolicies')).toEqual(Object.keys(SHIPPED_POLICIES).sort());
    expect(names('validatingadmissionpolicybindings')).toEqual(Object.keys(SHIPPED_POLICIES).sort());
    expect(names('clusterroles')).toEqual(Object.keys(SHIPPED_ROLES).sort());
    expect(names('clusterrolebindings')).toEqual(Object.keys(SHIPPED_BINDINGS).sort());
  });

  test.each(JOBS)('may do what the job $id needs', ({ needs }) => {
    expect(needs.kubernetes.filter((need) => !granted.includes(need))).toEqual([]);
  });

  test('is the group that the access entry gives', () => {
    const bindings = objects.filter(({ kind }) => kind !== 'ClusterRole');
    expect(bindings).toEqual([
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: GROUPS.watch },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: GROUPS.watch },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: GROUPS.watch }],
      },
    ]);
  });
});
