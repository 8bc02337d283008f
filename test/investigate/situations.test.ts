/**
 * What each situation should lead to. First the recorded incidents, by the real checks over what the API server and
 * AWS answered; then situations made by hand, by what the checks would have found out.
 */
import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../functions/contract/finding.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { type Grade, SEVERITIES, type Severity } from '../../functions/contract/vocabulary.ts';
import { assess } from '../../functions/investigate/assess.ts';
import { RULES } from '../../functions/investigate/indicators/index.ts';
import { AT, CI_ROLE, evidence, finding, role, serviceAccount } from '../checks/examples.ts';
import { evidenceOf, findingsOf, INCIDENTS, type Look } from '../checks/incidents.ts';

/** One that is not known is in no place. */
const rank = (severity: Grade): number => (severity === 'UNKNOWN' ? Number.NaN : SEVERITIES.indexOf(severity));

describe('recorded incidents, with an empty baseline and no known automation', () => {
  const looks: Look[] = ['first', 'second'];
  const cases = INCIDENTS.flatMap((incident) => looks.map((look) => ({ incident, look, name: incident.name })));

  test('all of them are there', () => {
    expect(INCIDENTS.length).toBeGreaterThanOrEqual(6);
  });

  test.each(cases)('$name, $look look', async ({ incident, look }) => {
    const findings = findingsOf(incident);
    expect(findings).toHaveLength(incident.creations.length);
    for (const found of findings) {
      const facts = { finding: found, evidence: await evidenceOf(incident, found, look), knownAutomation: [] };
      const { assessment, failures } = assess(facts, RULES);
      expect(failures).toEqual([]);
      const { atLeast = 'LOW', atMost = 'CRITICAL' } = incident.expect[look];
      const told = `${assessment.severity}: ${assessment.indicators.map(({ id, weight }) => `${id} ${weight}`).join(', ')}`;
      if (!(rank(assessment.severity) >= rank(atLeast))) throw new Error(`below ${atLeast}: ${told}`);
      if (rank(assessment.severity) > rank(atMost)) throw new Error(`above ${atMost}: ${told}`);
      if (incident.kind === 'hostile' && look === 'second')
        expect(rank(assessment.severity)).toBeGreaterThanOrEqual(rank('HIGH'));
    }
  });
});

const FLUX = 'system:serviceaccount:flux-system:kustomize-controller';
const minutes = (count: number): string => new Date(Date.parse(AT) + count * 60_000).toISOString();
const by = (check: string, details: object): Evidence =>
  evidence({ check, details: { ...details }, completeUntil: minutes(9) });

/** Nobody has said anything of the creator: what every installation begins with. */
const NEW = by('known-creator', { principal: CI_ROLE });
const KNOWN = by('known-creator', { principal: CI_ROLE, known: { namePattern: 'shop', decidedBy: 'alice' } });
const flux: Finding['actor'] = serviceAccount({ username: FLUX });
const activity = (details: object): Evidence =>
  by('actor-activity', { more: false, firstSeen: minutes(-600), ...details });
const change = (details: object): Evidence =>
  by('access-changes', { changes: [{ at: minutes(-5), verb: 'create', source: 'audit', by: 'x', ...details }] });
const wide = { what: 'ClusterRoleBinding', name: 'b', gives: 'cluster-admin to x', wide: true };
const runs = (details: object): Evidence => by('workloads', { workloads: [], daemonSets: 0, cronJobs: 0, ...details });
const pod = (...signs: string[]) => ({ kind: 'Pod', name: 'p', signs: signs.map((sign) => ({ sign, detail: 'd' })) });
const agent = runs({ daemonSets: 1, workloads: [pod('host-path', 'host-pid', 'host-network')] });
const serves = (type: string): Evidence => by('network', { services: [{ name: 's', type, ports: [] }] });
const named = (name: string, labels: Record<string, string> = {}): Partial<Finding> => ({
  namespace: { name, uid: 'u', labels },
});
const PRIVILEGED = { 'pod-security.kubernetes.io/enforce': 'privileged' };

interface Situation {
  finding?: Partial<Finding>;
  evidence?: Evidence[];
  knownAutomation?: string[];
}

