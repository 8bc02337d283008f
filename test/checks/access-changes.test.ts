import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { accessChanges } from '../../functions/checks/access-changes.ts';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import type { AccessChange } from '../../functions/checks/parts/access-change.ts';
import type { Trail } from '../../functions/clients/aws/cloud-findings.ts';
import type { Kubernetes } from '../../functions/clients/kubernetes/kubernetes.ts';
import { localCloud } from '../../functions/clients/local/cloud.ts';
import {
  type Asking,
  auditLog,
  event,
  evidenceOf,
  HANGING,
  logsOf,
  type Request,
  roleUser,
  time,
  UNASKED,
} from './audit-log.ts';
import { cluster, Faulty, named, RUBBISH_LISTS, timePasses } from './clusters.ts';
import { denied, finding, role, serviceAccount } from './examples.ts';

const RBAC = 'rbac.authorization.k8s.io';
const nothing = localCloud({ cloudTrail: { Events: [] } }).trail as Trail;
const other = { username: 'dana' };

const run = (lines: string[], { clients, ...asking }: Asking = {}) =>
  evidenceOf(accessChanges, { clients: { logs: auditLog(...lines), trail: nothing, ...clients }, ...asking });
const detailsOf = async (lines: string[], asking?: Asking) =>
  (await run(lines, asking)).details as unknown as DetailsByCheck['access-changes'];
const changesOf = async (lines: string[], asking?: Asking) => (await detailsOf(lines, asking)).changes;

const binding = (name: string, subjects: object[], more: Request = {}, roleName = 'cluster-admin') =>
  event({
    user: other,
    verb: 'create',
    on: `clusterrolebindings.${RBAC}`,
    name,
    code: 201,
    response: {
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { kind: 'ClusterRole', name: roleName },
      subjects,
    },
    ...more,
  });
const user = (name: string) => ({ kind: 'User', name });
const group = (name: string) => ({ kind: 'Group', name });
const account = (namespace: string, name: string) => ({ kind: 'ServiceAccount', name, namespace });

describe('a binding', () => {
  test('is recognised by what it gives, to whom, by whom', async () => {
    expect(await changesOf([binding('root', [user('eve'), account('ci', 'deployer')])])).toEqual([
      {
        at: '2026-11-23T09:30:00.000Z',
        verb: 'create',
        what: 'ClusterRoleBinding',
        name: 'root',
        by: 'dana',
        gives: 'cluster-admin to User eve, ServiceAccount ci/deployer',
        wide: true,
        concerns: [],
        code: 201,
        source: 'audit',
      },
    ]);
  });

  test.each<[string, string, AccessChange['concerns']]>([
    ['nobody here', binding('b', [user('eve')]), []],
    ['the creator by name', binding('b', [user(roleUser().username)]), ['actor']],
    ['a group of the creator', binding('b', [group('developers')]), ['actor']],
    ['everybody', binding('b', [group('system:authenticated')]), ['actor']],
    ['a ServiceAccount of the namespace', binding('b', [account('shop', 'default')]), ['namespace']],
    ['all ServiceAccounts of the namespace', binding('b', [group('system:serviceaccounts:shop')]), ['namespace']],
    ['a ServiceAccount elsewhere', binding('b', [account('shop-2', 'default')]), []],
    ['made by the creator', binding('b', [user('eve')], { user: roleUser('ci', 'another') }), ['by-actor']],
    [
      'made by somebody in the name of the creator',
      binding('b', [], { impersonatedUser: { username: roleUser().username } }),
      ['by-actor'],
    ],
    [
      'in the namespace',
      event({
        user: other,
        verb: 'patch',
        on: `rolebindings.${RBAC}`,
        namespace: 'shop',
        name: 'x',
        response: { roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'ServiceAccount', name: 'default' }] },
      }),
      ['namespace'],
    ],
    ['the one that allowed the request', binding('allows', [group('others')]), ['actor']],
    [
      'all of it',
      binding('b', [group('developers'), account('shop', 'x')], { user: roleUser() }),
      ['actor', 'namespace', 'by-actor'],
    ],
  ])('concerns %s', async (_, line, concerns) => {
    const request = {
      ...finding().request,
      grantedBy: 'RBAC: allowed by ClusterRoleBinding "allows" of ClusterRole "x" to Group "others"',
    };
    const [change] = await changesOf([line], { subject: finding({ request }) });
    expect(change?.concerns).toEqual(concerns);
  });

  test('of the creator’s own ServiceAccount, or to it', async () => {
    const subject = finding({ actor: serviceAccount({ username: 'system:serviceaccount:ci:bot', groups: [] }) });
    const changed = event({
      user: other,
      verb: 'create',
      on: 'serviceaccounts',
      namespace: 'ci',
      name: 'bot',
      code: 201,
    });
    const changes = await changesOf([binding('b', [account('ci', 'bot')]), changed], { subject });
    expect(changes.map(({ concerns }) => concerns)).toEqual([['actor'], ['actor']]);
  });

  test('many subjects are not all told', async () => {
    const [change] = await changesOf([
      binding(
        'b',
        Array.from({ length: 9 }, (_, index) => user(`u${index}`)),
        {},
        'view',
      ),
    ]);
    expect(change?.gives).toBe('view to User u0, User u1, User u2 and others');
    expect(change?.wide).toBeUndefined();
  });
});

