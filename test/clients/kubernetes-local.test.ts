import { describe, expect, test } from '@jest/globals';
import { LocalKubernetes } from '../../functions/clients/local/kubernetes.ts';

const signal = new AbortController().signal;
const object = (name: string, namespace?: string, more = {}) => ({
  metadata: { name, ...(namespace && { namespace }) },
  ...more,
});
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

const PODS = {
  kind: 'PodList',
  apiVersion: 'v1',
  items: [
    { metadata: { name: 'a', namespace: 'one', labels: { app: 'x' } }, spec: { nodeName: 'n1', containers: [] } },
    { metadata: { name: 'b', namespace: 'one' }, spec: { nodeName: 'n2', containers: [] } },
    { metadata: { name: 'c', namespace: 'two' }, spec: {} },
  ],
};

describe('recorded objects', () => {
  const kubernetes = new LocalKubernetes({
    '/api/v1/pods': PODS,
    '/api/v1/namespaces': { kind: 'NamespaceList', items: [object('one'), object('two')] },
    '/apis/apps/v1/deployments': { kind: 'DeploymentList', items: null },
  });
  const names = async (path: string, options = {}) =>
    (await kubernetes.list(path, signal, options)).items.map(({ metadata }) => metadata.name);

  test('are listed by namespace, and over all', async () => {
    expect(await names('/api/v1/pods')).toEqual(['a', 'b', 'c']);
    expect(await names('/api/v1/namespaces/one/pods')).toEqual(['a', 'b']);
    expect(await names('/api/v1/namespaces')).toEqual(['one', 'two']);
    expect(await names('/apis/apps/v1/namespaces/one/deployments')).toEqual([]);
    expect(await names('/apis/not.served/v1/things')).toEqual([]);
  });

  test('are read by name', async () => {
    expect(await kubernetes.read('/api/v1/namespaces/two', signal)).toMatchObject({
      kind: 'Namespace',
      apiVersion: 'v1',
    });
    expect(await kubernetes.read('/api/v1/namespaces/two/pods/c', signal)).toMatchObject({ kind: 'Pod' });
    expect(await kubernetes.read('/api/v1/namespaces/two/pods/a', signal)).toBeUndefined();
    expect(await kubernetes.read('/api/v1/namespaces/three', signal)).toBeUndefined();
  });

  test('stay as they are, whatever is done to an answer', async () => {
    const first = await kubernetes.read('/api/v1/namespaces/one', signal);
    if (first) first.metadata.name = 'changed';
    expect(await kubernetes.read('/api/v1/namespaces/one', signal)).toMatchObject({ metadata: { name: 'one' } });
  });

  test.each([
    [{ labelSelector: 'app' }, ['a']],
    [{ labelSelector: 'app=x' }, ['a']],
    [{ labelSelector: 'app!=x' }, ['b', 'c']],
    [{ labelSelector: 'app==y' }, []],
    [{ fieldSelector: 'spec.nodeName=n2' }, ['b']],
    [{ fieldSelector: 'spec.nodeName!=n2,metadata.namespace=one' }, ['a']],
  ])('are selected by %j', async (options, expected) => {
    expect(await names('/api/v1/pods', options)).toEqual(expected);
  });

  test('are not selected by what it does not understand', async () => {
    await expect(names('/api/v1/pods', { labelSelector: 'app in (a,b)' })).rejects.toMatchObject({ code: 400 });
  });

  test('are cut at `max`, with the whole count', async () => {
    const listed = await kubernetes.listMetadata('/api/v1/pods', signal, { max: 1 });
    expect(listed).toMatchObject({ complete: false, total: 3 });
    expect(listed.items).toEqual([
      { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata: PODS.items[0]?.metadata },
    ]);
  });

  test('tell the kinds', async () => {
    expect(await kubernetes.kinds(signal)).toContainEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      resource: 'pods',
      namespaced: true,
      verbs: ['get', 'list', 'watch'],
    });
  });

  test('are not given to one who has gone', async () => {
    await expect(kubernetes.list('/api/v1/pods', AbortSignal.abort())).rejects.toThrow();
    await expect(kubernetes.read('/api/v1/namespaces/one', AbortSignal.abort())).rejects.toThrow();
  });

  test.each([[{ '/api/v1/pods': { items: [null] } }], [{ '/api/v1/pods': { items: ['x'] } }]])(
    '%j is refused',
    (recording) => {
      expect(() => new LocalKubernetes(recording)).toThrow('/api/v1/pods');
    },
  );
});

