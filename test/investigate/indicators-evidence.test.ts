/** The indicators that rest on what the checks found out; each row a fact, and what it weighs. */
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import type { AccessChange } from '../../functions/checks/parts/access-change.ts';
import type { WorkloadSign } from '../../functions/checks/parts/workload-signs/index.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { AT, CI_ROLE, evidence, serviceAccount } from '../checks/examples.ts';
import { type Given, table } from './indicator-table.ts';

const by = (check: string, details: object, status: Evidence['status'] = 'found'): Evidence =>
  evidence({ check, status, details: { ...details } });
const minutes = (count: number): string => new Date(Date.parse(AT) + count * 60_000).toISOString();

const activity = (details: Partial<DetailsByCheck['actor-activity']>, status?: Evidence['status']): Given => ({
  evidence: [by('actor-activity', details, status)],
});
table('refused-before', [
  ['no evidence', {}],
  ['nine refusals', activity({ refusedBefore: 9 })],
  ['ten refusals', activity({ refusedBefore: 10 }), 15, 'refused 10 requests'],
  ['no answer', activity({ refusedBefore: 50 }, 'not-checked')],
  ['details without the count', activity({})],
]);

const reads = (secretsRead: number, ...byVerb: DetailsByCheck['actor-activity']['byVerb']): Given =>
  activity({ secretsRead, byVerb });
table('secrets-read', [
  ['none', reads(0)],
  ['nine single reads', reads(9, { verb: 'get', resource: 'secrets', count: 9, refused: 0 })],
  ['ten single reads', reads(10, { verb: 'get', resource: 'secrets', count: 10, refused: 0 }), 20, '10 times.'],
  ['one list', reads(1, { verb: 'list', resource: 'secrets', count: 1, refused: 0 }), 20, 'whole lists among them'],
  ['one watch', reads(1, { verb: 'watch', resource: 'secrets', count: 1, refused: 0 }), 20],
  ['lists that were refused', reads(0, { verb: 'list', resource: 'secrets', count: 4, refused: 4 })],
  ['lists of something else', reads(0, { verb: 'list', resource: 'configmaps', count: 40, refused: 0 })],
  ['details without counts', activity({})],
]);
table('exec', [
  ['none', activity({ exec: 0 })],
  ['once', activity({ exec: 1 }), 10, 'into running pods once'],
  ['no evidence', {}],
]);
table('token-request', [
  ['none', activity({ tokenRequests: 0 })],
  ['twice', activity({ tokenRequests: 2 }), 15, '2 times'],
]);
table('webhook-change', [
  ['none', activity({ webhooksChanged: 0 })],
  ['once', activity({ webhooksChanged: 1 }), 15, 'admission configuration once'],
]);

const PEER = '203.0.113.9';
const seen = (value: string, at: number) => ({ value, firstSeen: minutes(at), count: 1 });
const addresses = (firstSeen: number, list: [string, number][], more = false): Given => ({
  finding: { request: { at: AT, sourceIps: ['10.0.0.1', PEER], userAgent: 'curl/8' } },
  evidence: [
    by('actor-activity', {
      more,
      firstSeen: minutes(firstSeen),
      addresses: list.map(([value, at]) => seen(value, at)),
      userAgents: list.map(([value, at]) => seen(value === PEER ? 'curl/8' : value, at)),
    }),
  ],
});
const newcomers: Parameters<typeof table>[1] = [
  ['no evidence', {}],
  [
    'new since minutes, another one before',
    addresses(-600, [
      ['10.9.9.9', -600],
      [PEER, -5],
    ]),
    10,
  ],
  [
    'new with this request',
    addresses(-600, [
      ['10.9.9.9', -600],
      [PEER, 0],
    ]),
    10,
  ],
  [
    'in use for long',
    addresses(-600, [
      ['10.9.9.9', -600],
      [PEER, -300],
    ]),
  ],
  ['the only one, of an actor that was not seen before', addresses(-5, [[PEER, -5]])],
  [
    'more requests than were read',
    addresses(
      -600,
      [
        ['10.9.9.9', -600],
        [PEER, -5],
      ],
      true,
    ),
  ],
  ['not among those listed: it was used longer than they were', addresses(-600, [['10.9.9.9', -1]])],
  [
    'a request that does not tell it',
    {
      ...addresses(-600, [
        ['10.9.9.9', -600],
        [PEER, -5],
      ]),
      finding: { request: { at: AT } },
    },
  ],
];
table('new-address', newcomers);
table('new-user-agent', newcomers);