describe('other changes', () => {
  const write = (on: string, more: Request = {}) =>
    event({ user: other, verb: 'create', code: 201, on, name: 'n', ...more });
  test.each<[string, string, Partial<AccessChange>]>([
    [
      'a role that allows everything',
      write(`clusterroles.${RBAC}`, { request: { rules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] } }),
      { what: 'ClusterRole', gives: 'everything', wide: true },
    ],
    [
      'a role that allows something',
      write(`roles.${RBAC}`, {
        namespace: 'x',
        request: { rules: [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets'] }] },
      }),
      { what: 'Role', gives: 'get,list secrets', namespace: 'x' },
    ],
    ['a ServiceAccount', write('serviceaccounts', { namespace: 'x' }), { what: 'ServiceAccount' }],
    [
      'a ServiceAccount with an IAM role',
      write('serviceaccounts', {
        response: { metadata: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/s3' } } },
      }),
      { gives: 'the IAM role arn:aws:iam::1:role/s3 to its pods' },
    ],
    [
      'aws-auth, whose log holds no content',
      write('configmaps', { verb: 'update', code: 200, namespace: 'kube-system', name: 'aws-auth' }),
      { what: 'ConfigMap aws-auth', name: 'aws-auth' },
    ],
    [
      'a webhook',
      write('mutatingwebhookconfigurations.admissionregistration.k8s.io', {
        request: { webhooks: [{ clientConfig: { url: 'https://evil.example/x' } }] },
      }),
      { what: 'MutatingWebhookConfiguration', gives: 'a say in requests to https://evil.example/x' },
    ],
    [
      'a webhook in the cluster',
      write('validatingwebhookconfigurations.admissionregistration.k8s.io', {
        request: { webhooks: [{ clientConfig: { service: { namespace: 'a', name: 'b' } } }] },
      }),
      { what: 'ValidatingWebhookConfiguration', gives: 'a say in requests to a/b' },
    ],
    [
      'an admission policy that is gone',
      write('validatingadmissionpolicybindings.admissionregistration.k8s.io', {
        verb: 'delete',
        code: 200,
        response: { kind: 'Status', metadata: {} },
      }),
      { what: 'ValidatingAdmissionPolicyBinding', verb: 'delete', name: 'n' },
    ],
    [
      'a binding that is gone gives nothing',
      binding('b', [group('developers')], { verb: 'delete', code: 200 }),
      { verb: 'delete', concerns: ['actor'] },
    ],
    [
      'an impersonator is told as well',
      binding('b', [], { impersonatedUser: { username: 'root' } }),
      { by: 'dana as root' },
    ],
  ])('%s', async (_, line, expected) => {
    const [change] = await changesOf([line]);
    expect(change).toMatchObject(expected);
    if (!('gives' in expected) && expected.verb === 'delete') expect(change?.gives).toBeUndefined();
  });

  test.each([
    ['refused', binding('b', [], { code: 403 })],
    ['a dry run', binding('b', [], { uri: '/apis/x?dryRun=All' })],
    ['a read', binding('b', [], { verb: 'list', code: 200 })],
    ['another ConfigMap', event({ verb: 'update', on: 'configmaps', name: 'aws-auth-2' })],
    ['a token', event({ verb: 'create', on: 'serviceaccounts/token', namespace: 'x', name: 'n', code: 201 })],
    [
      'what every namespace gets',
      event({
        user: { username: 'system:serviceaccount:kube-system:service-account-controller' },
        verb: 'create',
        on: 'serviceaccounts',
        namespace: 'shop',
        name: 'default',
        code: 201,
      }),
    ],
    ['before the window', binding('b', [], { at: '2026-11-22T09:00:00.000000Z' })],
  ])('no change: %s', async (_, line) => {
    expect(await run([line])).toMatchObject({ status: 'clear', details: { changes: [], total: 0, notAsked: [] } });
  });
});

describe('what is told first', () => {
  test('what concerns the finding, then what is wide, then the newest; no more than a person reads', async () => {
    const lines = [
      ...Array.from({ length: 60 }, (_, index) => binding(`plain-${index}`, [user('x')], {}, 'view')),
      binding('newest', [user('x')], { at: time('10:10:00') }, 'view'),
      binding('wide', [user('x')], { at: time('08:00:00') }),
      binding('ours', [group('developers')], { at: time('07:00:00') }, 'view'),
    ];
    const evidence = await run(lines);
    const details = evidence.details as unknown as DetailsByCheck['access-changes'];
    expect(details.total).toBe(63);
    expect(details.changes).toHaveLength(50);
    expect(details.changes.slice(0, 4).map(({ name }) => name)).toEqual(['ours', 'wide', 'newest', 'plain-0']);
    expect(evidence.summary).toBe(
      '63 changes of rights since 2026-11-22T10:00:00.000Z, 1 about the creator or the namespace; the most relevant: ClusterRoleBinding ours (view to Group developers) by dana at 2026-11-23T07:00:00.000Z.',
    );
  });

  test('that none concerns it', async () => {
    expect((await run([binding('b', [user('x')])])).summary).toContain('; none about the creator or the namespace.');
  });
});

describe('the live cluster completes what the log tells', () => {
  const everything = { rules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] };
  const live = cluster({
    ClusterRole: [named('ops', undefined, everything), named('view', undefined, { rules: [] })],
    Role: [named('local', 'x', everything)],
    ClusterRoleBinding: [
      named('long', undefined, { roleRef: { kind: 'ClusterRole', name: 'ops' }, subjects: [user('eve')] }),
    ],
  });

  test('whether the role allows everything', async () => {
    const inX = {
      on: `rolebindings.${RBAC}`,
      namespace: 'x',
      response: { roleRef: { kind: 'Role', name: 'local' }, subjects: [] },
    };
    const changes = await changesOf(
      [binding('a', [], {}, 'ops'), binding('b', [], {}, 'view'), binding('c', [], {}, 'gone'), binding('d', [], inX)],
      { clients: { kubernetes: live } },
    );
    expect(Object.fromEntries(changes.map(({ name, wide }) => [name, wide]))).toEqual({
      a: true,
      b: undefined,
      c: undefined,
      d: true,
    });
  });

  /** As a query fetches it: the line ends in the middle of the object. */
  const long = (name: string) => {
    const line = binding(name, [], { response: { metadata: { annotations: { x: 'y'.repeat(20_000) } } } });
    return logsOf({
      audit: () => [
        { at: Date.parse(time('09:30:00')), message: line.slice(0, 8_192) },
        { at: Date.parse(time('10:19:00')), message: '{}' },
      ],
    });
  };

  test('what a binding gives whose record was cut', async () => {
    const [change] = await changesOf([], { clients: { kubernetes: live, logs: long('long') } });
    expect(change).toMatchObject({ name: 'long', gives: 'ops to User eve', wide: true });
  });

  test.each<[string, Kubernetes | undefined]>([
    ['there is no way to the cluster', undefined],
    ['it refuses', new Faulty(live, { [RBAC]: 'denied' })],
    ['the binding is gone', cluster()],
  ])('not where %s', async (_, kubernetes) => {
    const clients = { logs: long('long'), ...(kubernetes && { kubernetes: { connect: async () => kubernetes } }) };
    const [change] = await changesOf([], { clients });
    expect(change).toMatchObject({ name: 'long', gives: 'something unknown: the record is too long' });
    expect(change?.wide).toBeUndefined();
  });

  test('a cluster that does not answer takes nothing of what the log tells', async () => {
    for (const silent of [new Faulty(live, { [RBAC]: 'silent' }), new Promise<never>(() => {})]) {
      const clients = { kubernetes: { connect: async () => silent as Kubernetes } };
      const lines = [binding('a', [user('x')], {}, 'ops'), binding('b', [user('y')])];
      const changes = await timePasses(5_000, () => changesOf(lines, { clients }));
      expect(changes.map(({ name, wide }) => [name, wide])).toEqual([
        ['b', true],
        ['a', undefined],
      ]);
    }
  });

  test('rubbish from the cluster changes nothing', async () => {
    for (const rubbish of RUBBISH_LISTS) {
      const answers = (rubbish as { items: unknown[] }).items[0];
      const kubernetes = new Faulty(live, { [RBAC]: { answers } });
      const clients = { kubernetes: { connect: async () => kubernetes as Kubernetes } };
      expect(await changesOf([binding('a', [user('x')], {}, 'ops')], { clients })).toMatchObject([
        { gives: 'ops to User x' },
      ]);
    }
  });
});

describe('CloudTrail', () => {
  let serial = 0;
  const call = (
    name: string,
    requestParameters: object,
    more: { at?: string; arn?: string; errorCode?: string } = {},
  ) => ({
    EventId: `${serial++}`,
    EventName: name,
    EventSource: 'eks.amazonaws.com',
    EventTime: more.at ?? '2026-11-23T09:40:00Z',
    CloudTrailEvent: JSON.stringify({
      userIdentity: { arn: more.arn ?? 'arn:aws:iam::111122223333:user/dana' },
      requestParameters: { name: 'prod', ...requestParameters },
      ...(more.errorCode && { errorCode: more.errorCode }),
    }),
  });
  const ci = { principalArn: 'arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fteam%2Fci' };
  const policy = (name: string) => ({ policyArn: `arn:aws:eks::aws:cluster-access-policy/${name}` });
  const scoped = (...namespaces: string[]) => ({ ...ci, accessScope: { type: 'namespace', namespaces } });
  const asked = (...Events: object[]) => ({
    clients: { trail: localCloud({ cloudTrail: { Events } }).trail as Trail },
  });

  test.each<[string, object, Partial<AccessChange>]>([
    [
      'an access entry',
      call('CreateAccessEntry', { ...ci, kubernetesGroups: ['developers'] }),
      {
        what: 'EKS access entry',
        verb: 'CreateAccessEntry',
        name: 'arn:aws:iam::111122223333:role/team/ci',
        gives: 'entry to arn:aws:iam::111122223333:role/team/ci with the groups developers',
        by: 'arn:aws:iam::111122223333:user/dana',
        concerns: ['actor'],
        source: 'cloudtrail',
      },
    ],
    [
      'an access policy for the cluster',
      call('AssociateAccessPolicy', {
        ...ci,
        ...policy('AmazonEKSClusterAdminPolicy'),
        accessScope: { type: 'cluster' },
      }),
      { gives: 'AmazonEKSClusterAdminPolicy (whole cluster) to arn:aws:iam::111122223333:role/team/ci', wide: true },
    ],
    [
      'an access policy for the namespace',
      call('AssociateAccessPolicy', {
        principalArn: 'arn:aws:iam::111122223333:role/x',
        ...policy('AmazonEKSAdminPolicy'),
        accessScope: { type: 'namespace', namespaces: ['shop'] },
      }),
      { gives: 'AmazonEKSAdminPolicy (namespaces shop) to arn:aws:iam::111122223333:role/x', concerns: ['namespace'] },
    ],
    ...(
      [
        ['an entry without groups gives nothing by itself', 'CreateAccessEntry', { ...ci }, []],
        ['an entry of the standard type', 'CreateAccessEntry', { ...ci, type: 'STANDARD' }, []],
        ['an entry that makes a node of somebody', 'CreateAccessEntry', { ...ci, type: 'EC2_LINUX' }, undefined],
        ['an entry with groups', 'UpdateAccessEntry', { ...ci, kubernetesGroups: ['a'] }, undefined],
        ['an entry that is gone', 'DeleteAccessEntry', { ...ci }, undefined],
        ['a policy for namespaces', 'AssociateAccessPolicy', scoped('shop', 'shop-2'), ['shop', 'shop-2']],
        ['a policy for a pattern of namespaces', 'AssociateAccessPolicy', scoped('shop', 'kube-*'), undefined],
        ['a policy for no namespace', 'AssociateAccessPolicy', scoped(), undefined],
        ['a policy for the cluster', 'AssociateAccessPolicy', { ...ci, accessScope: { type: 'cluster' } }, undefined],
      ] as const
    ).map(([name, verb, parameters, within]): [string, object, Partial<AccessChange>] => [
      `what it is limited to: ${name}`,
      call(verb, parameters),
      { verb, ...(within && { within: [...within] }) },
    ]),
    [
      'an add-on that somebody orders',
      call('CreateAddon', {
        addonName: 'amazon-cloudwatch-observability',
        serviceAccountRoleArn: 'arn:aws:iam::111122223333:role/cw',
      }),
      {
        what: 'EKS add-on',
        gives: 'the add-on amazon-cloudwatch-observability',
        by: 'arn:aws:iam::111122223333:user/dana',
      },
    ],
    [
      'the cluster’s configuration, by the creator',
      call(
        'UpdateClusterConfig',
        {
          logging: { clusterLogging: [{ types: ['audit'], enabled: false }] },
          accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
          resourcesVpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ['0.0.0.0/0'] },
        },
        { arn: 'arn:aws:iam::111122223333:role/ci' },
      ),
      {
        gives:
          'logs off: audit; authentication mode API_AND_CONFIG_MAP; the endpoint public; the public endpoint open to 0.0.0.0/0',
        concerns: ['by-actor'],
      },
    ],
    ['an entry that is gone', call('DeleteAccessEntry', ci), { verb: 'DeleteAccessEntry', concerns: ['actor'] }],
    [
      'an IAM role for pods',
      call('CreatePodIdentityAssociation', {
        roleArn: 'arn:aws:iam::111122223333:role/s3',
        namespace: 'shop',
        serviceAccount: 'cart',
      }),
      { gives: 'the IAM role arn:aws:iam::111122223333:role/s3 to ServiceAccount shop/cart', concerns: ['namespace'] },
    ],
    [
      'another IAM role for pods',
      call('UpdatePodIdentityAssociation', { roleArn: 'arn:aws:iam::111122223333:role/s3' }),
      { gives: 'the IAM role arn:aws:iam::111122223333:role/s3 to a Pod Identity association', concerns: [] },
    ],
    [
      'a capability that acts in the cluster from outside',
      call('CreateCapability', { type: 'ARGOCD', roleArn: 'arn:aws:iam::111122223333:role/argo' }),
      {
        what: 'EKS capability',
        gives: 'the cluster to the capability ARGOCD with the IAM role arn:aws:iam::111122223333:role/argo',
      },
    ],
    [
      'rubbish',
      call('AssociateAccessPolicy', { principalArn: '%E0%A4%A', policyArn: 7, accessScope: [] }),
      { gives: 'an unknown policy (whole cluster) to %E0%A4%A', concerns: [] },
    ],
  ])('%s', async (name, recorded, expected) => {
    const changes = await changesOf([], asked(recorded));
    expect(changes).toMatchObject([expected]);
    expect(changes[0]?.wide).toBe(expected.wide);
    if (name.startsWith('what it is limited to')) expect(changes[0]?.within).toEqual(expected.within);
  });

  test('an add-on concerns what EKS made on that order, and tells who ordered it', async () => {
    const subject = finding({
      actor: role({ username: 'eks:addon-manager', principalArn: 'arn:aws:iam::959123456789:role/AddonManagerRole' }),
    });
    const order = call('CreateAddon', { addonName: 'amazon-cloudwatch-observability' });
    const { summary } = await run([], { ...asked(order), subject });
    expect(summary).toContain(
      'the most relevant: EKS add-on (the add-on amazon-cloudwatch-observability) by arn:aws:iam::111122223333:user/dana',
    );
    expect((await changesOf([], asked(order)))[0]?.concerns).toEqual([]);
  });

  describe('what an entry with groups is limited to', () => {
    const group = (name: string) => ({ kind: 'Group', name });
    const bound = cluster({
      RoleBinding: [
        named('a', 'shop', { roleRef: {}, subjects: [group('team'), group('both')] }),
        named('b', 'shop-2', { roleRef: {}, subjects: [group('team')] }),
      ],
      ClusterRoleBinding: [named('c', undefined, { roleRef: {}, subjects: [group('both'), user('team')] })],
    });
    const entry = (...kubernetesGroups: string[]) => call('CreateAccessEntry', { ...ci, kubernetesGroups });
    const withinOf = async (recorded: object, kubernetes: Kubernetes | undefined) => {
      const clients = {
        ...asked(recorded).clients,
        ...(kubernetes && { kubernetes: { connect: async () => kubernetes } }),
      };
      return (await changesOf([], { clients }))[0]?.within;
    };

    test.each<[string, string[], string[] | undefined]>([
      ['the namespaces in which they are bound', ['team'], ['shop', 'shop-2']],
      ['nothing, where they are bound nowhere', ['nobody'], []],
      ['nothing less than the cluster, where one is bound there', ['team', 'both'], undefined],
      ["not those of Kubernetes' own", ['system:nodes'], undefined],
    ])('%s', async (_, groups, expected) => {
      expect(await withinOf(entry(...groups), bound)).toEqual(expected);
    });

    test.each<[string, Kubernetes | undefined]>([
      ['there is no way to the cluster', undefined],
      ['it refuses', new Faulty(bound, { [RBAC]: 'denied' })],
      ['it answers with no list', new Faulty(bound, { rolebindings: { answers: {} } })],
      [
        'not all bindings could be read',
        new Faulty(bound, { rolebindings: { answers: { items: [], complete: false } } }),
      ],
    ])('is not known where %s', async (_, kubernetes) => {
      expect(await withinOf(entry('team'), kubernetes)).toBeUndefined();
    });
  });

  test.each([
    ['another cluster', call('CreateAccessEntry', { ...ci, name: 'staging' })],
    ['a call that failed', call('CreateAccessEntry', ci, { errorCode: 'AccessDenied' })],
    ['a call of another kind', call('DescribeCluster', {})],
    ['before the window', call('CreateAccessEntry', ci, { at: '2026-11-21T00:00:00Z' })],
  ])('no change: %s', async (_, recorded) => {
    expect((await run([], asked(recorded))).status).toBe('clear');
  });

  test('comes late: what is younger than 15 minutes is not known', async () => {
    const [now, later] = [Date.parse('2026-11-23T10:14:00Z'), Date.parse('2026-11-23T10:16:00Z')];
    expect(await run([], { now })).toMatchObject({
      status: 'not-checked',
      reason: expect.stringContaining('until 2026-11-23T09:59:00.000Z'),
    });
    expect(await run([], { now: later })).toMatchObject({ status: 'clear', completeUntil: '2026-11-23T10:01:00.000Z' });
    expect(await run([binding('b', [])], { now })).toMatchObject({
      status: 'found',
      completeUntil: '2026-11-23T09:59:00.000Z',
    });
  });
});

