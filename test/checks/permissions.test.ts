import type { AssociatedAccessPolicy } from '@aws-sdk/client-eks';
import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import { allowedByPolicy } from '../../functions/checks/parts/access-policies.ts';
import { parseReason } from '../../functions/checks/parts/granted-by.ts';
import { RIGHTS } from '../../functions/checks/parts/rights.ts';
import { permissions } from '../../functions/checks/permissions.ts';
import { LocalEks } from '../../functions/clients/local/eks.ts';
import type { Actor, Finding } from '../../functions/contract/finding.ts';
import { ask, cluster, detailsOf, type Fault, Faulty, named, textOf, timePasses } from './clusters.ts';
import { ACCOUNT, CI_ROLE, cluster as eksCluster, finding, role, serviceAccount } from './examples.ts';

const rule = (verbs: string[], apiGroups: string[], resources: string[], more: object = {}) => ({
  verbs,
  apiGroups,
  resources,
  ...more,
});
const ALL = rule(['*'], ['*'], ['*']);
const binding = (
  name: string,
  roleName: string,
  subject: object,
  createdAt = '2026-01-01T00:00:00Z',
  namespace?: string,
) => ({
  metadata: { name, creationTimestamp: createdAt, ...(namespace && { namespace }) },
  roleRef: { kind: 'ClusterRole', name: roleName },
  subjects: [subject],
});
const group = (name: string) => ({ kind: 'Group', name });

/** Developers may make namespaces; the pipeline binds roles; somebody in the cluster may do everything. */
const RBAC = {
  ClusterRole: [
    named('cluster-admin', undefined, { rules: [ALL] }),
    named('developer', undefined, { rules: [rule(['create'], [''], ['namespaces'])] }),
    named('reader', undefined, { rules: [rule(['get', 'list'], [''], ['secrets'])] }),
    named('pipeline', undefined, {
      rules: [rule(['bind', 'escalate'], ['rbac.authorization.k8s.io'], ['clusterroles'])],
    }),
    named('support', undefined, { rules: [rule(['impersonate'], [''], ['users'])] }),
  ],
  ClusterRoleBinding: [
    binding('developers', 'developer', group('developers')),
    binding('admins', 'cluster-admin', group('admins')),
    binding('support', 'support', group('support')),
    binding('fresh', 'reader', { kind: 'ServiceAccount', name: 'cart', namespace: 'shop' }, '2026-11-23T09:59:00Z'),
    binding('pipelines', 'pipeline', group('pipelines')),
  ],
};
const kubernetes = cluster(RBAC);
const eks = (policies: AssociatedAccessPolicy[] = []) =>
  new LocalEks([
    eksCluster({}, [
      {
        principalArn: CI_ROLE,
        accessPolicies: policies.map(({ associatedAt: _, modifiedAt: __, ...policy }) => ({
          ...policy,
          associatedAt: '2026-11-23T09:58:00Z',
        })),
      },
    ]),
  ]);
const ARN = 'arn:aws:eks::aws:cluster-access-policy/';
const policy = (name: string, accessScope: AssociatedAccessPolicy['accessScope'] = { type: 'cluster' }) => ({
  policyArn: ARN + name,
  accessScope,
});

const reason = (kind: string, name: string, role: string, subject: string) =>
  `RBAC: allowed by ${kind} "${name}" of ClusterRole "${role}" to ${subject}`;
const by = (actor: Partial<Actor>, grantedBy?: string, more: Partial<Finding> = {}) =>
  finding({ actor: role(actor), request: { at: '2026-11-23T10:00:00Z', ...(grantedBy && { grantedBy }) }, ...more });
const asIam = { clients: { eks: eks() } };
const allowedOf = (details: DetailsByCheck['permissions']) =>
  details.may.filter(({ allowed }) => allowed).map(({ right }) => right);