describe('recorded discovery', () => {
  const resource = (name: string, kind: string) => ({ name, kind, namespaced: true, verbs: ['list'] });
  const kubernetes = new LocalKubernetes({
    '/version': { gitVersion: 'v1.36.3' },
    '/api': { versions: ['v1'] },
    '/apis': { groups: [{ name: 'x.io', preferredVersion: { groupVersion: 'x.io/v1' } }, {}] },
    '/api/v1': {
      resources: [resource('pods', 'Pod'), resource('pods/exec', 'PodExecOptions'), resource('secrets', 'Secret')],
    },
    '/apis/x.io/v1beta1': { resources: [resource('things', 'Thing'), resource('olds', 'Old')] },
    '/apis/x.io/v1': { resources: [resource('things', 'Thing')] },
    '/api/v1/pods': PODS,
    '/apis/x.io/v1/things': { kind: 'ThingList', items: [] },
  });

  test('tells the kinds, in the preferred version', async () => {
    const kinds = await kubernetes.kinds(signal);
    expect(kinds.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`).sort()).toEqual([
      'v1 Pod',
      'v1 Secret',
      'x.io/v1 Thing',
      'x.io/v1beta1 Old',
    ]);
  });

  test('what was served and not recorded is not said to be empty', async () => {
    await expect(kubernetes.listMetadata('/api/v1/namespaces/one/secrets', signal)).rejects.toMatchObject({
      name: 'KubernetesError',
      reason: 'NotRecorded',
    });
  });
});

describe('access reviews', () => {
  const role = (name: string, rule: object, namespace?: string) => object(name, namespace, { rules: [rule] });
  const binding = (name: string, roleRef: object, subject: object, namespace?: string) =>
    object(name, namespace, { roleRef, subjects: [subject] });
  const kubernetes = new LocalKubernetes({
    [`${RBAC}/clusterroles`]: {
      items: [
        role('all', { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }),
        role('exec', { verbs: ['create'], apiGroups: [''], resources: ['pods/exec'] }),
        role('any-status', { verbs: ['get'], apiGroups: ['*'], resources: ['*/status'] }),
        role('one-name', { verbs: ['get'], apiGroups: [''], resources: ['configmaps'], resourceNames: ['aws-auth'] }),
        object('no-rules'),
      ],
    },
    [`${RBAC}/roles`]: { items: [role('local', { verbs: ['list'], apiGroups: [''], resources: ['secrets'] }, 'one')] },
    [`${RBAC}/clusterrolebindings`]: {
      items: [
        binding('admins', { kind: 'ClusterRole', name: 'all' }, { kind: 'Group', name: 'admins' }),
        binding('exec', { kind: 'ClusterRole', name: 'exec' }, { kind: 'User', name: 'alice' }),
        binding('status', { kind: 'ClusterRole', name: 'any-status' }, { kind: 'User', name: 'alice' }),
        binding('name', { kind: 'ClusterRole', name: 'one-name' }, { kind: 'User', name: 'alice' }),
        binding('empty', { kind: 'ClusterRole', name: 'no-rules' }, { kind: 'User', name: 'alice' }),
        binding('gone', { kind: 'ClusterRole', name: 'missing' }, { kind: 'User', name: 'bob' }),
        object('no-subjects', undefined, { roleRef: { kind: 'ClusterRole', name: 'all' }, subjects: null }),
      ],
    },
    [`${RBAC}/rolebindings`]: {
      items: [
        binding(
          'read',
          { kind: 'Role', name: 'local' },
          { kind: 'ServiceAccount', name: 'app', namespace: 'two' },
          'one',
        ),
        binding('mine', { kind: 'ClusterRole', name: 'exec' }, { kind: 'ServiceAccount', name: 'app' }, 'two'),
      ],
    },
  });
  const may = (user: string, groups: string[], request: object) =>
    kubernetes.may({ user, groups, verb: 'get', resource: 'pods', ...request }, signal);
  const APP = 'system:serviceaccount:two:app';

  test.each<[string, string, string[], object, object]>([
    [
      'a group',
      'x',
      ['admins'],
      { verb: '*', group: '*', resource: '*' },
      { allowed: true, reason: 'RBAC: allowed by ClusterRoleBinding "admins" of ClusterRole "all" to Group "admins"' },
    ],
    ['a user without the group', 'x', [], { verb: '*', group: '*', resource: '*' }, { allowed: false }],
    ['system:masters, without a reason', 'x', ['system:masters'], {}, { allowed: true }],
    [
      'a subresource',
      'alice',
      [],
      { verb: 'create', subresource: 'exec' },
      { allowed: true, reason: 'RBAC: allowed by ClusterRoleBinding "exec" of ClusterRole "exec" to User "alice"' },
    ],
    ['not the resource for its subresource', 'alice', [], { verb: 'create' }, { allowed: false }],
    [
      'any resource of a subresource',
      'alice',
      [],
      { group: 'apps', resource: 'x', subresource: 'status' },
      { allowed: true },
    ],
    ['the named object', 'alice', [], { resource: 'configmaps', name: 'aws-auth' }, { allowed: true }],
    ['not another one', 'alice', [], { resource: 'configmaps', name: 'other' }, { allowed: false }],
    ['not all for one', 'alice', [], { resource: 'configmaps' }, { allowed: false }],
    ['not everything for much', 'alice', [], { verb: '*', group: '*', resource: '*' }, { allowed: false }],
    [
      'what is gone',
      'bob',
      [],
      {},
      { allowed: false, reason: 'RBAC: clusterrole.rbac.authorization.k8s.io "missing" not found' },
    ],
    [
      'a role in its namespace',
      APP,
      [],
      { verb: 'list', resource: 'secrets', namespace: 'one' },
      { allowed: true, reason: 'RBAC: allowed by RoleBinding "read/one" of Role "local" to ServiceAccount "app/two"' },
    ],
    ['not in another', APP, [], { verb: 'list', resource: 'secrets', namespace: 'two' }, { allowed: false }],
    ['not in all', APP, [], { verb: 'list', resource: 'secrets' }, { allowed: false }],
    [
      "an account of the binding's own namespace",
      APP,
      [],
      { verb: 'create', subresource: 'exec', namespace: 'two' },
      {
        allowed: true,
        reason: 'RBAC: allowed by RoleBinding "mine/two" of ClusterRole "exec" to ServiceAccount "app/two"',
      },
    ],
  ])('%s', async (_, user, groups, request, expected) => {
    expect(await may(user, groups, request)).toMatchObject(expected);
  });
});
