/** The indicators that rest on what is in the namespace and the cluster; each row a fact, and what it weighs. */
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import type { ActSign } from '../../functions/checks/parts/act-signs.ts';
import type { LogSign } from '../../functions/checks/parts/log-signs.ts';
import type { TrafficSign } from '../../functions/checks/parts/traffic-signs.ts';
import type { WorkloadSign } from '../../functions/checks/parts/workload-signs/index.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { AT, role } from '../checks/examples.ts';
import { by, type Case, type Given, minutes, table } from './indicator-table.ts';

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
/** A DaemonSet of an add-on; who wrote in its namespace, and when an add-on was ordered. */
const byEks = (
  authenticationMode: string,
  acts: object[] | undefined,
  orderedAt?: string,
  account = '959123456789',
): Given => ({
  finding: {
    actor: role({ username: 'eks:addon-manager', principalArn: `arn:aws:iam::${account}:role/AddonManagerRole` }),
  },
  evidence: [
    by('workloads', { workloads: [workload(['privileged'], { kind: 'DaemonSet' })] }),
    by('cluster-posture', { authenticationMode }),
    by('access-changes', { changes: orderedAt ? [{ at: orderedAt, what: 'EKS add-on', concerns: [] }] : [] }),
    ...(acts ? [by('namespace-activity', { acts })] : []),
  ],
});
const writes = (sign: LogSign): Given => ({
  evidence: [by('container-logs', { groups: [], signs: [{ sign, pod: 'cart-0', firstAt: AT, lastAt: AT, lines: 1 }] })],
});
const flows = (...signs: TrafficSign[]): Given => ({
  evidence: [
    by('network', {
      services: [],
      flow: {
        status: 'read',
        signs: signs.map((sign) => ({ sign, peers: 12, addresses: ['198.51.100.7 port 3333'] })),
      },
    }),
  ],
});
/** By the audit log alone: the object may be gone. */
const logged = (sign: WorkloadSign | ActSign, on: string, status?: Evidence['status']): Given => ({
  evidence: [by('namespace-activity', { signs: [{ sign, on, namespace: 'shop', at: AT, count: 1 }] }, status)],
});
table('host-access-workload', [
  ['no evidence', {}],
  ['nothing runs', runs({ workloads: [] })],
  ...(['privileged', 'host-write', 'dangerous-capability'] as const).map(
    (sign): Case => [sign, runs({ workloads: [workload([sign])] }), 30, 'Deployment web ('],
  ),
  ...(['host-pid', 'host-network', 'host-ipc', 'host-path'] as const).map(
    (sign): Case => [`${sign}, as agents have it`, runs({ workloads: [workload([sign])] }), 20, 'Deployment web ('],
  ),
  [
    'what agents have, beside one that owns the node',
    runs({ workloads: [workload(['host-pid']), workload(['privileged'])] }),
    30,
  ],
  ['an add-on of EKS', byEks('API', [{ byActor: true }])],
  [
    'an add-on of EKS, where aws-auth could have lent it the name',
    byEks('API_AND_CONFIG_MAP', [{ byActor: true }]),
    30,
  ],
  ['the same, ordered shortly before', byEks('API_AND_CONFIG_MAP', [{ byActor: true }], minutes(-7))],
  ['the same, ordered long before', byEks('API_AND_CONFIG_MAP', [{ byActor: true }], minutes(-90)), 30],
  ['the same, ordered since', byEks('API_AND_CONFIG_MAP', [{ byActor: true }], minutes(1)), 30],
  [
    'an add-on of EKS, in which somebody else has written',
    byEks('API', [{ byActor: true }, { byActor: false, by: 'eve' }]),
    30,
  ],
  [
    'an add-on of EKS, and the control plane',
    byEks('API', [
      { byActor: true },
      { byActor: false, by: 'system:serviceaccount:kube-system:daemon-set-controller' },
    ]),
  ],
  ['an add-on of EKS, and nobody knows who wrote in it', byEks('API', undefined), 30],
  [
    "a role of the cluster's own account by the name of EKS",
    byEks('API', [{ byActor: true }], undefined, '111122223333'),
    30,
  ],
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
  ['commands that enter the node', runs({ workloads: [workload(['node-entry'])] }), 30],
  ['a pod that is gone', logged('privileged', 'Pod x1'), 30, 'Pod x1 (privileged, according to the audit log).'],
  [
    'one that is gone beside one that only watches',
    {
      evidence: [
        ...(runs({ workloads: [workload(['host-path'])] }).evidence ?? []),
        ...(logged('privileged', 'Pod x1').evidence ?? []),
      ],
    },
    30,
    "Deployment web (the host's files) and Pod x1 (privileged, according to the audit log)",
  ],
  ['a pod that is gone, of no answer', logged('privileged', 'Pod x1', 'not-checked')],
]);
table('miner', [
  ['none', runs({ workloads: [workload(['unusual-registry'])] })],
  ['by image', runs({ workloads: [workload(['miner-image'])] }), 40, 'Deployment web'],
  ['by argument', runs({ workloads: [workload(['bare-pod', 'miner-argument'])] }), 40],
  ['one that is gone', logged('miner-image', 'Pod x1'), 40],
  ['by the log', writes('mining-protocol'), 40, 'what cryptominers log: cart-0.'],
]);
table('reverse-shell', [
  ['none', runs({ workloads: [workload(['suspicious-command'])] })],
  ['one', runs({ workloads: [workload(['reverse-shell'])] }), 40, 'Deployment web'],
  ['one that is gone', logged('reverse-shell', 'Pod x1'), 40],
  ['by the log', writes('shell-session'), 40, 'cart-0'],
  ['another sign in the log', writes('mining-protocol')],
]);
table('fetched-script', [
  ['none', runs({ workloads: [workload(['reverse-shell'])] })],
  ['in a pod', runs({ workloads: [workload(['suspicious-command'])] }), 25],
  ['in fifty', runs({ workloads: [workload(['suspicious-command'], { pods: 50 })] }), 35],
  ['one that is gone', logged('suspicious-command', 'Pod x1'), 25],
  ['by the log', writes('download-and-run'), 25, 'cart-0'],
]);
table('unusual-registry', [
  ['none', runs({ workloads: [workload(['image-by-tag'])] })],
  ['one', runs({ workloads: [workload(['unusual-registry'])] }), 10],
  ['one that is gone', logged('unusual-registry', 'Pod x1'), 10],
]);
table('weak-pod', [
  ['none', runs({ workloads: [workload(['bare-pod'])] })],
  ...(
    [
      'control-plane-toleration',
      'host-port',
      'share-process-namespace',
      'privilege-escalation',
      'runs-as-root',
    ] as const
  ).map((sign): Parameters<typeof table>[1][number] => [sign, runs({ workloads: [workload([sign])] }), 10]),
]);
table('node-credentials', [
  ['nothing', runs({ workloads: [workload(['metadata-access'])] })],
  ['by argument', runs({ workloads: [workload(['node-credentials'])] }), 40, "the keys of the node's role"],
]);
table('metadata-access', [
  ['none', runs({ workloads: [workload(['bare-pod'])] })],
  ['by argument', runs({ workloads: [workload(['metadata-access'])] }), 15],
  ['by the log', writes('metadata-access'), 15, 'According to their logs'],
  ['by its traffic', flows('metadata-address'), 15, 'talk to the instance metadata service'],
  ['other traffic', flows('outside-peer')],
]);
table('pool-traffic', [
  ['none', flows('outside-peer')],
  ['some', flows('pool-port'), 25, '198.51.100.7 port 3333'],
  ['no evidence', {}],
]);
table('network-scan', [
  ['a few', flows('rejected-inside')],
  ['many', flows('scan'), 20, 'at 12 addresses'],
]);
table('rejected-traffic', [
  ['none', flows('outside-peer')],
  ['some', flows('rejected-inside'), 10],
]);
table('outside-peer', [
  ['none', flows('rejected-inside')],
  ['by HTTPS', flows('outside-peer'), 5],
  ['on another port', flows('unusual-port-outside', 'outside-peer'), 10, 'unusual ports'],
]);
table('daemonset-or-cronjob', [
  ['none', runs({ daemonSets: 0, cronJobs: 0 })],
  ['a DaemonSet', runs({ daemonSets: 1, cronJobs: 0 }), 20, '1 DaemonSet (a pod on every node)'],
  ['CronJobs', runs({ daemonSets: 0, cronJobs: 2 }), 20, '2 CronJobs'],
  ['both count once', runs({ daemonSets: 1, cronJobs: 1 }), 20, 'and 1 CronJob'],
  ['one that is gone', logged('cronjob', 'CronJob x'), 20, 'the namespace contained CronJob x.'],
]);

