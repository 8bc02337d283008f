/** The indicators that rest on who may do what; each row a fact, and what it weighs. */
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import type { AccessChange } from '../../functions/checks/parts/access-change.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { CI_ROLE, evidence } from '../checks/examples.ts';
import { by, type Given, minutes, table } from './indicator-table.ts';

const change = (overrides: Partial<AccessChange>): AccessChange => ({
  at: minutes(-5),
  verb: 'create',
  what: 'ClusterRoleBinding',
  name: 'b',
  by: CI_ROLE,
  gives: 'cluster-admin to Group ops',
  wide: true,
  concerns: ['by-actor'],
  source: 'audit',
  ...overrides,
});
const changes = (...list: Partial<AccessChange>[]): Given => ({
  evidence: [by('access-changes', { changes: list.map(change), total: list.length, notAsked: [] })],
});
const granted = (grantedBy: DetailsByCheck['permissions']['grantedBy']): Given => ({
  evidence: [by('permissions', { grantedBy, may: [] })],
});
const binds = (rights: string[], overrides: Partial<AccessChange> = {}): Given =>
  changes({ wide: false, gives: 'log-reader to x', rights, concerns: ['namespace', 'by-actor'], ...overrides });
table('wide-binding', [
  ['no evidence', {}],
  ['none', changes()],
  [
    'by the creator',
    changes({}),
    30,
    'ClusterRoleBinding b gives cluster-admin to Group ops; arn:aws:iam::111122223333:role/ci wrote it 5 minutes before the request.',
  ],
  ['by the creator, after', changes({ at: minutes(20) }), 30, '20 minutes after'],
  ['by somebody else, for the creator', changes({ by: 'x', concerns: ['actor'] }), 35, 'x wrote it'],
  [
    'for a ServiceAccount of the namespace',
    changes({ what: 'RoleBinding', namespace: 'kube-system', concerns: ['namespace'] }),
    35,
    'RoleBinding kube-system/b',
  ],
  ['in the namespace itself', changes({ what: 'RoleBinding', namespace: 'shop', concerns: ['namespace', 'by-actor'] })],
  [
    'in a namespace that the creator made in the same act',
    {
      evidence: [
        ...(changes({ what: 'RoleBinding', namespace: 'shop-2' }).evidence ?? []),
        by('actor-activity', { namespacesCreated: [{ name: 'shop-2', at: minutes(3) }] }),
      ],
    },
  ],
  [
    'in a namespace that the creator made long before',
    {
      evidence: [
        ...(changes({ what: 'RoleBinding', namespace: 'shop-2' }).evidence ?? []),
        by('actor-activity', { namespacesCreated: [{ name: 'shop-2', at: minutes(-11) }] }),
      ],
    },
    30,
  ],
  [
    'by somebody else, in a namespace of the same act',
    {
      evidence: [
        ...(changes({ what: 'RoleBinding', namespace: 'shop-2', concerns: ['actor'] }).evidence ?? []),
        by('actor-activity', { namespacesCreated: [{ name: 'shop-2', at: minutes(3) }] }),
      ],
    },
    35,
  ],
  ['by somebody else, for others', changes({ concerns: [] })],
  ['narrow', changes({ wide: false })],
  ['whose width is not known', { evidence: [by('access-changes', { changes: [{ ...change({}), wide: undefined }] })] }],
  ['that was deleted', changes({ verb: 'delete' })],
  ['of EKS, which is a change of access', changes({ what: 'EKS access policy', source: 'cloudtrail' })],
  ['a role that was given all', changes({ what: 'ClusterRole', gives: 'everything' }), 30, 'gives everything'],
  ['30 minutes before', changes({ at: minutes(-30) }), 30],
  ['by the creator, hours before', changes({ at: minutes(-300) })],
  ['for the creator, hours before', changes({ at: minutes(-300), concerns: ['actor'] }), 20, '5 hours before'],
  ['for the creator, days before', changes({ at: minutes(-3_000), concerns: ['actor'] })],
  ['an old and a near one', changes({ at: minutes(-300), concerns: ['actor'] }, { name: 'near' }), 30, 'near'],
  ['at no known time', changes({ at: 'soon' })],
  [
    'the one that let it pass, made just before',
    granted({ kind: 'ClusterRoleBinding', binding: 'b', role: 'cluster-admin', bindingCreatedAt: minutes(-9) }),
    35,
    'The ClusterRoleBinding b that allowed the request allows everything, and was created 9 minutes before it.',
  ],
  [
    'the one that let it pass, with wildcards',
    granted({ kind: 'ClusterRoleBinding', role: 'all', wildcard: true, bindingCreatedAt: minutes(-9) }),
    35,
  ],
  [
    'the one that let it pass, made that day',
    granted({ kind: 'ClusterRoleBinding', role: 'cluster-admin', bindingCreatedAt: minutes(-600) }),
    20,
  ],
  [
    'the one that let it pass, old',
    granted({ kind: 'ClusterRoleBinding', role: 'cluster-admin', bindingCreatedAt: minutes(-60_000) }),
  ],
  [
    'the one that let it pass, narrow',
    granted({ kind: 'ClusterRoleBinding', role: 'makers', bindingCreatedAt: minutes(-9) }),
  ],
  ['the one that let it pass, of unknown age', granted({ kind: 'ClusterRoleBinding', role: 'cluster-admin' })],
  [
    'an EKS access policy, which is a change of access',
    granted({ kind: 'EKS access policy', wildcard: true, bindingCreatedAt: minutes(-9) }),
  ],
  ['the group of masters', granted({ kind: 'group system:masters' })],
  [
    'a right that gives all others',
    binds(['impersonation'], { concerns: ['namespace'] }),
    35,
    'ClusterRoleBinding b gives log-reader to x (impersonation); ',
  ],
  ['the same, by the creator for others', binds(['binding any role'], { concerns: ['by-actor'] }), 30],
  ['the same, deleted again', binds(['binding any role'], { verb: 'delete' })],
  ['the same, in the namespace itself', binds(['binding any role'], { what: 'RoleBinding', namespace: 'shop' })],
  [
    'three ways to the credentials of others',
    binds(['reading Secrets', 'running commands in pods', 'tokens of ServiceAccounts']),
    35,
    '(reading Secrets, running commands in pods and tokens of ServiceAccounts)',
  ],
  ['two, as operators have them', binds(['reading Secrets', 'running commands in pods'])],
  ['one, for the account that each pod has', binds(['reading Secrets'], { toEachPod: true }), 35],
  ['what many operators need, for the same', binds(['running pods'], { toEachPod: true })],
]);
table('strong-binding', [
  ['no evidence', {}],
  ['none', binds([])],
  ['as operators have them', binds(['reading Secrets', 'running pods']), 20, 'gives reading Secrets and running pods'],
  ['by the creator for others', binds(['reading Secrets'], { concerns: ['by-actor'] })],
  ['hours before', binds(['reading Secrets'], { at: minutes(-90) })],
  ['cluster-admin by another name, which counts by itself', binds(['widening any role'])],
]);
table('aws-rights', [
  ['no evidence', {}],
  [
    'a Pod Identity association',
    changes({
      what: 'EKS Pod Identity association',
      verb: 'CreatePodIdentityAssociation',
      source: 'cloudtrail',
      gives: 'the IAM role r to ServiceAccount shop/x',
      concerns: ['namespace'],
    }),
    15,
    'EKS Pod Identity association (the IAM role r',
  ],
  ['a ServiceAccount with a role', changes({ what: 'ServiceAccount', gives: 'the IAM role r to its pods' }), 15],
  ['a capability', changes({ what: 'EKS capability', gives: 'the cluster to ACK', source: 'cloudtrail' }), 15],
  [
    'a ServiceAccount without one',
    { evidence: [by('access-changes', { changes: [{ ...change({}), what: 'ServiceAccount', gives: undefined }] })] },
  ],
  ['of others', changes({ what: 'ServiceAccount', gives: 'the IAM role r to its pods', concerns: [] })],
  ['hours before', changes({ what: 'ServiceAccount', gives: 'the IAM role r', at: minutes(-90) })],
]);
table('creator-rights', [
  ['no evidence', {}],
  ['none', { evidence: [by('permissions', { may: [{ right: 'bind any role (bind)', allowed: false }] })] }],
  [
    'some',
    { evidence: [by('permissions', { may: [{ right: 'bind any role (bind)', allowed: true }] })] },
    10,
    'can now: bind any role (bind).',
  ],
  ['a member of the masters', granted({ kind: 'group system:masters' }), 10, 'system:masters'],
]);
table('binding-gone', [
  ['still there', granted({ kind: 'ClusterRoleBinding', binding: 'b' })],
  [
    'gone',
    granted({ kind: 'ClusterRoleBinding', binding: 'b', bindingGone: true }),
    15,
    'b that allowed the request no longer exists',
  ],
  ['not known what allowed it', { evidence: [by('permissions', { may: [] })] }],
]);