describe('one source alone', () => {
  afterEach(() => void jest.useRealTimers());
  const trailOf = (lookUp: Trail['lookUp']) => ({ trail: { lookUp } });

  test.each<[string, object, string]>([
    ['CloudTrail cannot be asked here', { trail: undefined }, 'CloudTrail (not available here)'],
    [
      'CloudTrail refuses',
      trailOf(async () => Promise.reject(denied('cloudtrail:LookupEvents'))),
      'CloudTrail (denied: its role may not do cloudtrail:LookupEvents',
    ],
    ['CloudTrail answers rubbish', trailOf(async () => ({ events: [null] }) as never), 'CloudTrail (failed: TypeError'],
    ['the log is not there', { logs: undefined }, 'the audit log (there are no logs to search here)'],
  ])('%s: what the other knows is told', async (_, missing, reason) => {
    const recorded = {
      EventId: '1',
      EventName: 'DeleteAccessEntry',
      EventSource: 'eks.amazonaws.com',
      EventTime: '2026-11-23T09:40:00Z',
      CloudTrailEvent: '{"requestParameters":{"name":"prod"}}',
    };
    const { trail } = localCloud({ cloudTrail: { Events: [recorded] } });
    const both = { logs: auditLog(binding('b', [])), ...(trail && { trail }), ...missing };
    const clients = Object.fromEntries(Object.entries(both).filter(([, client]) => client !== undefined));
    const evidence = await evidenceOf(accessChanges, { clients });
    expect(evidence).toMatchObject({
      status: 'found',
      details: { total: 1, notAsked: [{ reason: expect.stringContaining(reason) }] },
    });
    expect(evidence.summary).toContain(`Could not look at: ${reason}`);
    // Nothing known by one is not clear.
    const empty = await evidenceOf(accessChanges, {
      clients: {
        ...clients,
        ...('logs' in clients && { logs: auditLog() }),
        ...('trail' in clients && !('trail' in missing) && { trail: nothing }),
      },
    });
    expect(empty).toMatchObject({ status: 'not-checked', reason: expect.stringContaining(reason) });
  });

  test.each<[string, object, string]>([
    ['the log', { logs: HANGING }, 'the audit log (no answer in time)'],
    ['CloudTrail', trailOf(() => new Promise(() => {})), 'CloudTrail (no answer in time)'],
  ])('%s hangs: the other does not wait for it', async (_, hanging, reason) => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance', 'nextTick', 'queueMicrotask'] });
    const { trail } = localCloud({
      cloudTrail: {
        Events: [
          {
            EventId: '1',
            EventName: 'DeleteAccessEntry',
            EventSource: 'eks.amazonaws.com',
            EventTime: '2026-11-23T09:40:00Z',
            CloudTrailEvent: '{"requestParameters":{"name":"prod"}}',
          },
        ],
      },
    });
    const answer = evidenceOf(accessChanges, {
      clients: { logs: auditLog(binding('b', [])), ...(trail && { trail }), ...hanging },
    });
    for (let second = 0; second < 19; second++) await jest.advanceTimersByTimeAsync(1_000);
    expect(await answer).toMatchObject({ status: 'found', details: { total: 1, notAsked: [{ reason }] } });
  });

  test.each(UNASKED)('neither: %s', async (_, logs, reason) => {
    const evidence = await evidenceOf(accessChanges, { clients: { ...(logs && { logs }) } });
    expect(evidence).toMatchObject({
      status: 'not-checked',
      reason: expect.stringMatching(new RegExp(`the audit log \\(.*${reason.source.replace(/^\^(?:\(.*?\)\?)?/, '')}`)),
    });
  });

  test('more than was read, and nothing in it, is not clear', async () => {
    const lines = Array.from({ length: 1_100 }, () =>
      event({
        user: { username: 'system:serviceaccount:kube-system:service-account-controller' },
        verb: 'create',
        on: 'serviceaccounts',
        namespace: 'a',
        name: 'default',
        code: 201,
      }),
    );
    expect(await run(lines)).toMatchObject({
      status: 'not-checked',
      reason: expect.stringContaining('more than could be read'),
    });
  });

  test('a record that holds rubbish is not a change, and does not hide one', async () => {
    const rubbish = [
      binding('b', [null, 7, {}] as never),
      JSON.stringify({ ...JSON.parse(binding('c', [])), responseObject: [1], requestObject: 'x', user: null }),
      JSON.stringify({ ...JSON.parse(binding('d', [])), objectRef: { resource: {}, apiGroup: 7 } }),
    ];
    expect((await changesOf(rubbish)).map(({ name }) => name)).toEqual(['b', 'c']);
    expect(
      await changesOf([binding('b', [user('x')])], {
        subject: finding({ actor: role({ groups: [] }), namespace: {} }),
      }),
    ).toHaveLength(1);
  });
});
