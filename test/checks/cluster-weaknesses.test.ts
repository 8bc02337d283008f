import { describe, expect, test } from '@jest/globals';
import { clusterWeaknesses } from '../../functions/checks/cluster-weaknesses.ts';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import { ask, cluster, detailsOf, type Fault, Faulty, named, RUBBISH_LISTS, textOf, timePasses } from './clusters.ts';
import { finding } from './examples.ts';

const rule = (verbs: string[], resources: string[], apiGroups = ['']) => ({ verbs, apiGroups, resources });
const role = (name: string, rules: object[] | null, namespace?: string) => named(name, namespace, { rules });
const binding = (name: string, roleName: string, subjects: object[], namespace?: string, kind = 'ClusterRole') =>
  named(name, namespace, { roleRef: { kind, name: roleName }, subjects });
const group = (name: string) => ({ kind: 'Group', name });
const account = (name: string, namespace?: string) => ({
  kind: 'ServiceAccount',
  name,
  ...(namespace && { namespace }),
});
const ANONYMOUS = { kind: 'User', name: 'system:anonymous' };
const UNAUTHENTICATED = group('system:unauthenticated');

/** As Kubernetes ships them. */
const SHIPPED_ROLES = [
  role('cluster-admin', [rule(['*'], ['*'], ['*']), { verbs: ['*'], nonResourceURLs: ['*'] }]),
  role('view', [rule(['get', 'list'], ['pods'])]),
  role('edit', [rule(['get', 'list'], ['secrets']), rule(['create'], ['pods', 'pods/exec'])]),
  role('system:basic-user', [
    rule(['create'], ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], ['authorization.k8s.io']),
    rule(['create'], ['selfsubjectreviews'], ['authentication.k8s.io']),
  ]),
  role('system:discovery', [{ verbs: ['get'], nonResourceURLs: ['/api', '/apis'] }]),
  role('system:public-info-viewer', [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/version'] }]),
];
const SHIPPED_BINDINGS = [
  binding('cluster-admin', 'cluster-admin', [group('system:masters')]),
  binding('system:basic-user', 'system:basic-user', [group('system:authenticated')]),
  binding('system:discovery', 'system:discovery', [group('system:authenticated')]),
  binding('system:public-info-viewer', 'system:public-info-viewer', [group('system:authenticated'), UNAUTHENTICATED]),
];
const policy = (namespace: string) => named('p', namespace);
const namespace = (name: string, level?: string) => ({
  metadata: { name, ...(level && { labels: { 'pod-security.kubernetes.io/enforce': level } }) },
});
const SOUND = {
  Namespace: [
    namespace('kube-system'),
    namespace('kube-public'),
    namespace('kube-node-lease'),
    namespace('shop', 'baseline'),
  ],
  NetworkPolicy: [policy('shop')],
  ClusterRole: SHIPPED_ROLES,
  ClusterRoleBinding: SHIPPED_BINDINGS,
};

const look = (objects: Record<string, object[]>) => ask(clusterWeaknesses, cluster({ ...SOUND, ...objects }));
const bound = (...bindings: object[]) => look({ ClusterRoleBinding: [...SHIPPED_BINDINGS, ...bindings] });

test('a cluster as it is shipped, with policies in its namespaces, is sound', async () => {
  const answer = await look({});
  expect(answer).toMatchObject({ status: 'clear', summary: 'No such weakness was found.' });
  expect(detailsOf<DetailsByCheck['cluster-weaknesses']>(answer)).toEqual({
    anonymousBindings: [],
    wideBindings: [],
    defaultServiceAccountBindings: [],
    namespacesWithoutNetworkPolicy: [],
    namespacesWithoutPodSecurity: [],
    totals: {
      namespaces: 1,
      anonymousBindings: 0,
      wideBindings: 0,
      defaultServiceAccountBindings: 0,
      namespacesWithoutNetworkPolicy: 0,
      namespacesWithoutPodSecurity: 0,
    },
  });
});

describe('bindings to anonymous users', () => {
  test.each<[string, object, boolean]>([
    ['the user', binding('b', 'view', [ANONYMOUS]), true],
    ['the group', binding('b', 'view', [group('x'), UNAUTHENTICATED]), true],
    ['a group that is called like the user', binding('b', 'view', [group('system:anonymous')]), false],
    ['an account that is called like the user', binding('b', 'view', [account('system:anonymous', 'x')]), false],
    ['a shipped name with another role', binding('system:discovery', 'view', [UNAUTHENTICATED]), true],
    ['a shipped role under another name', binding('b', 'system:discovery', [UNAUTHENTICATED]), true],
  ])('%s', async (_, one, weak) => {
    const answer = await bound(one);
    expect(detailsOf<DetailsByCheck['cluster-weaknesses']>(answer).totals.anonymousBindings).toBe(weak ? 1 : 0);
    expect(answer.status).toBe(weak ? 'found' : 'clear');
  });

  test('a shipped role that was widened is not as shipped', async () => {
    const widened = role('system:public-info-viewer', [rule(['get'], ['secrets'])]);
    const answer = await look({
      ClusterRole: [...SHIPPED_ROLES.filter(({ metadata }) => metadata.name !== widened.metadata.name), widened],
    });
    expect(detailsOf<DetailsByCheck['cluster-weaknesses']>(answer).anonymousBindings).toEqual([
      { binding: 'system:public-info-viewer', role: 'ClusterRole system:public-info-viewer' },
    ]);
  });

  test('a binding in a namespace carries its name', async () => {
    const answer = await look({ RoleBinding: [binding('b', 'view', [ANONYMOUS], 'shop')] });
    expect(textOf(answer)).toBe('Open: 1 binding to anonymous users (shop/b).');
  });
});

describe('bindings of wide roles to wide groups', () => {
  test.each<[string, object[], string, string | undefined]>([
    ['everything', [rule(['*'], ['*'], ['*'])], 'system:authenticated', 'everything'],
    ['Secrets', [rule(['get'], ['secrets'])], 'system:serviceaccounts', 'reading Secrets'],
    ['Secrets by wildcard', [rule(['list'], ['*'])], 'system:serviceaccounts:shop', 'reading Secrets'],
    ['exec', [rule(['create'], ['pods/exec'])], 'system:authenticated', 'running commands in pods'],
    [
      'bind',
      [rule(['bind'], ['clusterroles'], ['rbac.authorization.k8s.io'])],
      'system:authenticated',
      'binding any role',
    ],
    ['impersonation', [rule(['impersonate'], ['groups'])], 'system:authenticated', 'impersonation'],
    ['pods', [rule(['create'], ['pods'])], 'system:authenticated', 'running pods'],
    ['another wildcard', [rule(['*'], ['things'], ['example.com'])], 'system:authenticated', 'a wildcard'],
    ['nothing much', [rule(['get', 'list'], ['pods'])], 'system:authenticated', undefined],
    ['everything to few', [rule(['*'], ['*'], ['*'])], 'admins', undefined],
  ])('%s', async (_, rules, subject, why) => {
    const answer = await look({
      ClusterRole: [...SHIPPED_ROLES, role('r', rules)],
      ClusterRoleBinding: [...SHIPPED_BINDINGS, binding('b', 'r', [group(subject)])],
    });
    expect(detailsOf<DetailsByCheck['cluster-weaknesses']>(answer).wideBindings).toEqual(
      why ? [{ binding: 'b', role: 'ClusterRole r', subject: `Group ${subject}`, why }] : [],
    );
  });

  test('a role of a namespace is looked up there', async () => {
    const objects = {
      Role: [role('r', [rule(['get'], ['secrets'])], 'one'), role('r', [], 'two')],
      RoleBinding: ['one', 'two'].map((name) => binding('b', 'r', [group('system:authenticated')], name, 'Role')),
    };
    expect(detailsOf<DetailsByCheck['cluster-weaknesses']>(await look(objects)).wideBindings).toMatchObject([
      { binding: 'one/b' },
    ]);
  });

  test('what matters in kube-system only does not matter elsewhere', async () => {
    const objects = {
      ClusterRole: [...SHIPPED_ROLES, role('r', [rule(['update'], ['configmaps'])])],
      RoleBinding: ['shop', 'kube-system'].map((name) => binding('b', 'r', [group('system:authenticated')], name)),
    };
    expect(detailsOf<DetailsByCheck['cluster-weaknesses']>(await look(objects)).wideBindings).toMatchObject([
      { binding: 'kube-system/b', why: 'changing ConfigMap aws-auth' },
    ]);
  });

  test('a role that cannot be read is known by its name', async () => {
    const kubernetes = new Faulty(
      cluster({
        ...SOUND,
        ClusterRoleBinding: [
          binding('b', 'cluster-admin', [group('system:authenticated')]),
          binding('c', 'x', [group('system:authenticated')]),
        ],
      }),
      { '/clusterroles': 'denied' },
    );
    const answer = await ask(clusterWeaknesses, kubernetes);
    expect(detailsOf<DetailsByCheck['cluster-weaknesses']>(answer).wideBindings).toMatchObject([
      { binding: 'b', why: 'by its name' },
    ]);
    expect(textOf(answer)).toContain('Could not look at: ClusterRoles (denied).');
  });
});

test('rights of default ServiceAccounts', async () => {
  const answer = await look({
    ClusterRoleBinding: [
      ...SHIPPED_BINDINGS,
      binding('b', 'view', [account('default', 'shop'), account('other', 'shop')]),
    ],
    RoleBinding: [
      binding('own', 'view', [account('default')], 'shop'),
      binding('none', 'view', [{ kind: 'User', name: 'default' }], 'shop'),
    ],
  });
  expect(detailsOf<DetailsByCheck['cluster-weaknesses']>(answer).defaultServiceAccountBindings).toEqual([
    { binding: 'b', role: 'ClusterRole view', namespace: 'shop' },
    { binding: 'shop/own', role: 'ClusterRole view', namespace: 'shop' },
  ]);
});

describe('namespaces', () => {
  test('without policy, and without Pod Security', async () => {
    const answer = await look({
      Namespace: [
        namespace('kube-system'),
        namespace('a', 'restricted'),
        namespace('b', 'privileged'),
        namespace('c'),
        namespace('kube-x'),
      ],
      NetworkPolicy: [policy('c')],
    });
    expect(detailsOf<DetailsByCheck['cluster-weaknesses']>(answer)).toMatchObject({
      namespacesWithoutNetworkPolicy: ['a', 'b', 'kube-x'],
      namespacesWithoutPodSecurity: ['b', 'c', 'kube-x'],
      totals: { namespaces: 4, namespacesWithoutNetworkPolicy: 3, namespacesWithoutPodSecurity: 3 },
    });
    expect(textOf(answer)).toBe(
      'Open: 3 namespaces without NetworkPolicy (a, b, kube-x); 3 namespaces where Pod Security enforces nothing (b, c, kube-x).',
    );
  });

  test('of many there are the first, and the whole count', async () => {
    const Namespace = Array.from({ length: 300 }, (_, index) => namespace(`n${index}`));
    const details = detailsOf<DetailsByCheck['cluster-weaknesses']>(await look({ Namespace }));
    expect(details.namespacesWithoutPodSecurity).toHaveLength(50);
    expect(details.totals.namespacesWithoutPodSecurity).toBe(300);
  });
});

describe('a cluster that fails', () => {
  const weak = cluster({ ...SOUND, ClusterRoleBinding: [binding('b', 'view', [ANONYMOUS])], NetworkPolicy: [] });

  test.each<[string, Record<string, Fault>, string, (keyof DetailsByCheck['cluster-weaknesses'])[]]>([
    [
      'NetworkPolicies denied',
      { networkpolicies: 'denied' },
      'NetworkPolicies (denied)',
      ['namespacesWithoutNetworkPolicy'],
    ],
    [
      'namespaces failing',
      { '/api/v1/namespaces': 'failing' },
      'namespaces (failed: KubernetesError',
      ['namespacesWithoutNetworkPolicy', 'namespacesWithoutPodSecurity'],
    ],
    ['RoleBindings denied', { '/rolebindings': 'denied' }, 'RoleBindings (denied)', []],
    [
      'not all NetworkPolicies',
      { networkpolicies: { answers: { items: [], complete: false } } },
      'NetworkPolicies beyond the first 0',
      ['namespacesWithoutNetworkPolicy'],
    ],
    [
      'null for a listing',
      { networkpolicies: { answers: null } },
      'NetworkPolicies (failed: ',
      ['namespacesWithoutNetworkPolicy'],
    ],
    [
      'no bindings',
      { bindings: 'denied' },
      'ClusterRoleBindings (denied), RoleBindings (denied)',
      ['anonymousBindings', 'wideBindings', 'defaultServiceAccountBindings'],
    ],
  ])('%s: what is not known is absent', async (_, faults, text, absent) => {
    const answer = await ask(clusterWeaknesses, new Faulty(weak, faults));
    expect(answer.status).toBe('found');
    expect(textOf(answer)).toContain(`Could not look at: ${text}`);
    const details = detailsOf<DetailsByCheck['cluster-weaknesses']>(answer);
    for (const key of absent)
      expect([details, details.totals]).not.toContainEqual(expect.objectContaining({ [key]: expect.anything() }));
  });

  test('nothing found where not all could be looked at is not clear', async () => {
    const answer = await ask(clusterWeaknesses, new Faulty(cluster(SOUND), { '/roles': 'denied' }));
    expect(answer).toMatchObject({ status: 'not-checked', reason: expect.stringContaining('Roles (denied)') });
  });

  test('a kind that does not answer is left behind', async () => {
    const silent = new Faulty(weak, { networkpolicies: 'silent' });
    const answer = await timePasses(6_000, () => ask(clusterWeaknesses, silent));
    expect(textOf(answer)).toContain('Could not look at: NetworkPolicies (no answer in time).');
  });

  test.each(RUBBISH_LISTS)('%j does no harm', async (answers) => {
    const answer = await ask(clusterWeaknesses, new Faulty(cluster(), { '/': { answers } }));
    expect(answer.status).not.toBe('not-checked');
    expect(textOf(answer)).not.toContain('Error');
  });
});

test('names where a person can look', () => {
  expect(clusterWeaknesses.source?.(finding())?.command?.[0]).toBe('kubectl');
  expect(clusterWeaknesses.source?.(finding())?.link).toContain('cluster-resources-tab');
});
