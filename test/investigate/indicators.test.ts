import { expect, test } from '@jest/globals';
import type { Finding } from '../../functions/contract/finding.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { RULES } from '../../functions/investigate/indicators/index.ts';
import { isPublicAddress } from '../../functions/investigate/indicators/parts/addresses.ts';
import { AT, CI_ROLE, evidence, role, serviceAccount } from '../checks/examples.ts';
import { type Case, type Given, table } from './indicator-table.ts';

test('each indicator has an id of its own', () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
});

table('contradicting-records', [
  ['one record', { finding: { source: { kind: 'audit-log' } } }],
  ['found by coverage', { finding: { source: { kind: 'coverage' } } }],
  ['two records', { finding: { source: { kind: 'audit-log', contradicts: 'nsf-1' } } }, 50, 'Two records differ'],
  ['the API server', { finding: { source: { kind: 'coverage', contradicts: 'nsf-1' } } }, 50, 'see finding nsf-1'],
]);
table('anonymous-creator', [
  ['by username', { finding: { actor: { kind: 'anonymous', username: 'system:anonymous' } } }, 50],
  ['by group', { finding: { actor: { kind: 'user', username: 'x', groups: ['system:unauthenticated'] } } }, 50],
  ['without user', { finding: { actor: { kind: 'anonymous' } } }, 50],
  ['in a cut record', { finding: { actor: { kind: 'anonymous' }, source: { kind: 'audit-log', truncated: true } } }],
  [
    'cut, but named',
    {
      finding: {
        actor: { kind: 'anonymous', username: 'system:anonymous' },
        source: { kind: 'audit-log', truncated: true },
      },
    },
    50,
  ],
  ['found by coverage', { finding: { actor: { kind: 'anonymous' }, source: { kind: 'coverage' } } }],
  ['a role', {}],
]);

table('own-identity', [
  ['watch', { finding: { actor: role({ groups: ['namespace-sentinel:watch', 'system:authenticated'] }) } }, 75],
  [
    'a dry run that was let through',
    { finding: { outcome: 'outcome-unknown', actor: role({ groups: ['namespace-sentinel:release'] }) } },
    75,
  ],
  ['refused', { finding: { outcome: 'attempt-denied', actor: role({ groups: ['namespace-sentinel:watch'] }) } }],
  ['a group that only begins like ours', { finding: { actor: role({ groups: ['namespace-sentinel:watcher'] }) } }],
]);

const acting = (username?: string, ...groups: string[]): Given => ({
  finding: {
    actor: role({ impersonated: { ...(username && { username }), groups: ['system:authenticated', ...groups] } }),
  },
});
const privileged: [string, Given, string][] = [
  ['a member of system:masters', acting('bob', 'system:masters'), 'bob of group system:masters'],
  ['system:admin', acting('system:admin'), 'system:admin'],
  ['a controller', acting('system:kube-controller-manager'), ''],
  ['the API server', acting('system:apiserver'), ''],
  ['a node', acting('system:node:x', 'system:nodes'), ''],
  ['a node by its group alone', acting('x', 'system:nodes'), ''],
  ['EKS itself', acting('eks:addon-manager'), ''],
  ['kubeadm admins', acting('x', 'kubeadm:cluster-admins'), ''],
  ["kubeadm's first user", acting('kubernetes-admin'), ''],
  [
    'a service account of kube-system',
    acting('system:serviceaccount:kube-system:generic-garbage-collector', 'system:serviceaccounts'),
    '',
  ],
];
const others: [string, Given, string][] = [
  ['an ordinary user', acting('bob', 'developers'), 'acted as bob; the creator is not listed as a trusted proxy'],
  [
    'an ordinary service account',
    acting('system:serviceaccount:shop:cart', 'system:serviceaccounts', 'system:serviceaccounts:shop'),
    'cart',
  ],
  ['a user of Rancher', acting('u-7k2xq', 'system:cattle:authenticated'), 'acted as u-7k2xq;'],
  ['somebody whose name says admin', acting('cluster-admin@example.com', 'platform-admins'), ''],
  ['a role by name of an admin', acting('arn:aws:iam::111122223333:role/Admin'), ''],
  ['anonymous', acting('system:anonymous', 'system:unauthenticated'), ''],
  ['nobody named', acting(), '(unknown)'],
];
const PROXY = 'arn:aws:iam::111122223333:role/ci';
table('impersonation', [
  ['none', {}],
  ...privileged.map(([name, given, reason]): Case => [name, given, 30, `the privileged identity ${reason}`]),
  ...others.map(([name, given]): Case => [name, given]),
  ...privileged.map(([name, given]): Case => [`${name}, by a proxy that is trusted`, { ...given, proxies: [PROXY] }]),
]);
const claiming = (extra: Record<string, string[]>): Given => ({
  finding: { actor: role({ impersonated: { username: 'u-1', extra } }) },
});
table('claimed-identity', [
  ['none', {}],
  ...others.map(([name, given, reason]): Case => [name, given, 15, reason]),
  ...privileged.map(([name, given]): Case => [`${name}, which is a threat`, given]),
  ...others.map(([name, given]): Case => [`${name}, by a proxy that is trusted`, { ...given, proxies: [PROXY] }]),
  ['by another proxy', { ...acting('bob'), proxies: ['system:serviceaccount:rancher:*'] }, 15],
  [
    'with the person, as Rancher writes it',
    claiming({ username: ['alice@example.com'] }),
    15,
    'u-1, and claims to act for alice@example.com;',
  ],
  [
    'with the identity of a provider',
    claiming({ principalid: ['github_user://1'] }),
    15,
    'to act for github_user://1;',
  ],
  ['with what names nobody', claiming({ scopes: ['x'] }), 15, 'acted as u-1; the'],
]);

