/** The indicators that rest on what the creator did, and on who is known; each row a fact, and what it weighs. */
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import type { ActSign } from '../../functions/checks/parts/act-signs.ts';
import type { WorkloadSign } from '../../functions/checks/parts/workload-signs/index.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { AT, CI_ROLE, role, serviceAccount } from '../checks/examples.ts';
import { by, type Given, minutes, table } from './indicator-table.ts';

const activity = (details: Partial<DetailsByCheck['actor-activity']>, status?: Evidence['status']): Given => ({
  evidence: [by('actor-activity', details, status)],
});
table('refused-before', [
  ['no evidence', {}],
  ['nine refusals', activity({ refusedBefore: 9 })],
  ['ten refusals', activity({ refusedBefore: 10 }), 15, 'refused 10 requests'],
  ['many of the same', activity({ refusedBefore: 300, refusedThings: 2 })],
  ['some different ones', activity({ refusedBefore: 300, refusedThings: 5 }), 15],
  ['no answer', activity({ refusedBefore: 50 }, 'not-checked')],
  ['details without the count', activity({})],
]);

table('right-probe', [
  ['none', activity({ probed: [] })],
  ['one kind', activity({ probed: ['reading Secrets'] })],
  ['two', activity({ probed: ['reading Secrets', 'running commands in pods'] }), 5, 'reading Secrets and running'],
  ['four', activity({ probed: ['a', 'b', 'c', 'd'] }), 20],
  ['no answer', activity({ probed: ['a', 'b', 'c', 'd'] }, 'not-checked')],
]);
const tried = (verb: string, at: number, outcome: Finding['outcome'] = 'created'): Given => ({
  finding: { outcome, request: { at: AT, verb: 'patch' } },
  ...activity({ namespacesRefused: [{ verb, at: minutes(at) }] }),
});
table('refused-then-done', [
  ['no evidence', {}],
  [
    'by another verb',
    tried('create', -1),
    15,
    'refused a namespace by create 1 minute before it was allowed one by patch',
  ],
  ['by the same', tried('patch', -1)],
  ['long before', tried('create', -60)],
  ['after', tried('create', 1)],
  ['an attempt', tried('create', -1, 'attempt-denied')],
]);

/** By what the creator did, or by what was done in the namespace. */
const act = (sign: ActSign, check: 'actor-activity' | 'namespace-activity' = 'actor-activity', count = 1): Given => ({
  evidence: [by(check, { signs: [{ sign, on: 'pods x', namespace: 'kube-system', at: AT, count }] })],
});
const acts = (sign: ActSign, weight: number): Parameters<typeof table>[1] => [
  ['nothing', activity({ signs: [] })],
  ['another act', act('self-review')],
  ['by the creator', act(sign), weight, 'The creator'],
  ['in the namespace', act(sign, 'namespace-activity'), weight, 'Somebody in the namespace'],
];
table('certificate-approval', acts('certificate-approval', 20));
table('outside-webhook', acts('outside-webhook', 40));
table('kubelet-command', acts('kubelet-command', 25));
table('host-volume', acts('host-volume', 20));
table('event-deletion', acts('event-deletion', 15));
table('role-for-everybody', acts('role-for-everybody', 30));
const dns = (at: number, actor = role()): Given => ({
  finding: { actor },
  ...activity({
    signs: [{ sign: 'dns-change', on: 'configmaps coredns', namespace: 'kube-system', at: minutes(at), count: 1 }],
  }),
});
table('dns-change', [
  ['nothing', activity({ signs: [] })],
  ['another act', act('self-review')],
  ['minutes after', dns(5), 35, "the cluster's DNS: configmaps coredns."],
  ['hours before', dns(-300), 15],
  [
    'by EKS',
    dns(5, role({ username: 'eks:addon-manager', principalArn: 'arn:aws:iam::959123456789:role/AddonManagerRole' })),
  ],
]);
const taken = (account: string, strong: string[], actor: Finding['actor'] = role()): Given => ({
  finding: { actor },
  evidence: [by('actor-activity', { accountsTaken: [account] }), by('cluster-weaknesses', { strongAccounts: strong })],
});
table('strong-account', [
  ['no evidence', {}],
  [
    'one that may do everything',
    taken('flux-system/controller', ['flux-system/controller']),
    35,
    'flux-system/controller.',
  ],
  ['one that may not', taken('shop-2/web', ['flux-system/controller'])],
  ['one of the namespace, whose binding counts by itself', taken('shop/web', ['shop/web'])],
  ['its own', taken('ci/runner', ['ci/runner'], serviceAccount({ username: 'system:serviceaccount:ci:runner' }))],
]);
table('system-workload', acts('system-workload', 15));
table('pod-security-change', acts('pod-security-change', 15));
table('protection-removal', acts('protection-removal', 10));
table('permission-discovery', [
  ['a few', act('self-review', 'actor-activity', 9)],
  ['in a row', act('self-review', 'actor-activity', 10), 10, 'asked 10 times'],
  ['by software', { ...act('self-review', 'actor-activity', 3), finding: { actor: serviceAccount() } }, 10],
  ['once by software', { ...act('self-review'), finding: { actor: serviceAccount() } }],
]);
const elsewhere = (sign: WorkloadSign, namespace: string): Given =>
  activity({ signs: [{ sign, on: 'Pod x', namespace, at: AT, count: 1 }] });