describe('the reason', () => {
  test.each<[string, string | undefined, string[] | undefined, object | undefined]>([
    [
      'a ClusterRoleBinding',
      reason('ClusterRoleBinding', 'b', 'r', 'Group "g"'),
      [],
      { kind: 'ClusterRoleBinding', binding: 'b', role: 'r', roleKind: 'ClusterRole', subject: 'Group "g"' },
    ],
    [
      'a RoleBinding, with its namespace',
      'RBAC: allowed by RoleBinding "b/ns" of Role "r" to ServiceAccount "a/ns"',
      [],
      {
        kind: 'RoleBinding',
        binding: 'b',
        namespace: 'ns',
        role: 'r',
        roleKind: 'Role',
        subject: 'ServiceAccount "a/ns"',
      },
    ],
    [
      'quotes within a name',
      'RBAC: allowed by ClusterRoleBinding "a \\" of ClusterRole \\"x" of ClusterRole "r" to User "u"',
      [],
      {
        kind: 'ClusterRoleBinding',
        binding: 'a " of ClusterRole "x',
        role: 'r',
        roleKind: 'ClusterRole',
        subject: 'User "u"',
      },
    ],
    [
      'an EKS access policy',
      `EKS Access Policy: allowed by ClusterRoleBinding "arn:aws:iam::111122223333:role/team/Admin+${ARN}AmazonEKSClusterAdminPolicy" of ClusterRole "${ARN}AmazonEKSClusterAdminPolicy" to User "AROAEXAMPLEEXAMPLE123"`,
      [],
      {
        kind: 'EKS access policy',
        binding: `arn:aws:iam::111122223333:role/team/Admin+${ARN}AmazonEKSClusterAdminPolicy`,
        role: `${ARN}AmazonEKSClusterAdminPolicy`,
        subject: 'User "AROAEXAMPLEEXAMPLE123"',
        accessPolicyArn: `${ARN}AmazonEKSClusterAdminPolicy`,
        principalArn: 'arn:aws:iam::111122223333:role/team/Admin',
        principalId: 'AROAEXAMPLEEXAMPLE123',
      },
    ],
    [
      'an EKS access policy in other words',
      'EKS Access Policy: allowed by something',
      [],
      { kind: 'EKS access policy' },
    ],
    ['another authorizer', 'webhook says yes', [], { kind: 'other' }],
    ['RBAC in other words', 'RBAC: allowed by magic', [], { kind: 'other' }],
    ['none, for system:masters', undefined, ['system:masters'], { kind: 'group system:masters' }],
    ['none', undefined, ['developers'], undefined],
    ['none, and no groups', '', undefined, undefined],
  ])('%s', (_, logged, groups, expected) => {
    expect(parseReason(logged, groups)).toEqual(expected);
  });

  test('is read whatever it holds', () => {
    const piece = fc.constantFrom(
      'RBAC: allowed by ',
      'EKS Access Policy: allowed by ',
      'RoleBinding ',
      '"',
      '\\',
      '/',
      ' of Role ',
      ' to ',
      'x',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
        expect(parseReason(pieces.join(''), [])?.kind ?? 'none').toEqual(expect.any(String));
      }),
    );
  });
});