describe.each<[string, [string, Severity, Situation][]]>([
  [
    'ordinary work stays LOW before anybody has said anything',
    [
      ['a developer makes a namespace', 'LOW', { evidence: [NEW] }],
      [
        'from home, with a new client',
        'LOW',
        {
          evidence: [
            NEW,
            activity({
              addresses: [{ value: '10.0.0.7', firstSeen: minutes(-2), count: 1 }],
              userAgents: [{ value: 'kubectl', firstSeen: minutes(-2), count: 1 }],
            }),
          ],
        },
      ],
      ['and opens a LoadBalancer', 'LOW', { evidence: [NEW, serves('LoadBalancer')] }],
      [
        'and a NodePort, a CronJob, a shell in a pod',
        'LOW',
        { evidence: [NEW, serves('NodePort'), runs({ cronJobs: 2 }), activity({ exec: 3 })] },
      ],
      ['and reads its Secrets, with Helm', 'LOW', { evidence: [NEW, activity({ secretsRead: 40 })] }],
      ['a few refusals, as happen to anybody', 'LOW', { evidence: [NEW, activity({ refusedBefore: 4 })] }],
      ['GitOps that nobody has listed', 'LOW', { finding: { actor: flux }, evidence: [NEW] }],
      [
        'the same, with all that GitOps does',
        'LOW',
        {
          finding: { actor: flux },
          evidence: [
            NEW,
            activity({ secretsRead: 900, webhooksChanged: 12, tokenRequests: 5 }),
            serves('LoadBalancer'),
            runs({ cronJobs: 1, daemonSets: 1 }),
          ],
        },
      ],
      ['GitOps that is listed', 'LOW', { finding: { actor: flux }, knownAutomation: [FLUX], evidence: [NEW] }],
      [
        'an operator with a namespace that allows privileged pods',
        'LOW',
        { finding: { actor: flux, ...named('monitoring', PRIVILEGED) }, evidence: [NEW] },
      ],
      [
        'a pipeline that binds its team to edit',
        'LOW',
        {
          evidence: [
            NEW,
            change({
              what: 'RoleBinding',
              namespace: 'shop',
              gives: 'edit to Group shop',
              concerns: ['namespace', 'by-actor'],
            }),
          ],
        },
      ],
      [
        'a team that is made admin of its own namespace',
        'LOW',
        {
          evidence: [
            NEW,
            change({ ...wide, what: 'RoleBinding', namespace: 'shop', concerns: ['namespace', 'by-actor'] }),
          ],
        },
      ],
      [
        'somebody else is made cluster-admin at the same time',
        'LOW',
        { evidence: [NEW, change({ ...wide, concerns: [] })] },
      ],
      [
        'a namespace of a test run that is gone already',
        'LOW',
        { evidence: [NEW, by('namespace', { live: 'absent' })] },
      ],
      [
        'images with critical vulnerabilities',
        'LOW',
        { evidence: [NEW, by('images', { images: [{ image: 'a', status: 'scanned', bySeverity: { CRITICAL: 9 } }] })] },
      ],
      [
        'a weakness of the cluster that was there before',
        'LOW',
        { evidence: [NEW, by('cluster-weaknesses', { anonymousBindings: [{ binding: 'a', role: 'view' }] })] },
      ],
      ['a creator that a person knows', 'LOW', { evidence: [KNOWN] }],
      ['nothing is known but the record', 'LOW', {}],
    ],
  ],
  [
    'unusual things are to be looked at',
    [
      ['a name of the platform', 'MEDIUM', { finding: named('k8s-system'), evidence: [NEW] }],
      ['dozens of refusals before', 'MEDIUM', { evidence: [NEW, activity({ refusedBefore: 41 })] }],
      [
        'cluster-admin for the creator, hours before',
        'MEDIUM',
        { evidence: [NEW, change({ ...wide, at: minutes(-300), concerns: ['actor'] })] },
      ],
      [
        'an access entry made just before',
        'MEDIUM',
        { evidence: [NEW, change({ what: 'EKS access entry', concerns: ['actor'], source: 'cloudtrail' })] },
      ],
      [
        'an administrator who acts as another one',
        'MEDIUM',
        { finding: { actor: role({ impersonated: { username: 'system:admin' } }) } },
      ],
      [
        'known automation binds cluster-admin',
        'MEDIUM',
        {
          finding: { actor: flux },
          knownAutomation: [FLUX],
          evidence: [NEW, change({ ...wide, concerns: ['by-actor'] })],
        },
      ],
      [
        'GuardDuty is moderately worried about the creator',
        'MEDIUM',
        { evidence: [NEW, by('threats', { findings: [{ type: 'T', severity: 5, concerns: ['actor'] }] })] },
      ],
      [
        'what a person knows does not hide a privileged pod',
        'MEDIUM',
        { evidence: [KNOWN, runs({ workloads: [pod('privileged')] })] },
      ],
    ],
  ],
  [
    'an attack is HIGH or above',
    [
      [
        'anybody without an identity',
        'HIGH',
        { finding: { actor: { kind: 'anonymous', username: 'system:anonymous' } } },
      ],
      [
        'a stolen pipeline binds itself, and a miner runs',
        'CRITICAL',
        {
          evidence: [
            NEW,
            change({ ...wide, concerns: ['actor', 'by-actor'] }),
            runs({ workloads: [pod('miner-image')] }),
          ],
        },
      ],
      [
        'the same, although it is known automation',
        'CRITICAL',
        {
          knownAutomation: [CI_ROLE],
          evidence: [
            KNOWN,
            change({ ...wide, concerns: ['actor', 'by-actor'] }),
            runs({ workloads: [pod('miner-argument')] }),
          ],
        },
      ],
      ['a miner alone', 'HIGH', { evidence: [NEW, runs({ workloads: [pod('miner-image')] })] }],
      [
        'an entry from outside and a lookalike name',
        'HIGH',
        {
          finding: named('kube-systern'),
          evidence: [NEW, change({ what: 'EKS access entry', concerns: ['actor'], source: 'cloudtrail' })],
        },
      ],
      [
        'and its privileged DaemonSet',
        'CRITICAL',
        {
          finding: named('kube-systern', PRIVILEGED),
          evidence: [NEW, change({ what: 'EKS access entry', concerns: ['actor'], source: 'cloudtrail' }), agent],
        },
      ],
      [
        'a lookalike name and a privileged pod',
        'HIGH',
        { finding: named('kube-pub1ic'), evidence: [runs({ workloads: [pod('privileged')] })] },
      ],
      [
        'a ServiceAccount that binds elsewhere, with NodePort and CronJob',
        'CRITICAL',
        {
          finding: { actor: serviceAccount() },
          evidence: [
            NEW,
            change({ ...wide, what: 'RoleBinding', namespace: 'kube-system', concerns: ['namespace', 'by-actor'] }),
            serves('NodePort'),
            runs({ cronJobs: 1 }),
          ],
        },
      ],
      [
        'dozens of refusals, then a privileged pod',
        'HIGH',
        { evidence: [NEW, activity({ refusedBefore: 41 }), runs({ workloads: [pod('privileged', 'host-path')] })] },
      ],
      [
        'a token of the control plane from outside',
        'HIGH',
        {
          finding: {
            actor: { kind: 'system', username: 'system:kube-controller-manager' },
            request: { at: AT, sourceIps: ['203.0.113.9'] },
          },
          evidence: [NEW],
        },
      ],
      [
        'an identity of the cluster from outside, and all Secrets read',
        'HIGH',
        {
          finding: { actor: serviceAccount(), request: { at: AT, sourceIps: ['203.0.113.9'] } },
          evidence: [by('cluster-posture', { endpointPrivateAccess: true }), activity({ secretsRead: 30 })],
        },
      ],
      [
        'GuardDuty is worried about the namespace',
        'HIGH',
        { evidence: [NEW, by('threats', { findings: [{ type: 'T', severity: 8, concerns: ['namespace'] }] })] },
      ],
      [
        'a binding that is gone when looked for, and a token taken',
        'CRITICAL',
        {
          evidence: [
            NEW,
            by('permissions', { grantedBy: { kind: 'ClusterRoleBinding', binding: 'b', bindingGone: true } }),
            change({ ...wide, concerns: ['actor'] }),
            activity({ tokenRequests: 1 }),
          ],
        },
      ],
      // Nothing tells an agent from an implant: it is told of once, when it is installed.
      [
        'known automation installs an agent that owns the nodes',
        'HIGH',
        {
          finding: { actor: flux },
          knownAutomation: [FLUX],
          evidence: [NEW, runs({ daemonSets: 1, workloads: [pod('privileged')] })],
        },
      ],
      [
        'somebody installs an agent that watches the nodes, and reads Secrets as it always does',
        'MEDIUM',
        { finding: { actor: flux }, evidence: [NEW, agent, activity({ secretsRead: 39, webhooksChanged: 1 })] },
      ],
    ],
  ],
])('%s', (_, situations) => {
  test.each(situations)(
    '%s: %s',
    (_name, severity, { finding: overrides, evidence: answers = [], knownAutomation = [] }) => {
      const { assessment, failures } = assess(
        { finding: finding(overrides), evidence: answers, knownAutomation },
        RULES,
      );
      expect(failures).toEqual([]);
      expect(assessment).toMatchObject({ severity });
    },
  );
});