const trail = (overrides: Partial<AccessChange>): Partial<AccessChange> => ({
  what: 'EKS access entry',
  verb: 'CreateAccessEntry',
  name: CI_ROLE,
  by: 'arn:aws:iam::111122223333:user/terraform',
  gives: 'entry',
  concerns: ['actor'],
  source: 'cloudtrail',
  ...overrides,
});
const principal = (details: object) => by('principal', { identity: { name: 'ci' }, ...details });
const changed = (details: object, status: Evidence['status'] = 'found') => [
  evidence({ status, details: { identity: { name: 'ci' }, ...details } }),
];
const entry = (createdAt?: string, modifiedAt = createdAt) => changed({ accessEntry: { createdAt, modifiedAt } });
const given = (overrides: Partial<AccessChange>) => changes(trail({ concerns: ['by-actor'], name: 'x', ...overrides }));
table('recent-access-change', [
  ['no evidence', {}],
  ['an entry without groups, for somebody else', given({ within: [] })],
  ['an entry without groups, for the creator itself', given({ within: [], concerns: ['actor', 'by-actor'] }), 30],
  ['an entry with groups, for somebody else', given({}), 30],
  ['a policy for the new namespace alone', given({ what: 'EKS access policy', within: ['shop'] })],
  ['the same by somebody else', given({ what: 'EKS access policy', within: ['shop'], concerns: ['namespace'] })],
  ['a policy for another namespace as well', given({ what: 'EKS access policy', within: ['shop', 'kube-system'] }), 30],
  ['a policy for the whole cluster', given({ what: 'EKS access policy' }), 30],
  [
    'a policy for two namespaces of the same act',
    {
      evidence: [
        ...(given({ what: 'EKS access policy', within: ['shop', 'shop-2'] }).evidence ?? []),
        by('actor-activity', { namespacesCreated: [{ name: 'shop-2', at: minutes(-2) }] }),
      ],
    },
  ],
  [
    "the creator's own policy, for the new namespace alone",
    {
      evidence: changed({
        accessEntry: {},
        accessPolicies: [{ policyArn: 'p', scope: 'namespace', namespaces: ['shop'], associatedAt: minutes(-2) }],
      }),
    },
  ],
  [
    "the creator's own policy, for others",
    {
      evidence: changed({
        accessEntry: {},
        accessPolicies: [{ policyArn: 'p', scope: 'namespace', namespaces: ['shop', 'x'], associatedAt: minutes(-2) }],
      }),
    },
    30,
  ],
  ['an old entry', { evidence: entry('2026-01-01T00:00:00Z') }],
  [
    'an entry made shortly before',
    { evidence: entry('2026-11-23T09:56:00Z') },
    30,
    'access entry was created 4 minutes before the request',
  ],
  ['an entry made 30 minutes before', { evidence: entry('2026-11-23T09:30:00Z') }, 30, '30 minutes before'],
  ['an entry made 31 minutes before', { evidence: entry('2026-11-23T09:29:00Z') }],
  [
    'an entry changed shortly before',
    { evidence: entry('2026-01-01T00:00:00Z', '2026-11-23T09:59:00Z') },
    30,
    'access entry was changed 1 minute before',
  ],
  [
    'an entry changed shortly after, which may hide one before',
    { evidence: entry('2026-01-01T00:00:00Z', '2026-11-23T10:02:00Z') },
    30,
    '2 minutes after',
  ],
  ['an entry changed long after', { evidence: entry('2026-01-01T00:00:00Z', '2026-11-24T10:02:00Z') }],
  [
    'a policy associated shortly before',
    {
      evidence: changed({
        accessEntry: {},
        accessPolicies: [{}, { policyArn: 'p', associatedAt: '2026-11-23T09:50:00Z' }],
      }),
    },
    30,
    'access policy p was associated 10 minutes before',
  ],
  [
    'a policy changed shortly before',
    {
      evidence: changed({ accessEntry: {}, accessPolicies: [{ policyArn: 'p', modifiedAt: '2026-11-23T09:50:00Z' }] }),
    },
    30,
    'access policy p was changed',
  ],
  ['an entry removed since', { evidence: changed({ authenticationMode: 'API' }) }, 30, 'must have had one'],
  ['no entry, but aws-auth', { evidence: changed({ authenticationMode: 'API_AND_CONFIG_MAP' }) }],
  ['an identity outside IAM', { evidence: [evidence({ details: { kind: 'system', authenticationMode: 'API' } })] }],
  ['no answer', { evidence: changed({ authenticationMode: 'API' }, 'not-checked') }],
  ['an instant that is not one', { evidence: entry('soon') }],
  [
    "the creation's time, where the request's is not known",
    { finding: { request: {} }, evidence: entry('2026-11-23T09:56:00Z') },
    30,
  ],
  ['no time at all', { finding: { request: {}, namespace: {} }, evidence: entry('2026-11-23T09:56:00Z') }],
  [
    'an entry for the creator, by CloudTrail',
    changes(trail({})),
    30,
    `EKS access entry ${CI_ROLE} was changed (entry) by arn:aws:iam::111122223333:user/terraform 5 minutes before the request.`,
  ],
  ['an entry by the creator, for others', changes(trail({ concerns: ['by-actor'] })), 30],
  ['an entry of others', changes(trail({ concerns: [] }))],
  ['hours before', changes(trail({ at: minutes(-200) }))],
  [
    'the cluster opened by the creator',
    changes(trail({ what: 'EKS cluster configuration', concerns: ['by-actor'] })),
    30,
  ],
  [
    'Pod Identity, which lets nobody in',
    changes(trail({ what: 'EKS Pod Identity association', concerns: ['namespace'] })),
  ],
  ['a binding, which does not belong to EKS', changes({})],
  ['aws-auth by the creator', changes({ what: 'ConfigMap aws-auth', concerns: ['by-actor'] }), 30],
  [
    'aws-auth by another, and the creator has an entry',
    {
      evidence: [
        ...(changes({ what: 'ConfigMap aws-auth', concerns: [] }).evidence ?? []),
        principal({ accessEntry: { createdAt: '2026-01-01T00:00:00Z' } }),
      ],
    },
  ],
  [
    'aws-auth by another, and the creator has none',
    {
      evidence: [
        ...(changes({ what: 'ConfigMap aws-auth', concerns: [] }).evidence ?? []),
        principal({ authenticationMode: 'API_AND_CONFIG_MAP' }),
      ],
    },
    30,
  ],
  ['aws-auth by another, and nothing known of the creator', changes({ what: 'ConfigMap aws-auth', concerns: [] })],
]);