describe('what allowed it', () => {
  test('a binding, with its age and its role', async () => {
    const answer = await ask(
      permissions,
      kubernetes,
      by({}, reason('ClusterRoleBinding', 'developers', 'developer', 'Group "developers"')),
      asIam,
    );
    expect(detailsOf<DetailsByCheck['permissions']>(answer).grantedBy).toEqual({
      kind: 'ClusterRoleBinding',
      binding: 'developers',
      role: 'developer',
      subject: 'Group "developers"',
      bindingCreatedAt: '2026-01-01T00:00:00Z',
      wildcard: false,
    });
    expect(textOf(answer)).toBe(
      `Allowed by ClusterRoleBinding developers, which gives ClusterRole developer to Group "developers" (made at 2026-01-01T00:00:00Z). The actor has none of the rights that lead to more privileges (${RIGHTS.length} checked).`,
    );
  });

  test.each<[string, string, object, string]>([
    [
      'a role that allows everything',
      reason('ClusterRoleBinding', 'admins', 'cluster-admin', 'Group "admins"'),
      { wildcard: true, bindingCreatedAt: '2026-01-01T00:00:00Z' },
      '; it allows everything.',
    ],
    [
      'a binding that is gone',
      reason('ClusterRoleBinding', 'deleted', 'developer', 'Group "developers"'),
      { bindingGone: true, wildcard: false },
      '; it no longer exists.',
    ],
    [
      'a role that is gone',
      reason('ClusterRoleBinding', 'developers', 'none', 'Group "x"'),
      { role: 'none' },
      'Allowed by',
    ],
    [
      'another authorizer',
      'webhook says yes',
      { kind: 'other' },
      'Allowed by an authorizer that says: webhook says yes.',
    ],
  ])('%s', async (_, grantedBy, expected, text) => {
    const answer = await ask(permissions, kubernetes, by({}, grantedBy), asIam);
    expect(detailsOf<DetailsByCheck['permissions']>(answer).grantedBy).toMatchObject(expected);
    expect(textOf(answer)).toContain(text);
  });

  test('a binding that was made again since', async () => {
    const again = cluster({
      ...RBAC,
      ClusterRoleBinding: [binding('developers', 'developer', group('developers'), '2026-11-23T10:00:30Z')],
    });
    const answer = await ask(
      permissions,
      again,
      by({}, reason('ClusterRoleBinding', 'developers', 'developer', 'Group "developers"')),
      asIam,
    );
    expect(textOf(answer)).toContain('(made at 2026-11-23T10:00:30Z, after the request, in place of another one)');
  });

  test('a binding in a namespace', async () => {
    const local = cluster({
      RoleBinding: [binding('b', 'developer', group('x'), '2026-01-01T00:00:00Z', 'shop')],
      ...RBAC,
    });
    const answer = await ask(
      permissions,
      local,
      by({}, reason('RoleBinding', 'b/shop', 'developer', 'Group "x"')),
      asIam,
    );
    expect(detailsOf<DetailsByCheck['permissions']>(answer).grantedBy).toMatchObject({
      binding: 'shop/b',
      bindingCreatedAt: '2026-01-01T00:00:00Z',
    });
    expect(textOf(answer)).toContain('RoleBinding b of namespace shop, which gives');
  });

  test('system:masters', async () => {
    const answer = await ask(permissions, kubernetes, by({ groups: ['system:masters'] }), asIam);
    expect(textOf(answer)).toBe(
      'Allowed by the group system:masters, whose members may do everything. The actor now has full control of the cluster.',
    );
  });

  const eksReason = (name: string) =>
    `EKS Access Policy: allowed by ClusterRoleBinding "${CI_ROLE}+${ARN}${name}" of ClusterRole "${ARN}${name}" to User "AROAEXAMPLEEXAMPLE123"`;

  test.each<[string, LocalEks | undefined, object, string]>([
    [
      'an access policy that is associated still',
      eks([policy('AmazonEKSClusterAdminPolicy')]),
      {
        accessPolicyArn: `${ARN}AmazonEKSClusterAdminPolicy`,
        wildcard: true,
        bindingCreatedAt: '2026-11-23T09:58:00.000Z',
      },
      'Allowed by the EKS access policy AmazonEKSClusterAdminPolicy (made at 2026-11-23T09:58:00.000Z); it allows everything. The actor now has full control of the cluster.',
    ],
    ['one that is associated no more', eks(), { bindingGone: true, wildcard: true }, 'it no longer exists'],
    [
      'one whose access entry is gone',
      new LocalEks([eksCluster({}, [])]),
      { bindingGone: true },
      'it no longer exists',
    ],
    [
      'one that EKS cannot be asked about',
      undefined,
      { accessPolicyArn: `${ARN}AmazonEKSClusterAdminPolicy` },
      'Could not look at: the association of the access policy (failed: Error: EKS cannot be reached from here)',
    ],
  ])('%s', async (_, client, expected, text) => {
    const clients = client ? { eks: client } : {};
    const answer = await ask(permissions, kubernetes, by({}, eksReason('AmazonEKSClusterAdminPolicy')), { clients });
    expect(detailsOf<DetailsByCheck['permissions']>(answer).grantedBy).toMatchObject(expected);
    expect(textOf(answer)).toContain(text);
  });

  test('hostile names lead nowhere', async () => {
    const faulty = new Faulty(kubernetes, {});
    const read = jest.spyOn(faulty, 'read');
    await ask(
      permissions,
      faulty,
      by({}, reason('ClusterRoleBinding', '../../../api/v1/secrets', '?x', 'User "u"')),
      asIam,
    );
    expect(read.mock.calls.map(([path]) => path)).toEqual([
      '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/..%2F..%2F..%2Fapi%2Fv1%2Fsecrets',
      '/apis/rbac.authorization.k8s.io/v1/clusterroles/%3Fx',
    ]);
  });
});