const known = {
  namePattern: 'shop-*',
  decidedBy: 'alice',
  decidedAt: AT,
  expiresAt: minutes(1_000),
  origin: 'decision',
};
const creator = (details: object, status?: Evidence['status']): Given => ({
  evidence: [by('known-creator', { principal: CI_ROLE, ...details }, status)],
});
table('new-creator', [
  ['no evidence', {}],
  ['nobody has said so', creator({}), 15, 'Nobody has said yet'],
  ['somebody has', creator({ known })],
  ['no answer', creator({}, 'not-checked')],
]);
table('known-creator', [
  ['nobody has said so', creator({})],
  ['somebody has', creator({ known }), -15, 'alice has said that the creator makes namespaces named like shop-*'],
  ['no answer', creator({ known }, 'not-checked')],
]);
table('service-account-creator', [
  ['a role', {}],
  ['a service account', { finding: { actor: serviceAccount() } }, 15, 'system:serviceaccount:shop:cart'],
  ['one that is known', { finding: { actor: serviceAccount() }, knownAutomation: ['system:serviceaccount:shop:cart'] }],
  [
    'while another is known',
    { finding: { actor: serviceAccount() }, knownAutomation: ['system:serviceaccount:shop:car'] },
    15,
  ],
  ['one that a person knows', { ...creator({ known }), finding: { actor: serviceAccount() } }],
  ['one that nobody knows', { ...creator({}), finding: { actor: serviceAccount() } }, 15],
]);

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
  ['by somebody else, for the creator', changes({ by: 'x', concerns: ['actor'] }), 30, 'x wrote it'],
  [
    'for a ServiceAccount of the namespace',
    changes({ what: 'RoleBinding', namespace: 'kube-system', concerns: ['namespace'] }),
    30,
    'RoleBinding kube-system/b',
  ],
  ['in the namespace itself', changes({ what: 'RoleBinding', namespace: 'shop', concerns: ['namespace', 'by-actor'] })],
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
    30,
    'The ClusterRoleBinding b that allowed the request allows everything, and was made 9 minutes before it.',
  ],
  [
    'the one that let it pass, with wildcards',
    granted({ kind: 'ClusterRoleBinding', role: 'all', wildcard: true, bindingCreatedAt: minutes(-9) }),
    30,
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
]);
table('binding-gone', [
  ['still there', granted({ kind: 'ClusterRoleBinding', binding: 'b' })],
  [
    'gone',
    granted({ kind: 'ClusterRoleBinding', binding: 'b', bindingGone: true }),
    15,
    'b that allowed the request does not exist any more',
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
table('recent-access-change', [
  ['no evidence', {}],
  ['an old entry', { evidence: entry('2026-01-01T00:00:00Z') }],
  [
    'an entry made shortly before',
    { evidence: entry('2026-11-23T09:56:00Z') },
    30,
    'access entry was made 4 minutes before the request',
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
  ['an instant that is none', { evidence: entry('soon') }],
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
  ['a binding, which is none of EKS', changes({})],
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

const workload = (
  signs: WorkloadSign[],
  overrides: Partial<DetailsByCheck['workloads']['workloads'][number]> = {},
) => ({
  kind: 'Deployment',
  name: 'web',
  pods: 1,
  images: [],
  signs: signs.map((sign) => ({ sign, detail: 'd' })),
  ...overrides,
});
const runs = (details: Partial<DetailsByCheck['workloads']>, status?: Evidence['status']): Given => ({
  evidence: [by('workloads', details, status)],
});
table('host-access-workload', [
  ['no evidence', {}],
  ['nothing runs', runs({ workloads: [] })],
  ...(['privileged', 'host-pid', 'host-network', 'host-ipc', 'host-path', 'dangerous-capability'] as const).map(
    (sign): Parameters<typeof table>[1][number] => [
      sign,
      runs({ workloads: [workload([sign])] }),
      30,
      'Deployment web (',
    ],
  ),
  ...(
    [
      'host-port',
      'privilege-escalation',
      'runs-as-root',
      'service-account-token',
      'image-by-tag',
      'unusual-registry',
      'bare-pod',
      'control-plane-toleration',
    ] as const
  ).map((sign): Parameters<typeof table>[1][number] => [`${sign} is common`, runs({ workloads: [workload([sign])] })]),
  [
    'many',
    runs({ workloads: ['a', 'b', 'c', 'd', 'e'].map((name) => workload(['privileged'], { name })) }),
    30,
    'Deployment c (privileged) and 2 more.',
  ],
  ['no answer', runs({ workloads: [workload(['privileged'])] }, 'not-checked')],
]);
table('miner', [
  ['none', runs({ workloads: [workload(['unusual-registry'])] })],
  ['by image', runs({ workloads: [workload(['miner-image'])] }), 40, 'Deployment web'],
  ['by argument', runs({ workloads: [workload(['bare-pod', 'miner-argument'])] }), 40],
]);
table('daemonset-or-cronjob', [
  ['none', runs({ daemonSets: 0, cronJobs: 0 })],
  ['a DaemonSet', runs({ daemonSets: 1, cronJobs: 0 }), 20, '1 DaemonSet (a pod on every node)'],
  ['CronJobs', runs({ daemonSets: 0, cronJobs: 2 }), 20, '2 CronJobs'],
  ['both count once', runs({ daemonSets: 1, cronJobs: 1 }), 20, 'and 1 CronJob'],
]);

const exposing = (...services: [string, DetailsByCheck['network']['services'][number]['type']][]): Given => ({
  evidence: [by('network', { services: services.map(([name, type]) => ({ name, type, ports: [] })) })],
});
table('node-port', [
  ['none', exposing()],
  ['a LoadBalancer', exposing(['a', 'LoadBalancer'])],
  ['one', exposing(['a', 'NodePort'], ['b', 'LoadBalancer']), 15, 'NodePort: a.'],
]);
table('load-balancer', [
  ['a NodePort', exposing(['a', 'NodePort'])],
  ['two', exposing(['a', 'LoadBalancer'], ['b', 'LoadBalancer']), 15, 'a and b.'],
]);

const live = (details: Partial<DetailsByCheck['namespace']>, finding: Partial<Finding> = {}): Given => ({
  finding,
  evidence: [by('namespace', details)],
});
table('not-confirmed', [
  ['confirmed', live({ live: 'confirmed' })],
  ['of a record without UID', live({ live: 'present' })],
  ['absent', live({ live: 'absent' }), 10, 'does not exist'],
  ['another one', live({ live: 'other-uid' }), 10, 'is not the one that exists'],
  ['absent, as it was refused', live({ live: 'absent' }, { outcome: 'attempt-denied' })],
  ['absent, as may be', live({ live: 'absent' }, { outcome: 'outcome-unknown' })],
  ['no evidence', {}],
]);
const labelled = (labels: Record<string, string>): Given => ({ finding: { namespace: { name: 'shop', labels } } });
table('privileged-pod-security', [
  ['no label', labelled({})],
  ['enforce=privileged', labelled({ 'pod-security.kubernetes.io/enforce': 'privileged' }), 15],
  ['enforce=baseline', labelled({ 'pod-security.kubernetes.io/enforce': 'baseline' })],
  ['warn=privileged', labelled({ 'pod-security.kubernetes.io/warn': 'privileged' })],
  ['no labels known', { finding: { namespace: {} } }],
  ['set since', live({ live: 'confirmed', podSecurity: { enforce: 'privileged' } }), 15],
  ['another level', live({ live: 'confirmed', podSecurity: { enforce: 'restricted' } })],
  ['only warned of', live({ live: 'confirmed', podSecurity: { warn: 'privileged' } })],
]);

const guard = (severity: number, ...concerns: DetailsByCheck['threats']['findings'][number]['concerns']) => ({
  id: 'i',
  type: 'Execution:Kubernetes/ExecInKubeSystemPod',
  severity,
  title: 't',
  updatedAt: AT,
  concerns,
});
const threats = (...findings: DetailsByCheck['threats']['findings']): Given => ({
  evidence: [by('threats', { findings, total: 1 })],
});
table('guardduty', [
  ['none', threats()],
  ['high, about the namespace', threats(guard(8, 'namespace')), 40, 'severity 8) about the namespace'],
  ['high, about the creator', threats(guard(7, 'actor')), 40, 'about the creator'],
  ['medium', threats(guard(5, 'actor')), 20],
  ['low', threats(guard(2, 'actor')), 5],
  ['the worst counts', threats(guard(2, 'actor'), guard(8, 'actor'), guard(5, 'actor')), 40],
  ['elsewhere in the cluster', threats(guard(8, 'cluster'))],
]);
table('guardduty-elsewhere', [
  ['high', threats(guard(8, 'cluster')), 10, 'elsewhere'],
  ['medium', threats(guard(5, 'cluster'))],
  ['about the namespace', threats(guard(8, 'namespace'))],
]);

const scanned = (...images: DetailsByCheck['images']['images']): Given => ({ evidence: [by('images', { images })] });
table('critical-vulnerabilities', [
  ['none', scanned({ image: 'a', status: 'scanned', bySeverity: { HIGH: 9 } })],
  ['some', scanned({ image: 'a', status: 'scanned', bySeverity: { CRITICAL: 1 } }), 5, ': a.'],
  ['not scanned', scanned({ image: 'a', status: 'not-checked' })],
]);

const weak = (details: Partial<DetailsByCheck['cluster-weaknesses']>): Given => ({
  evidence: [by('cluster-weaknesses', details)],
});
table('anonymous-binding', [
  ['none', weak({ anonymousBindings: [] })],
  ['not looked at', weak({})],
  ['some', weak({ anonymousBindings: [{ binding: 'anon', role: 'view' }] }), 5, 'anon (view)'],
]);
