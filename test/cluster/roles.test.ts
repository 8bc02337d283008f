import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { shippedManifests } from '../../bin/commands/preflight/manifests.ts';
import { digestOfBinding, digestOfRole } from '../../functions/kubernetes/cluster-side.ts';
import { SHIPPED_BINDINGS, SHIPPED_ROLES } from '../../functions/kubernetes/shipped-roles.ts';

const FILES = [
  'roles/snapshot.yaml',
  'roles/contain.yaml',
  'roles/probe.yaml',
  'roles/release.yaml',
  'policies/guarded-rights.yaml',
];
interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}
const flat = (rules: Rule[]) =>
  rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb })))),
  );

test('the digests are those of the manifests', () => {
  const { clusterRoles, clusterRoleBindings } = shippedManifests();
  const table = (objects: typeof clusterRoles, digestOf: (object: (typeof clusterRoles)[number]) => string) =>
    Object.fromEntries(objects.map((object) => [object.metadata.name, digestOf(object)]));
  expect(SHIPPED_ROLES).toEqual(table(clusterRoles, digestOfRole));
  expect(SHIPPED_BINDINGS).toEqual(table(clusterRoleBindings, digestOfBinding));
});

describe.each(FILES)('%s', (file) => {
  const text = readFileSync(`cluster/${file}`, 'utf8');
  const objects = parseAllDocuments(text).map((document) => document.toJS());
  const roles: { metadata: { name: string }; rules: Rule[] }[] = objects.filter(({ kind }) => kind === 'ClusterRole');
  const granted = roles.flatMap(({ rules }) => flat(rules));

  test('has no wildcard, and names each right once', () => {
    expect(granted.filter((each) => Object.values(each).some((value) => value.includes('*')))).toEqual([]);
    for (const { rules } of roles) {
      const names = flat(rules).map(({ group, resource, verb }) => `${verb} ${resource}.${group}`);
      expect(new Set(names).size).toBe(names.length);
    }
    expect(
      roles
        .flatMap(({ rules }) => rules)
        .every((rule) => /^apiGroups,(resourceNames,)?resources,verbs$/.test(Object.keys(rule).sort().join())),
    ).toBe(true);
  });

  test('reads no Secret, gets no token, watches nothing, and does not touch admission, roles or deletion of namespaces', () => {
    const never = ({ group, resource, verb }: (typeof granted)[number]) =>
      resource === 'secrets' ||
      ['watch', 'escalate', 'impersonate', 'deletecollection'].includes(verb) ||
      /^serviceaccounts\/token$|^pods\/(attach|portforward|proxy|eviction|ephemeralcontainers)$|^nodes\/|proxy$/.test(
        resource,
      ) ||
      (!['get', 'list'].includes(verb) &&
        (group === 'admissionregistration.k8s.io' ||
          (group === 'rbac.authorization.k8s.io' && /roles$/.test(resource) && verb !== 'bind') ||
          (resource === 'clusterrolebindings' && verb !== 'delete') ||
          (resource === 'namespaces' && verb !== 'patch')));
    expect(granted.filter(never)).toEqual([]);
  });

  test('says of each rule why it is there', () => {
    let commented = false;
    for (const line of text.split('\n').map((each) => each.trim())) {
      if (line === 'rules:') commented = false;
      if (/^# (Step|Proof|Lifts|Removes|Restores) /.test(line)) commented = true;
      if (line.startsWith('- apiGroups')) expect([line, commented]).toEqual([line, true]);
    }
  });

  test('is bound to groups of ours alone', () => {
    const bindings = objects.filter(({ kind }) => kind === 'ClusterRoleBinding');
    // The mark of a quarantine is bound by contain, in one namespace.
    const bound = roles.filter(({ metadata }) => metadata.name !== 'namespace-sentinel:quarantined');
    expect(bindings.length).toBeGreaterThanOrEqual(bound.length);
    for (const { roleRef, subjects, metadata } of bindings) {
      expect([...roles.map((role) => role.metadata.name), 'view']).toContain(roleRef.name);
      expect(metadata.name).toMatch(/^namespace-sentinel:/);
      for (const { kind, name } of subjects)
        expect(`${kind} ${name}`).toMatch(/^Group namespace-sentinel:(contain|probe|release)$/);
    }
  });
});

test('the roles alone leave out what only a guard makes harmless', () => {
  const granted = FILES.slice(0, 4).flatMap((file) =>
    parseAllDocuments(readFileSync(`cluster/${file}`, 'utf8'))
      .map((document) => document.toJS())
      .flatMap(({ rules }) => flat(rules ?? [])),
  );
  expect(
    granted.filter(
      ({ resource, verb }) =>
        verb === 'bind' || (verb === 'create' && ['pods', 'pods/exec', 'rolebindings'].includes(resource)),
    ),
  ).toEqual([]);
});