const exposing = (...services: [string, DetailsByCheck['network']['services'][number]['type']][]): Given => ({
  evidence: [by('network', { services: services.map(([name, type]) => ({ name, type, ports: [] })) })],
});
table('node-port', [
  ['none', exposing()],
  ['a LoadBalancer', exposing(['a', 'LoadBalancer'])],
  ['one that is gone', logged('node-port', 'services a'), 15, 'by NodePort: services a.'],
  ['one', exposing(['a', 'NodePort'], ['b', 'LoadBalancer']), 15, 'NodePort: a.'],
]);
table('load-balancer', [
  ['a NodePort', exposing(['a', 'NodePort'])],
  ['one that is gone', logged('load-balancer', 'services a'), 15],
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
const sequence = (...concerns: DetailsByCheck['threats']['findings'][number]['concerns']) => ({
  ...guard(9, ...concerns),
  sequence: true,
});
table('attack-sequence', [
  ['none', threats()],
  ['no sequence', threats(guard(9, 'namespace'))],
  ['in the namespace', threats(sequence('namespace')), 75, 'which involves the namespace'],
  ['by the creator', threats(guard(8, 'namespace'), sequence('actor')), 75, 'which involves the creator'],
  ['on the cluster', threats(sequence('cluster')), 75, 'which involves the cluster'],
  ['the closest counts', threats(sequence('cluster'), sequence('namespace')), 75],
]);
table('guardduty', [
  ['a sequence, which counts by itself', threats(sequence('namespace'))],
  ['none', threats()],
  ['critical', threats(guard(9, 'namespace')), 75],
  ['high, about the namespace', threats(guard(8, 'namespace')), 50, 'severity 8) about the namespace'],
  ['high, about the creator', threats(guard(7, 'actor')), 50, 'about the creator'],
  ['medium', threats(guard(5, 'actor')), 25],
  ['low', threats(guard(2, 'actor')), 5],
  ['the worst counts', threats(guard(2, 'actor'), guard(8, 'actor'), guard(5, 'actor')), 50],
  ['elsewhere in the cluster', threats(guard(8, 'cluster'))],
]);
table('guardduty-elsewhere', [
  ['high', threats(guard(8, 'cluster')), 10, 'elsewhere'],
  ['medium', threats(guard(5, 'cluster'))],
  ['about the namespace', threats(guard(8, 'namespace'))],
  ['a sequence, which counts by itself', threats(sequence('cluster'))],
]);

const scanned = (...images: DetailsByCheck['images']['images']): Given => ({ evidence: [by('images', { images })] });
table('critical-vulnerabilities', [
  ['none', scanned({ image: 'a', status: 'scanned', bySeverity: { MEDIUM: 9 } })],
  ['some', scanned({ image: 'a', status: 'scanned', bySeverity: { CRITICAL: 1 } }), 10, 'critical vulnerabilities: a.'],
  ['high ones', scanned({ image: 'a', status: 'scanned', bySeverity: { HIGH: 1 } }), 5, 'high vulnerabilities: a.'],
  ['not scanned', scanned({ image: 'a', status: 'not-checked' })],
]);
table('malicious-package', [
  ['none', scanned({ image: 'a', status: 'scanned', worst: [{ id: 'CVE-2026-1', severity: 'CRITICAL' }] })],
  [
    'one',
    scanned({ image: 'a', status: 'scanned', worst: [{ id: 'MAL-2026-17', severity: 'CRITICAL', package: 'p' }] }),
    40,
    'MAL-2026-17 in a',
  ],
  ['no evidence', {}],
]);

const weak = (details: Partial<DetailsByCheck['cluster-weaknesses']>): Given => ({
  evidence: [by('cluster-weaknesses', details)],
});
table('anonymous-binding', [
  ['none', weak({ anonymousBindings: [] })],
  ['not looked at', weak({})],
  ['some', weak({ anonymousBindings: [{ binding: 'anon', role: 'view' }] }), 5, 'anon (view)'],
]);

const marked = (...marks: object[]): Given => ({ evidence: [by('origin', { marks })] });
table('forged-origin', [
  [
    'a mark of an object that is not there',
    marked({ key: 'a/name', value: 'x', verdict: 'forged', why: 'there is no Application x' }),
    20,
    'carries the mark a/name of a GitOps tool, and there is no Application x',
  ],
  ['a mark that is confirmed', marked({ key: 'k', verdict: 'confirmed' })],
  ['a mark that cannot be confirmed', marked({ key: 'k', verdict: 'not-confirmed' })],
  ['no mark', marked()],
]);
