import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { GROUPS } from '../../functions/kubernetes/quarantine.ts';
import { JOBS } from '../../functions/watch/jobs.ts';

const objects = parseAllDocuments(readFileSync('cluster/roles/watch.yaml', 'utf8')).map((document) => document.toJS());
const { rules } = objects.find(({ kind }) => kind === 'ClusterRole') as {
  rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
};
const granted = rules.flatMap(({ apiGroups, resources, verbs }) =>
  apiGroups.flatMap((group) =>
    resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group ? `${resource}.${group}` : resource}`)),
  ),
);

describe('the watching identity', () => {
  test('reads namespaces, and above all may not create them', () => {
    expect(granted).toEqual(['get namespaces', 'list namespaces']);
    expect(rules.every((rule) => Object.keys(rule).sort().join() === 'apiGroups,resources,verbs')).toBe(true);
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