describe('what the actor may do now', () => {
  test.each<[string, Actor, string[]]>([
    ['a developer', role({ groups: ['developers'] }), []],
    ['an administrator', role({ groups: ['admins'] }), RIGHTS.map(({ right }) => right)],
    ['a pipeline', role({ groups: ['pipelines'] }), ['bind any role (bind)', 'widen any role (escalate)']],
    ['a ServiceAccount', serviceAccount(), ['read Secrets of all namespaces']],
    ['nobody', { kind: 'anonymous' }, []],
  ])('%s', async (_, actor, expected) => {
    const answer = await ask(permissions, kubernetes, finding({ actor }), asIam);
    const details = detailsOf<DetailsByCheck['permissions']>(answer);
    expect(allowedOf(details)).toEqual(expected);
    expect(details.may).toHaveLength(RIGHTS.length);
    expect(details).not.toHaveProperty('unknown');
  });

  test('says by what', async () => {
    const answer = await ask(permissions, kubernetes, finding({ actor: serviceAccount() }));
    expect(detailsOf<DetailsByCheck['permissions']>(answer).may).toContainEqual({
      right: 'read Secrets of all namespaces',
      allowed: true,
      by: 'RBAC: allowed by ClusterRoleBinding "fresh" of ClusterRole "reader" to ServiceAccount "cart/shop"',
    });
    expect(textOf(answer)).toContain('The actor can now: read Secrets of all namespaces.');
  });

  test.each<[string, Actor, string[]]>([
    [
      'a ServiceAccount without groups has its own',
      serviceAccount({ groups: [] }),
      ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'],
    ],
    [
      'a user has the recorded ones, and that of all who authenticate',
      { kind: 'user', username: 'u', groups: ['g'] },
      ['g', 'system:authenticated'],
    ],
    ['nobody has one', { kind: 'anonymous' }, ['system:unauthenticated']],
  ])('%s', async (_, actor, groups) => {
    const faulty = new Faulty(kubernetes, {});
    await ask(permissions, faulty, finding({ actor }));
    expect(faulty.asked.length).toBeGreaterThanOrEqual(RIGHTS.length);
    for (const question of faulty.asked) expect(question.groups).toEqual(groups);
  });

  test('is asked with what the authenticator knows of an IAM identity', async () => {
    const faulty = new Faulty(kubernetes, {});
    const grantedBy = `EKS Access Policy: allowed by ClusterRoleBinding "${CI_ROLE}+${ARN}AmazonEKSEditPolicy" of ClusterRole "x" to User "AROAEXAMPLEEXAMPLE123"`;
    await ask(permissions, faulty, by({}, grantedBy), asIam);
    expect(faulty.asked[0]).toMatchObject({
      uid: `aws-iam-authenticator:${ACCOUNT}:AROAEXAMPLEEXAMPLE123`,
      extra: { canonicalArn: [CI_ROLE], principalId: ['AROAEXAMPLEEXAMPLE123'], sessionName: ['build-7'] },
    });
  });

  test('of whom it claimed to be is another matter', async () => {
    const actor = role({
      groups: ['support'],
      impersonated: { username: 'jane', groups: ['admins', 'system:authenticated'] },
    });
    const answer = await ask(permissions, kubernetes, finding({ actor }), asIam);
    const { may } = detailsOf<DetailsByCheck['permissions']>(answer);
    expect(may.filter(({ allowed, as }) => allowed && !as).map(({ right }) => right)).toEqual([
      'act as any user or group (impersonate)',
    ]);
    expect(may.filter(({ allowed, as }) => allowed && as === 'impersonated')).toHaveLength(RIGHTS.length);
    expect(textOf(answer)).toContain(
      'The actor can now: act as any user or group (impersonate). jane, whom it claimed to be, now has full control of the cluster.',
    );
  });

  test.each<[string, Actor, Partial<Finding>, string]>([
    ['no groups', { kind: 'user', username: 'u' }, {}, 'the record does not give its groups'],
    ['no username', { kind: 'user', groups: ['g'] }, {}, 'the record does not give its username'],
    [
      'groups that were cut',
      { kind: 'user', username: 'u', groups: ['g'] },
      { cut: [{ path: 'actor.groups', bytes: 1e6, sha256: 'x' }] },
      'longer than what is kept',
    ],
  ])('is unknown with %s: never a no', async (_, actor, more, text) => {
    const answer = await ask(permissions, kubernetes, finding({ actor, ...more }));
    expect(answer.status).toBe('not-checked');
    expect(textOf(answer)).toContain(text);
  });

  test('what is not known beside what allowed it is said', async () => {
    const actor: Actor = { kind: 'user', username: 'u' };
    const request = { grantedBy: reason('ClusterRoleBinding', 'developers', 'developer', 'Group "developers"') };
    const answer = await ask(permissions, kubernetes, finding({ actor, request }));
    expect(detailsOf<DetailsByCheck['permissions']>(answer)).toMatchObject({
      may: [],
      unknown: ['what it may do now (the record does not give its groups)'],
    });
    expect(textOf(answer)).toContain('Not known: what it may do now (the record does not give its groups).');
  });
});

