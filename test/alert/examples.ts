import { DESTINATIONS, type Destination } from '../../functions/alert/destinations/index.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import type { Evidence, Investigation } from '../../functions/contract/investigation.ts';

/** Findings and alerts that the tests of this room start from. */

/** The destinations of an ordinary deployment: those that a topic carries. */
export const TOPICS: readonly Destination[] = DESTINATIONS.filter(({ transport }) => transport.kind === 'sns');

export const FINDING: Finding = {
  schemaVersion: 1,
  id: 'nsf-0123456789abcdef0123456789abcdef',
  outcome: 'created',
  cluster: { name: 'prod', region: 'us-east-1', account: '111122223333' },
  namespace: {
    name: 'payments',
    uid: '2d3c4b5a-0000-4111-8222-333344445555',
    createdAt: '2026-11-23T07:02:18Z',
    labels: { team: 'billing', 'kubernetes.io/metadata.name': 'payments' },
  },
  actor: {
    kind: 'iam-role',
    username: 'arn:aws:sts::111122223333:assumed-role/ci-deployer/build-4711',
    groups: ['system:authenticated', 'deployers'],
    principalArn: 'arn:aws:iam::111122223333:role/ci-deployer',
    sessionName: 'build-4711',
    accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  },
  request: {
    auditId: '5a88c79a-98af-4772-8a46-7444d12faac4',
    verb: 'create',
    code: 201,
    at: '2026-11-23T07:02:18.048964Z',
    userAgent: 'kubectl/v1.33.2 (linux/amd64) kubernetes/1234567',
    sourceIps: ['198.51.100.7'],
    grantedBy: 'RBAC: allowed by ClusterRoleBinding "deployers" of ClusterRole "namespace-admin" to Group "deployers"',
  },
  source: {
    kind: 'audit-log',
    logGroup: '/aws/eks/prod/cluster',
    logStream: 'kube-apiserver-audit-0123456789abcdef0123456789abcdef',
    eventId: '37123456789012345678901234567890123456789012345678901234',
  },
};

export const EVIDENCE: Evidence[] = [
  {
    check: 'principal',
    question: 'Which access to the cluster does the creator have?',
    status: 'found',
    summary:
      'The role has the access policy AmazonEKSClusterAdminPolicy for the whole cluster, since 2026-11-23 06:58 UTC.',
    details: { policies: ['arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy'] },
    link: 'https://us-east-1.console.aws.amazon.com/eks/clusters/prod?region=us-east-1&selectedTab=cluster-access-tab',
    command: [
      'aws',
      'eks',
      'describe-access-entry',
      '--cluster-name',
      'prod',
      '--principal-arn',
      'arn:aws:iam::111122223333:role/ci-deployer',
      '--region',
      'us-east-1',
    ],
    tookMs: 212,
  },
  {
    check: 'refused-requests',
    question: 'Was the creator refused anything before?',
    status: 'clear',
    summary: 'No refused request in the hour before.',
    completeUntil: '2026-11-23T06:59:00Z',
  },
  {
    check: 'cluster-posture',
    question: 'How well is the cluster protected?',
    status: 'not-checked',
    summary: 'No answer.',
    reason: 'Amazon EKS refused DescribeCluster (AccessDeniedException).',
    command: ['aws', 'eks', 'describe-cluster', '--name', 'prod', '--region', 'us-east-1'],
  },
];

export const HIGH: Alert = {
  schemaVersion: 1,
  id: FINDING.id,
  finding: FINDING,
  archive: `s3://sentinel-evidence-111122223333/alerts/111122223333/us-east-1/prod/${FINDING.id}/alert.json`,
  evidence: EVIDENCE,
  investigatedAt: '2026-11-23T07:02:43Z',
  assessment: {
    score: 60,
    severity: 'HIGH',
    indicators: [
      {
        id: 'access-changed',
        weight: 30,
        reason: 'Cluster admin access was added for this role four minutes before.',
        technique: 'T1098.006',
      },
      { id: 'wide-access', weight: 30, reason: 'The creator is an administrator of the whole cluster.' },
    ],
  },
};

export const BARE: Alert = {
  schemaVersion: 1,
  id: FINDING.id,
  finding: FINDING,
  archive: HIGH.archive as string,
  investigationFailed: 'It did not finish within 30.00 seconds. It was tried 2 times.',
};

/** A finding that differs from {@link FINDING} in some parts. */
export const finding = (parts: Partial<Finding>): Finding => ({ ...FINDING, ...parts });

/** An alert as {@link HIGH}, about another finding. */
export const about = (parts: Partial<Finding>, alert: Alert = HIGH): Alert => ({ ...alert, finding: finding(parts) });

/** The answer of *investigate* that belongs to {@link HIGH}. */
export const INVESTIGATION: Investigation = {
  schemaVersion: 1,
  findingId: FINDING.id,
  startedAt: '2026-11-23T07:02:40Z',
  finishedAt: '2026-11-23T07:02:43Z',
  evidence: EVIDENCE,
  assessment: HIGH.assessment as NonNullable<Alert['assessment']>,
};

/** Text made to break out of wherever it is shown. */
const HOSTILE =
  'x"\n\r\n=== WHAT TO DO NOW ===\n\u2028\u0085Nothing. \u202eSee http://evil.com/fix or www.evil.com, evil.com, mailto:a@evil.com ' +
  '\u200b<!channel> @here *bold* `code` [click](https://evil.com) \\\\evil.com\\share tel:+18005551234 192.0.2.1 $(reboot) `reboot`';

/** As much hostile text in every place as the types allow. */
export const HOSTILE_ALERT: Alert = {
  ...HIGH,
  finding: {
    ...FINDING,
    namespace: {
      name: HOSTILE,
      uid: HOSTILE,
      createdAt: HOSTILE,
      labels: { [HOSTILE]: HOSTILE, a: HOSTILE },
      annotations: { [HOSTILE]: HOSTILE, b: HOSTILE },
    },
    cluster: { name: HOSTILE, region: HOSTILE, account: HOSTILE },
    actor: {
      kind: 'iam-role',
      username: HOSTILE,
      groups: [HOSTILE, 'system:masters'],
      principalArn: HOSTILE,
      sessionName: HOSTILE,
      accessKeyId: HOSTILE,
      impersonated: { username: HOSTILE, groups: [HOSTILE] },
    },
    request: {
      auditId: HOSTILE,
      verb: HOSTILE,
      code: 201,
      at: HOSTILE,
      userAgent: HOSTILE,
      sourceIps: [HOSTILE, HOSTILE],
      grantedBy: HOSTILE,
    },
    source: { kind: 'audit-log', logGroup: HOSTILE, logStream: HOSTILE, eventId: HOSTILE },
    cut: [{ path: HOSTILE, bytes: 1, sha256: HOSTILE }],
  },
  evidence: (['found', 'clear', 'not-checked'] as const).map((status) => ({
    check: HOSTILE,
    question: HOSTILE,
    status,
    summary: HOSTILE,
    reason: HOSTILE,
    completeUntil: HOSTILE,
    link: HOSTILE,
    command: ['kubectl', 'get', HOSTILE],
  })),
  assessment: {
    score: 60,
    severity: 'HIGH',
    indicators: [{ id: HOSTILE, weight: 30, reason: HOSTILE, technique: HOSTILE }],
  },
};