const from = (actor: Finding['actor'], ...sourceIps: string[]): Partial<Finding> => ({
  actor,
  request: { at: AT, sourceIps },
});
const system: Finding['actor'] = { kind: 'system', username: 'system:kube-scheduler' };
const posture = (details: Evidence['details'], status: Evidence['status'] = 'found') => [
  evidence({ check: 'cluster-posture', status, ...(details && { details }) }),
];
table('system-from-public-address', [
  ['a component from outside', { finding: from(system, '203.0.113.9') }, 35, 'the public address 203.0.113.9'],
  ['a component from inside', { finding: from(system, '10.1.2.3') }],
  ["an address that the client set before the peer's", { finding: from(system, '203.0.113.9', '10.1.2.3') }],
  ['the peer behind what the client set', { finding: from(system, '10.1.2.3', '203.0.113.9') }, 35],
  ['IPv6 from outside', { finding: from(system, '2600:1f13::1') }, 35],
  ['no address', { finding: from(system) }],
  ['an address that is not one', { finding: from(system, '-') }],
  [
    'a service account, and an endpoint about which nothing is known',
    { finding: from(serviceAccount(), '203.0.113.9') },
  ],
  [
    'a service account, and a private endpoint',
    { finding: from(serviceAccount(), '203.0.113.9'), evidence: posture({ endpointPrivateAccess: true }) },
    35,
  ],
  [
    'a service account, and no private endpoint',
    { finding: from(serviceAccount(), '203.0.113.9'), evidence: posture({ endpointPrivateAccess: false }) },
  ],
  [
    'a service account, and no answer',
    {
      finding: from(serviceAccount(), '203.0.113.9'),
      evidence: posture({ endpointPrivateAccess: true }, 'not-checked'),
    },
  ],
  [
    'a component, and no private endpoint',
    { finding: from(system, '203.0.113.9'), evidence: posture({ endpointPrivateAccess: false }) },
    35,
  ],
  [
    'a node, and no private endpoint',
    {
      finding: from({ kind: 'node', username: 'system:node:x' }, '203.0.113.9'),
      evidence: posture({ endpointPrivateAccess: false }),
    },
  ],
  [
    'anonymous, who has an indicator of his own',
    { finding: from({ kind: 'anonymous', username: 'system:anonymous' }, '203.0.113.9') },
  ],
  [
    'EKS, which acts from public addresses',
    { finding: from({ kind: 'system', username: 'eks:addon-manager' }, '203.0.113.9') },
  ],
  ['a role from outside', { finding: from(role(), '203.0.113.9') }],
]);

table('break-glass', [
  ['none is listed', {}],
  ['the role', { breakGlass: [CI_ROLE] }, 25, 'an emergency (break-glass) role'],
  ['by pattern', { breakGlass: ['arn:aws:iam::*:role/c*'] }, 25],
  ['another role', { breakGlass: ['arn:aws:iam::*:role/break-glass'] }],
  ['by the session name, which the caller chose', { breakGlass: ['*build-7'] }],
]);