describe('EKS access policies', () => {
  test.each<[string, AssociatedAccessPolicy[], string[], boolean]>([
    ['cluster administrator', [policy('AmazonEKSClusterAdminPolicy')], RIGHTS.map(({ right }) => right), false],
    [
      'reader of everything',
      [policy('AmazonEKSAdminViewPolicy')],
      ['read Secrets of all namespaces', 'run commands in all pods', 'reach the kubelets (nodes/proxy)'],
      false,
    ],
    [
      'editor',
      [policy('AmazonEKSEditPolicy')],
      [
        'read Secrets of all namespaces',
        'run commands in all pods',
        'act as any ServiceAccount (impersonate)',
        'run pods on all nodes from kube-system (DaemonSets)',
        'run pods with any ServiceAccount',
        'change who IAM identities are (aws-auth)',
      ],
      false,
    ],
    [
      'editor of some namespaces',
      [policy('AmazonEKSEditPolicy', { type: 'namespace', namespaces: ['shop'] })],
      [],
      false,
    ],
    [
      'editor of namespaces by pattern',
      [policy('AmazonEKSEditPolicy', { type: 'namespace', namespaces: ['kube-*'] })],
      ['run pods on all nodes from kube-system (DaemonSets)', 'change who IAM identities are (aws-auth)'],
      false,
    ],
    ['viewer', [policy('AmazonEKSViewPolicy')], [], false],
    ['of an unknown policy', [policy('AmazonNewPolicy')], [], true],
  ])('%s', async (_, policies, expected, unknown) => {
    const answer = await ask(permissions, kubernetes, by({}), { clients: { eks: eks(policies) } });
    const details = detailsOf<DetailsByCheck['permissions']>(answer);
    if (unknown) {
      expect(answer.status).toBe('not-checked');
      expect(textOf(answer)).toContain('what the access policy AmazonNewPolicy gives is not known');
    } else {
      expect(allowedOf(details)).toEqual(expected);
      expect(details).not.toHaveProperty('unknown');
    }
  });

  test.each<[string, Partial<Parameters<typeof ask>[3]>, string]>([
    ['no EKS', { clients: {} }, 'EKS cannot be reached to list its access policies'],
    [
      'EKS that refuses',
      {
        clients: {
          eks: Object.assign(eks(), { describeAccessEntry: async () => Promise.reject(new Error('slow down')) }),
        },
      },
      'could not ask for its access policies (failed: Error: slow down)',
    ],
  ])('with %s, a no of RBAC is unknown, and a yes is a yes', async (_, overrides, text) => {
    const none = await ask(permissions, kubernetes, by({}), overrides);
    expect(none.status).toBe('not-checked');
    expect(textOf(none)).toContain(text);
    const some = detailsOf<DetailsByCheck['permissions']>(
      await ask(permissions, kubernetes, by({ groups: ['pipelines'] }), overrides),
    );
    expect(allowedOf(some)).toEqual(['bind any role (bind)', 'widen any role (escalate)']);
    expect(some.unknown).toHaveLength(RIGHTS.length - 2);
  });

  test('are named without rules only by name', () => {
    expect(allowedByPolicy([{ policyArn: `${ARN}constructor` }], { verb: 'get', resource: 'x' })).toEqual({
      unknown: 'constructor',
    });
    expect(allowedByPolicy([{}], { verb: 'get', resource: 'x' })).toEqual({ unknown: '' });
  });
});