table('elsewhere-workload', [
  ['in the namespace, which counts by itself', elsewhere('privileged', 'shop')],
  ['elsewhere', elsewhere('privileged', 'cart'), 20, 'Pod x in cart'],
  ['what many do', elsewhere('runs-as-root', 'cart')],
]);

const denials = (count: number): Given => ({ evidence: [by('api-server-logs', { denials: count })] });
table('authentication-failures', [
  ['a few', denials(2)],
  ['three', denials(3), 10, 'rejected the creator 3 times'],
  ['no evidence', {}],
]);

const reads = (secretsRead: number, ...byVerb: DetailsByCheck['actor-activity']['byVerb']): Given =>
  activity({ secretsRead, byVerb });
table('secrets-read', [
  ['none', reads(0)],
  ['nine single reads', reads(9, { verb: 'get', resource: 'secrets', count: 9, refused: 0 })],
  ['ten single reads', reads(10, { verb: 'get', resource: 'secrets', count: 10, refused: 0 }), 20, '10 times.'],
  ['one list', reads(1, { verb: 'list', resource: 'secrets', count: 1, refused: 0 }), 20, 'including whole lists'],
  ['one watch', reads(1, { verb: 'watch', resource: 'secrets', count: 1, refused: 0 }), 20],
  ['lists that were refused', reads(0, { verb: 'list', resource: 'secrets', count: 4, refused: 4 })],
  ['lists of something else', reads(0, { verb: 'list', resource: 'configmaps', count: 40, refused: 0 })],
  ['details without counts', activity({})],
]);
table('exec', [
  ['none', activity({ exec: 0 })],
  ['once', activity({ exec: 1 }), 10, 'in running pods once'],
  ['by somebody else', act('pod-session', 'namespace-activity'), 10, 'Somebody ran commands in pods'],
  ['no evidence', {}],
]);
table('token-request', [
  ['none', activity({ tokenRequests: 0 })],
  ['twice', activity({ tokenRequests: 2 }), 15, '2 times'],
  ['by somebody else', act('token', 'namespace-activity'), 15, 'of the namespace were requested once'],
]);
const admission = (concerns: string[]): Given => ({
  evidence: [
    by('access-changes', { changes: [{ what: 'MutatingWebhookConfiguration', name: 'w', at: AT, concerns }] }),
  ],
});
table('webhook-change', [
  ['none', activity({ webhooksChanged: 0 })],
  ['once', activity({ webhooksChanged: 1 }), 15, 'admission configuration once'],
  ['among the changes of rights', admission(['by-actor']), 15, 'MutatingWebhookConfiguration w was changed.'],
  ['by others', admission([])],
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
    'a request that does not give it',
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
  ['nobody has said so', creator({}), 15, 'is new to namespaces like this one'],
  ['somebody has', creator({ known })],
  ['no answer', creator({}, 'not-checked')],
]);
table('known-creator', [
  ['nobody has said so', creator({})],
  [
    'somebody has',
    creator({ known }),
    -15,
    'alice has confirmed that the creator creates namespaces named like shop-*',
  ],
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