table('known-automation', [
  ['nobody is known', {}],
  ['by principal', { knownAutomation: [CI_ROLE] }, -30],
  ['by pattern', { knownAutomation: ['x', 'arn:aws:iam::*:role/c*'] }, -30],
  ['by pattern with an empty middle', { knownAutomation: ['arn:aws:iam::**role/ci'] }, -30],
  ['by a pattern whose parts would overlap', { knownAutomation: ['arn:aws:iam::111122223333:role/ci*ci'] }],
  ['by a pattern whose middle begins the text', { knownAutomation: ['*arn:aws*ci'] }, -30],
  ['by a pattern whose end would overlap its middle', { knownAutomation: ['*role/*role/ci'] }],
  ['by a pattern whose middle is missing', { knownAutomation: ['arn*nowhere*ci'] }],
  ['by a pattern for another', { knownAutomation: ['arn:aws:iam::*:role/cd*'] }],
  ['by the session name, which the caller chose', { knownAutomation: ['*build-7'] }],
  [
    'by the username of a role without ARN',
    { finding: { actor: { kind: 'iam-role', username: 'ci' } }, knownAutomation: ['ci'] },
  ],
  [
    'by the username of a service account',
    { finding: { actor: serviceAccount() }, knownAutomation: ['system:serviceaccount:*:cart'] },
    -30,
  ],
  [
    'by a username that an IAM role was given',
    { finding: { actor: role({ kind: 'user', username: 'argo' }) }, knownAutomation: ['argo'] },
  ],
  [
    'anonymous is never known',
    { finding: { actor: { kind: 'anonymous', username: 'system:anonymous' } }, knownAutomation: ['system:*'] },
  ],
  [
    'labels do not count',
    { finding: { namespace: { name: 'shop', labels: { 'app.kubernetes.io/managed-by': 'argocd' } } } },
  ],
  [
    'a role that took its name from elsewhere',
    { finding: { actor: role({ principalArn: 'x' }) }, knownAutomation: [CI_ROLE] },
  ],
]);

const named = (name: string, actor?: Finding['actor']): Given => ({
  finding: { namespace: { name }, ...(actor && { actor }) },
});
const apiServer: Finding['actor'] = { kind: 'system', username: 'system:apiserver' };
const besides = (name: string, similar: string[]): Given => ({
  ...named(name),
  evidence: [evidence({ check: 'namespace', details: { live: 'confirmed', similar } })],
});
table('lookalike-name', [
  ...[
    'shop',
    'team-a',
    'kubernetes',
    'cert-manager',
    'kube-metrics',
    'eks-addons',
    'amazon-cloudwatch',
    'monitoring',
    'vault',
    'fault',
    'eks',
    'amazonia',
    'x',
  ].map((name): Case => [`${name} is ordinary`, named(name)]),
  ['kube-systern reads like kube-system', named('kube-systern'), 25, 'can be taken for kube-system'],
  ['kube-sytem', named('kube-sytem'), 25, 'kube-system'],
  ['kube-sysetm', named('kube-sysetm'), 25, 'kube-system'],
  ['kubesystem', named('kubesystem'), 25, 'kube-system'],
  ['kub3-5ystem', named('kub3-5ystem'), 25, 'kube-system'],
  ['cube-system', named('cube-system'), 25, 'kube-system'],
  ['kubernetes-system', named('kubernetes-system'), 25, 'kube-system'],
  ['coredns', named('coredns'), 25, 'a component of the platform'],
  ['defau1t', named('defau1t'), 25, 'default'],
  ['defualt', named('defualt'), 25, 'default'],
  ['defaults', named('defaults'), 25, 'default'],
  ['a generated name', named('kube-systern*'), 25, 'kube-system'],
  [
    'what is there already',
    besides('payrnents', ['payments']),
    25,
    'resembles payments, which existed in this cluster before.',
  ],
  ['nothing like it is there', besides('payrnents', [])],
  ['kube-system by somebody', named('kube-system'), 25, 'belongs to a namespace of Kubernetes itself'],
  ['KUBE-SYSTEM, refused', named('KUBE-SYSTEM'), 25, 'kube-system'],
  ['default by somebody', named('default'), 25],
  ...['kube-system', 'kube-public', 'kube-node-lease', 'default'].map(
    (name): Case => [`${name} at bootstrap`, named(name, apiServer)],
  ),
  [
    'by a user who took the name of the API server',
    named('kube-system', { kind: 'user', username: 'system:apiserver' }),
    25,
  ],
  ['something else by the API server', named('kube-systern', apiServer), 25],
  ['no name', { finding: { namespace: {} } }],
  ['a name too long to be one', named(`kube-system-${'x'.repeat(60)}`)],
]);

test.each([
  ['10.0.0.1', false],
  ['172.31.255.255', false],
  ['172.32.0.0', true],
  ['192.168.1.1', false],
  ['100.64.0.1', false],
  ['100.128.0.1', true],
  ['127.0.0.1', false],
  ['169.254.1.1', false],
  ['198.18.0.1', false],
  ['8.8.8.8', true],
  ['203.0.113.7', true],
  ['::1', false],
  ['::', false],
  ['fd00:ec2::254', false],
  ['fe80::1%eth0', false],
  ['::ffff:10.0.0.1', false],
  ['::ffff:8.8.8.8', true],
  ['2a05:d018::1', true],
  ['-', false],
  ['', false],
  ['8.8.8.8:443', false],
  ['8.8.8', false],
  ['example.com', false],
])('%j is public: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});