describe('a cluster that fails', () => {
  const known = by(
    { groups: ['pipelines'] },
    reason('ClusterRoleBinding', 'developers', 'developer', 'Group "developers"'),
  );

  test.each<[string, Record<string, Fault>, string]>([
    [
      'no reviews',
      { may: 'denied' },
      `Not known: ${RIGHTS.length} rights, as everything (cluster-admin) (could not ask the authorizer (denied))`,
    ],
    [
      'one right that cannot be asked',
      { 'may bind': 'failing' },
      'Not known: bind any role (bind) (could not ask the authorizer (failed: ',
    ],
    ['bindings denied', { clusterrolebindings: 'denied' }, 'Could not look at: the binding (denied).'],
    [
      'rubbish for a binding',
      { clusterrolebindings: { answers: { roleRef: 7 } } },
      'Allowed by ClusterRoleBinding developers, which',
    ],
    [
      'rubbish for a role',
      { 'clusterroles/': { answers: { rules: [null, { verbs: 7 }] } } },
      'Allowed by ClusterRoleBinding developers, which',
    ],
    ['null for a review', { may: { answers: null } }, 'could not ask the authorizer'],
    ['a review without an answer', { may: { answers: {} } }, 'could not ask the authorizer'],
    [
      'an authorizer that cannot decide',
      { 'may bind': { answers: { allowed: false, evaluationError: 'webhook down' } } },
      'Not known: bind any role (bind) (webhook down).',
    ],
  ])('%s', async (_, faults, text) => {
    const answer = await ask(permissions, new Faulty(kubernetes, faults), known, asIam);
    expect(answer.status).toBe('found');
    expect(textOf(answer)).toContain(text);
  });

  test('reviews that are not answered', async () => {
    const faulty = new Faulty(kubernetes, { 'may bind': 'silent' });
    const answer = await timePasses(4_000, () => ask(permissions, faulty, known, asIam));
    expect(textOf(answer)).toContain('bind any role (bind) (could not ask the authorizer (no answer in time))');
  });

  test('none that is answered: what allowed it is told in time', async () => {
    const answer = await timePasses(6_000, () =>
      ask(permissions, new Faulty(kubernetes, { '': 'silent' }), known, asIam),
    );
    expect(answer.status).toBe('found');
    expect(detailsOf<DetailsByCheck['permissions']>(answer)).toMatchObject({
      grantedBy: { binding: 'developers' },
      may: [],
      unknown: ['what it may do now (no answer in time)'],
    });
    expect(textOf(answer)).toContain('Could not look at: the binding (no answer in time)');
  });

  test('no way to it at all: the reason is told still', async () => {
    const kubernetesGone = async () => Promise.reject(new Error('no endpoint'));
    const answer = await ask(permissions, kubernetes, known, { ...asIam, kubernetes: kubernetesGone });
    expect(answer.status).toBe('found');
    expect(textOf(answer)).toContain('Could not look at: the binding (failed: Error: no endpoint)');
    const nothing = await ask(permissions, kubernetes, by({}), { ...asIam, kubernetes: kubernetesGone });
    expect(nothing).toMatchObject({ status: 'not-checked', reason: expect.stringContaining('no endpoint') });
  });
});

test('names where a person can look', () => {
  expect(permissions.source?.(finding({ actor: { kind: 'user', username: '--all', groups: ['a'] } }))?.command).toEqual(
    ['kubectl', 'auth', 'can-i', '--list', '--as=--all', '--as-group=a'],
  );
  expect(permissions.source?.(finding({ actor: { kind: 'anonymous' }, cluster: {} }))).toEqual({});
});
