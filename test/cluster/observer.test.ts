import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { CHECKS } from '../../functions/checks/index.ts';

const FILE = 'cluster/roles/observer.yaml';

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

const text = readFileSync(FILE, 'utf8');
const objects = parseAllDocuments(text).map((document) => document.toJS());
const { rules } = objects.find(({ kind }) => kind === 'ClusterRole') as { rules: Rule[] };
const granted = rules.flatMap(({ apiGroups, resources, verbs }) =>
  apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb })))),
);

describe('the observer', () => {
  test('reads and does nothing else, but ask what somebody may do', () => {
    const other = granted.filter(({ verb }) => verb !== 'get' && verb !== 'list');
    expect(other).toEqual([{ group: 'authorization.k8s.io', resource: 'subjectaccessreviews', verb: 'create' }]);
  });

  test('has no wildcard, and no subresource', () => {
    expect(granted.filter((each) => Object.values(each).some((value) => /[*/]/.test(value)))).toEqual([]);
    expect(rules.every((rule) => Object.keys(rule).sort().join() === 'apiGroups,resources,verbs')).toBe(true);
  });

  test('can read neither Secrets nor ConfigMaps', () => {
    expect(granted.filter(({ resource }) => ['secrets', 'configmaps'].includes(resource))).toEqual([]);
  });

  test('names each kind once, and no kind of others', () => {
    const names = granted.map(({ group, resource, verb }) => `${verb} ${resource}.${group}`);
    expect(new Set(names).size).toBe(names.length);
    expect(
      granted.filter(
        ({ group }) =>
          group !== 'apps' &&
          group !== 'batch' &&
          group !== 'autoscaling' &&
          group !== 'policy' &&
          group !== '' &&
          !group.endsWith('.k8s.io') &&
          // Of GitOps tools, the kinds that say where a namespace comes from.
          !/^(argoproj\.io|(kustomize|helm|source)\.toolkit\.fluxcd\.io)$/.test(group),
      ),
    ).toEqual([]);
  });

  const right = ({ group, resource, verb }: (typeof granted)[number]) =>
    `${verb} ${group === '' ? resource : `${resource}.${group}`}`;

  test.each(CHECKS)('may do what the check $name needs', ({ needs }) => {
    const rights = granted.map(right);
    expect(needs.kubernetes.filter((need) => !rights.includes(need))).toEqual([]);
  });

  test('may do nothing that no check needs', () => {
    const needed: string[] = CHECKS.flatMap(({ needs }) => needs.kubernetes);
    expect(granted.map(right).filter((each) => !needed.includes(each))).toEqual([]);
  });

  test('is a group, which no authenticator but that of EKS gives', () => {
    const bindings = objects.filter(({ kind }) => kind !== 'ClusterRole');
    expect(bindings).toEqual([
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'namespace-sentinel:observer' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'namespace-sentinel:observer' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'namespace-sentinel:observer' }],
      },
    ]);
  });
});

test('the kustomization holds it', () => {
  expect(parseAllDocuments(readFileSync('cluster/roles/kustomization.yaml', 'utf8'))[0]?.toJS().resources).toContain(
    'observer.yaml',
  );
});
