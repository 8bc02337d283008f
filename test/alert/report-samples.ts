/** Alerts that the tests of the report start from: an intrusion told by every check, and its opposites. */
import type { CheckName, DetailsByCheck } from '../../functions/checks/index.ts';

import type { Alert } from '../../functions/contract/alert.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { BARE, FINDING, HOSTILE_ALERT } from './examples.ts';

const INTRUDER = 'arn:aws:iam::111122223333:role/support-diagnostics';
const TERRAFORM = 'arn:aws:iam::111122223333:user/terraform';
const POLICY = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';
const CONSOLE = 'https://us-east-1.console.aws.amazon.com/eks/home?region=us-east-1#/clusters/shop-production';
const LOGS =
  'https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Faws$252Feks$252Fshop-production$252Fcluster';

const INTRUSION_FINDING: Finding = {
  ...FINDING,
  id: 'nsf-7d1c93aa5be04f1f8f0e4c3a2b1d0e9f',
  cluster: { name: 'shop-production', region: 'us-east-1', account: '111122223333' },
  namespace: {
    name: 'kube-systern',
    uid: '0288d77f-24e1-40fd-b517-1e1544d0c27b',
    createdAt: '2026-11-23T07:02:18Z',
    labels: { 'kubernetes.io/metadata.name': 'kube-systern', 'pod-security.kubernetes.io/enforce': 'privileged' },
    annotations: { owner: 'platform@example.com' },
  },
  actor: {
    kind: 'iam-role',
    username: 'arn:aws:sts::111122223333:assumed-role/support-diagnostics/aws-go-sdk-1795460516',
    groups: ['system:authenticated'],
    principalArn: INTRUDER,
    sessionName: 'aws-go-sdk-1795460516',
    accessKeyId: 'ASIAC6014368A1E2400F',
  },
  request: {
    ...FINDING.request,
    userAgent: 'curl/8.14.1',
    sourceIps: ['198.51.100.77'],
    grantedBy: `EKS Access Policy: allowed by ClusterRoleBinding "${INTRUDER}+${POLICY}" of ClusterRole "${POLICY}" to User "AROAFCBCC8D838204FB7A"`,
  },
};

const FLAGS = { completeUntil: '2026-11-23T07:07:12Z', tookMs: 214 };

/** As the checks write them. */
const BRIEFS: Partial<Record<CheckName, string>> = {
  namespace: 'Confirmed: the namespace exists; it contains 4 pods.',
  principal: 'IAM role support-diagnostics has an access entry with 1 access policy.',
  permissions:
    'Allowed by EKS access policy AmazonEKSClu[...]AdminPolicy. The creator now has full control of the cluster.',
  'access-changes': 'Rights changed: EKS access policy AmazonEKSClusterAdminPolicy (whole cluster) and 1 more.',
  'actor-activity': 'The creator made 214 requests from 2 addresses, including 37 refused and 14 reads of Secrets.',
  'refused-requests': '39 requests refused, 37 of them by the creator.',
  workloads: 'Suspicious: DaemonSet kube-proxy-agent (privileged, host-path); 4 pods.',
  images: 'Critical or high findings in 1 of 2 images; 1 image not scanned.',
  network: 'Exposed by LoadBalancer gate; 1 peer outside the VPC.',
  threats: 'GuardDuty found CryptoCurrency:Runtime/BitcoinTool.B!DNS.',
  owner: 'Likely contact: platform-team@example.com.',
};

/** With details of the type agreed for the check. */
const found = <K extends CheckName>(
  check: K,
  question: string,
  summary: string,
  details: DetailsByCheck[K],
  rest: Partial<Evidence> = {},
): Evidence => ({
  check,
  question,
  status: 'found',
  summary,
  ...(BRIEFS[check] && { brief: BRIEFS[check] }),
  details: details as unknown as Record<string, unknown>,
  ...FLAGS,
  ...rest,
});

const INTRUSION_EVIDENCE: Evidence[] = [
  found(
    'namespace',
    'Does the namespace exist as recorded, which tool made it, and what is in it?',
    'Confirmed: the namespace kube-systern exists with the recorded UID, created at 2026-11-23T07:02:18Z, written by curl; Pod Security enforce=privileged; it contains 4 pods, 1 DaemonSet, 1 CronJob.',
    {
      live: 'confirmed',
      uid: '0288d77f-24e1-40fd-b517-1e1544d0c27b',
      phase: 'Active',
      createdAt: '2026-11-23T07:02:18Z',
      labels: { 'kubernetes.io/metadata.name': 'kube-systern', 'pod-security.kubernetes.io/enforce': 'privileged' },
      annotations: { owner: 'platform@example.com' },
      podSecurity: { enforce: 'privileged' },
      managers: ['curl'],
      inventory: [
        { kind: 'Pod', count: 4, complete: true },
        { kind: 'DaemonSet.apps', count: 1, complete: true },
        { kind: 'CronJob.batch', count: 1, complete: true },
        { kind: 'Event', count: 500, complete: false },
      ],
      notListed: ['Lease.coordination.k8s.io'],
      quotas: [],
    },
    {
      link: `${CONSOLE}?selectedTab=cluster-resources-tab`,
      command: ['kubectl', 'get', 'namespace', 'kube-systern', '--output', 'yaml'],
    },
  ),
  found(
    'principal',
    'Which AWS identity is the creator, and what lets it into the cluster?',
    'IAM role support-diagnostics of account 111122223333 has an access entry (STANDARD) with no groups and access policies AmazonEKSClusterAdminPolicy (whole cluster).',
    {
      identity: {
        type: 'role',
        name: 'support-diagnostics',
        account: '111122223333',
        crossAccount: false,
        credentials: 'temporary',
      },
      accessEntry: {
        principalArn: INTRUDER,
        type: 'STANDARD',
        username: 'arn:aws:sts::111122223333:assumed-role/support-diagnostics/{{SessionName}}',
        kubernetesGroups: [],
        createdAt: '2026-11-23T06:57:51Z',
        modifiedAt: '2026-11-23T06:57:51Z',
      },
      accessPolicies: [
        {
          policyArn: POLICY,
          scope: 'cluster',
          namespaces: [],
          associatedAt: '2026-11-23T06:58:02Z',
          modifiedAt: '2026-11-23T06:58:02Z',
        },
      ],
    },
    {
      link: `${CONSOLE}?selectedTab=cluster-access-tab`,
      command: [
        'aws',
        'eks',
        'describe-access-entry',
        '--cluster-name',
        'shop-production',
        '--principal-arn',
        INTRUDER,
        '--region',
        'us-east-1',
      ],
    },
  ),
  found(
    'permissions',
    'What allowed the creator to do this, and what else can it do now?',
    'Allowed by the EKS access policy AmazonEKSClusterAdminPolicy (made at 2026-11-23T06:58:02Z); it allows everything. The actor now has full control of the cluster.',
    {
      grantedBy: {
        kind: 'EKS access policy',
        accessPolicyArn: POLICY,
        role: POLICY,
        subject: 'User "AROAFCBCC8D838204FB7A"',
        binding: `${INTRUDER}+${POLICY}`,
        bindingCreatedAt: '2026-11-23T06:58:02Z',
        wildcard: true,
      },
      may: [
        { right: 'everything (cluster-admin)', allowed: true, by: 'EKS access policy AmazonEKSClusterAdminPolicy' },
        { right: 'read Secrets of all namespaces', allowed: true, by: 'EKS access policy AmazonEKSClusterAdminPolicy' },
        { right: 'run commands in all pods', allowed: true, by: 'EKS access policy AmazonEKSClusterAdminPolicy' },
        { right: 'approve certificate requests', allowed: false },
      ],
      unknown: ['act as anybody (impersonate): no answer in time'],
    },
    {
      command: [
        'kubectl',
        'auth',
        'can-i',
        '--list',
        `--as=${INTRUSION_FINDING.actor.username}`,
        '--as-group=system:authenticated',
      ],
    },
  ),
  found(
    'access-changes',
    'Were roles, bindings or cluster access changed recently, and does any change concern this namespace or its creator?',
    '3 changes of rights since 2026-11-22T07:02:00.000Z, 2 about the creator or the namespace.',
    {
      changes: [
        {
          at: '2026-11-23T06:58:02Z',
          verb: 'AssociateAccessPolicy',
          what: 'EKS access policy',
          name: INTRUDER,
          by: TERRAFORM,
          gives: `AmazonEKSClusterAdminPolicy (whole cluster) to ${INTRUDER}`,
          wide: true,
          concerns: ['actor'],
          source: 'cloudtrail',
        },
        {
          at: '2026-11-23T06:57:51Z',
          verb: 'CreateAccessEntry',
          what: 'EKS access entry',
          name: INTRUDER,
          by: TERRAFORM,
          gives: `entry to ${INTRUDER}`,
          concerns: ['actor'],
          source: 'cloudtrail',
        },
        {
          at: '2026-11-22T16:20:11.104211Z',
          verb: 'patch',
          what: 'ConfigMap',
          name: 'aws-auth',
          namespace: 'kube-system',
          by: 'eks:nodegroup-manager',
          concerns: [],
          code: 200,
          source: 'audit',
        },
      ],
      total: 3,
      notAsked: [],
    },
    {
      completeUntil: '2026-11-23T06:52:12Z',
      link: LOGS,
      command: [
        'aws',
        'logs',
        'filter-log-events',
        '--region',
        'us-east-1',
        '--log-group-name',
        '/aws/eks/shop-production/cluster',
        '--start-time',
        '1795376100000',
        '--filter-pattern',
        '{ $.objectRef.apiGroup = "rbac.authorization.k8s.io" && $.verb != "get" }',
      ],
    },
  ),
  found(
    'actor-activity',
    'What else did the creator do in the cluster?',
    '214 requests (since 2026-11-22T07:02:00.000Z, the first at 2026-11-23T06:58:31.004Z), from 2 addresses: 37 refused, 14 reads of Secrets, 2 into running pods, 2 namespaces created.',
    {
      from: '2026-11-22T07:02:00Z',
      total: 214,
      more: false,
      firstSeen: '2026-11-23T06:58:31.004Z',
      lastSeen: '2026-11-23T07:06:40.551Z',
      byVerb: [
        { verb: 'list', resource: 'secrets', count: 14, refused: 0 },
        { verb: 'create', resource: 'pods/exec', count: 2, refused: 0 },
        { verb: 'create', resource: 'namespaces', count: 3, refused: 1 },
        { verb: 'get', resource: 'nodes/proxy', count: 36, refused: 36 },
      ],
      refusedBefore: 37,
      secretsRead: 14,
      exec: 2,
      impersonations: 0,
      tokenRequests: 1,
      refusedThings: 2,
      probed: [],
      namespacesRefused: [],
      accountsTaken: [],
      signs: [],
      webhooksChanged: 0,
      addresses: [
        { value: '198.51.100.77', firstSeen: '2026-11-23T06:58:31.004Z', count: 209 },
        { value: '203.0.113.9', firstSeen: '2026-11-23T07:04:12.230Z', count: 5 },
      ],
      userAgents: [
        { value: 'curl/8.14.1', firstSeen: '2026-11-23T06:58:31.004Z', count: 200 },
        { value: 'kubectl/v1.33.2 (linux/amd64) kubernetes/1234567', firstSeen: '2026-11-23T07:04:12.230Z', count: 14 },
      ],
      namespacesCreated: [
        { name: 'kube-systern', at: '2026-11-23T07:02:18.048964Z' },
        { name: 'tmp-x1', at: '2026-11-23T07:01:55.300Z' },
      ],
    },
    { link: LOGS },
  ),
  found(
    'refused-requests',
    'Which unauthorised actions were attempted in the cluster?',
    '39 requests were refused since 2026-11-22T07:02:00.000Z: 37 by the creator, the others by 1 other identity.',
    {
      from: '2026-11-22T07:02:00Z',
      total: 39,
      more: false,
      groups: [
        {
          actor: INTRUDER,
          verb: 'get',
          resource: 'nodes/proxy',
          code: 403,
          count: 36,
          lastAt: '2026-11-23T07:00:47.900Z',
          isActor: true,
        },
        {
          actor: INTRUDER,
          verb: 'create',
          resource: 'namespaces',
          code: 403,
          count: 1,
          lastAt: '2026-11-23T06:58:40.100Z',
          isActor: true,
        },
        {
          actor: 'arn:aws:iam::111122223333:role/Viewer',
          verb: 'list',
          resource: 'secrets',
          code: 403,
          count: 2,
          lastAt: '2026-11-23T05:12:31.000Z',
          isActor: false,
        },
      ],
    },
  ),
  found(
    'api-server-logs',
    'Did the API server or its authenticator report errors about the creator?',
    'About the creator or its address: 1 failure of the authenticator, 0 errors of the API server.',
    {
      authenticatorFailures: [
        {
          at: '2026-11-23T06:57:02.000Z',
          line: `level=warning msg="access denied" client="127.0.0.1:51234" error="ARN is not mapped" arn="${INTRUDER}"`,
        },
      ],
      apiServerErrors: [],
      total: 1,
      denials: 1,
    },
  ),
  {
    check: 'container-logs',
    question: 'What do the logs of its containers and nodes show?',
    status: 'not-checked',
    summary: 'Not checked: there is no log group of Container Insights',
    reason: 'there is no log group of Container Insights',
  },
  found(
    'workloads',
    'What runs in the namespace, and is any of it dangerous?',
    '2 workloads, 4 pods (4 running), including 1 DaemonSet and 1 CronJob; suspicious: DaemonSet kube-proxy-agent (privileged, host-path, host-pid, host-network, miner-image).',
    {
      workloads: [
        {
          kind: 'DaemonSet',
          name: 'kube-proxy-agent',
          createdAt: '2026-11-23T07:03:05Z',
          serviceAccount: 'default',
          pods: 3,
          images: ['docker.io/library/alpine:3.20', 'docker.io/cloudmetrics/xmrig:6.21.0'],
          signs: [
            { sign: 'privileged', detail: 'container kube-proxy' },
            { sign: 'host-path', detail: 'volume host is / of the node' },
            { sign: 'host-pid', detail: 'hostPID of the node' },
            { sign: 'miner-image', detail: 'docker.io/cloudmetrics/xmrig:6.21.0' },
            { sign: 'image-by-tag', detail: 'docker.io/library/alpine:3.20' },
          ],
        },
        {
          kind: 'CronJob',
          name: 'refresh',
          createdAt: '2026-11-23T07:05:30Z',
          serviceAccount: 'default',
          pods: 1,
          images: ['docker.io/library/busybox:1'],
          signs: [],
        },
      ],
      total: 2,
      daemonSets: 1,
      cronJobs: 1,
      pods: { total: 4, running: 4 },
      images: [
        {
          image: 'docker.io/cloudmetrics/xmrig:6.21.0',
          digest: `sha256:${'ab'.repeat(32)}`,
          registry: 'docker.io',
          pods: 3,
        },
        { image: 'docker.io/library/busybox:1', registry: 'docker.io', pods: 1 },
      ],
      podIps: ['10.0.3.17', '10.0.4.22', '10.0.5.9'],
    },
  ),
  found(
    'images',
    'Are the images in the namespace known to be vulnerable or malicious?',
    '1 of 2 images scanned, 1 of them with critical or high findings; not checked: 1 outside ECR.',
    {
      images: [
        {
          image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/tools:3',
          digest: `sha256:${'cd'.repeat(32)}`,
          status: 'scanned',
          bySeverity: { CRITICAL: 3, HIGH: 11 },
          worst: [{ id: 'CVE-2026-10001', severity: 'CRITICAL', package: 'openssl' }],
        },
        { image: 'docker.io/cloudmetrics/xmrig:6.21.0', status: 'not-checked', reason: 'outside ECR' },
      ],
    },
  ),
  found(
    'network',
    'What exposes the namespace to the network, and which peers do its pods talk to?',
    'Exposed by Service gate (LoadBalancer 443:31555/TCP). No NetworkPolicy. Traffic: 2 peers, 1 outside the VPC, 0 with rejected packets.',
    {
      services: [
        { name: 'gate', type: 'LoadBalancer', ports: ['443:31555/TCP'], address: 'a1b2.elb.us-east-1.amazonaws.com' },
      ],
      ingresses: [],
      networkPolicies: [],
      flow: {
        status: 'read',
        talkers: [
          { address: '192.0.2.55', port: 3333, bytes: 48_211_904, rejected: 0, outsideVpc: true },
          { address: '10.0.0.2', port: 53, bytes: 20_110, rejected: 0, outsideVpc: false },
        ],
      },
      publicEndpoint: { open: true, cidrs: ['0.0.0.0/0'] },
    },
  ),
  found(
    'threats',
    'Did GuardDuty find a threat in the cluster or the namespace, or about the creator?',
    '1 finding of GuardDuty since 2026-11-22T07:02:00.000Z, 1 about the namespace or the creator; the most severe: CryptoCurrency:Runtime/BitcoinTool.B!DNS (severity 8).',
    {
      findings: [
        {
          id: '4ac1d6a0b5c2e7f8',
          type: 'CryptoCurrency:Runtime/BitcoinTool.B!DNS',
          severity: 8,
          title: 'A pod queries the domain of a mining pool.',
          updatedAt: '2026-11-23T07:05:58Z',
          concerns: ['namespace'],
        },
      ],
      total: 1,
      malwareScans: [
        [
          'aws',
          'guardduty',
          'start-malware-scan',
          '--resource-arn',
          'arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0',
        ],
      ],
    },
  ),
  {
    check: 'cluster-posture',
    question: 'How exposed is the cluster, and are its logs on?',
    status: 'found',
    summary: 'Weak: the public endpoint is open to 0.0.0.0/0.',
    details: {
      version: '1.36',
      endpointPublicAccess: true,
      publicAccessCidrs: ['0.0.0.0/0'],
      authenticationMode: 'API',
      logTypes: ['api', 'audit', 'authenticator'],
      weak: ['the public endpoint is open to 0.0.0.0/0'],
      notes: [],
      unknown: [],
    },
    ...FLAGS,
  },
  found(
    'cluster-weaknesses',
    "What do the cluster's own objects leave open?",
    'Open: 1 binding to anonymous users; 6 namespaces without NetworkPolicy (apps-checkout, apps-payments, …).',
    {
      anonymousBindings: [{ binding: 'debug-all', role: 'view' }],
      wideBindings: [
        { binding: 'devs', role: 'edit', subject: 'Group "system:authenticated"', why: 'it may change most objects' },
      ],
      defaultServiceAccountBindings: [],
      namespacesWithoutNetworkPolicy: ['apps-checkout', 'apps-payments', 'default'],
      namespacesWithoutPodSecurity: ['apps-checkout', 'default'],
      totals: { namespaces: 6, anonymousBindings: 1, wideBindings: 1 },
    },
  ),
  found(
    'owner',
    'Who can say whether this was intentional?',
    'Likely contact: platform-team@example.com (the configuration names it for arn:aws:iam::111122223333:role/*); 1 more in the report.',
    {
      contacts: [
        {
          contact: 'platform-team@example.com',
          why: 'the configuration names it for arn:aws:iam::111122223333:role/*',
        },
        { contact: 'platform@example.com', why: 'the annotation owner of the namespace, whose creator chose it' },
      ],
      message:
        'Hello,\n\nwe saw that a namespace was created, and would like to know whether it was intentional.\n\nWhat: the namespace "kube-systern" in the cluster "shop-production" (us-east-1)\nWhen: 2026-11-23 07:02:18 UTC\nWho:  arn:aws:iam::111122223333:role/support-diagnostics\n\nThank you!',
    },
  ),
];

export const INTRUSION: Alert = {
  schemaVersion: 1,
  id: INTRUSION_FINDING.id,
  finding: INTRUSION_FINDING,
  evidence: INTRUSION_EVIDENCE,
  investigatedAt: '2026-11-23T07:07:13Z',
  assessment: {
    score: 100,
    severity: 'CRITICAL',
    indicators: [
      {
        id: 'miner',
        weight: 40,
        reason: 'A pod runs the image of a cryptocurrency miner.',
        technique: 'T1496',
        check: 'workloads',
      },
      {
        id: 'recent-access-change',
        weight: 30,
        reason: "The creator's access policy was associated 4 minutes before the request.",
        technique: 'T1098.006',
        check: 'principal',
      },
      {
        id: 'privileged-pods',
        weight: 30,
        reason: 'Privileged pods were made in the namespace.',
        technique: 'T1611',
        check: 'workloads',
      },
      {
        id: 'lookalike-name',
        weight: 25,
        reason: 'The name kube-systern can be taken for kube-system.',
        technique: 'T1036.005',
      },
      {
        id: 'refused-before',
        weight: 15,
        reason: 'The creator was refused 37 times before.',
        check: 'refused-requests',
      },
      { id: 'new-address', weight: 0, reason: 'The address was not seen before.' },
    ],
    couldChange: [{ check: 'container-logs', upTo: 10 }],
  },
};

/** Ordinary work of a known pipeline. */
export const ROUTINE: Alert = {
  ...INTRUSION,
  finding: FINDING,
  id: FINDING.id,
  evidence: INTRUSION_EVIDENCE.filter(({ check }) => ['cluster-posture', 'owner'].includes(check)).concat({
    check: 'refused-requests',
    question: 'Which unauthorised actions were attempted in the cluster?',
    status: 'clear',
    summary: 'No request was refused.',
    completeUntil: '2026-11-23T07:00:00Z',
  }),
  assessment: {
    score: 0,
    severity: 'LOW',
    indicators: [
      { id: 'known-automation', weight: -30, reason: 'The creator is known automation.' },
      { id: 'new-address', weight: 15, reason: 'The address was not seen before.' },
    ],
  },
};

const { grantedBy: _, ...ungranted } = INTRUSION_FINDING.request;
/** Nothing was created. */
export const DENIED: Alert = {
  ...INTRUSION,
  finding: {
    ...INTRUSION_FINDING,
    outcome: 'attempt-denied',
    namespace: { name: 'kube-systern' },
    request: { ...ungranted, code: 403 },
  },
  evidence: INTRUSION_EVIDENCE.filter(({ check }) =>
    ['principal', 'actor-activity', 'refused-requests'].includes(check),
  ),
  assessment: { score: 40, severity: 'MEDIUM', indicators: INTRUSION.assessment?.indicators.slice(3, 5) ?? [] },
};

/** No check gave an answer. */
export const BLIND: Alert = {
  ...INTRUSION,
  evidence: INTRUSION_EVIDENCE.map(({ check, question }) => {
    const reason = 'no answer within 10 s, the time limit of this check';
    return { check, question, status: 'not-checked', summary: `Not checked: ${reason}`, reason };
  }),
  assessment: { score: 25, severity: 'MEDIUM', indicators: INTRUSION.assessment?.indicators.slice(3, 4) ?? [] },
};

/** A later look found more. */
export const UPDATE: Alert = { ...INTRUSION, update: { previous: 'HIGH', look: 1, newIndicators: ['miner'] } };

/** As much as an investigation may hold, about 200 KB. */
export const HUGE: Alert = {
  ...INTRUSION,
  evidence: INTRUSION_EVIDENCE.map((item) => {
    if (item.check === 'workloads') {
      const [workload] = (item.details as unknown as DetailsByCheck['workloads']).workloads;
      const workloads = Array.from({ length: 50 }, (_, index) => ({
        ...workload,
        name: `agent-${index}-${'x'.repeat(200)}`,
      }));
      return { ...item, details: { ...item.details, workloads, total: 4_211 } };
    }
    if (item.check === 'api-server-logs') {
      const lines = Array.from({ length: 120 }, (_, index) => ({
        at: new Date(Date.parse('2026-11-23T06:00:00Z') + index * 61_000).toISOString(),
        line: `level=warning msg="access denied" <&'"> ${'word '.repeat(120)}`,
      }));
      return { ...item, details: { authenticatorFailures: lines, apiServerErrors: lines, total: 9_000 } };
    }
    return item;
  }),
};

export const SAMPLES: Record<string, Alert> = {
  intrusion: INTRUSION,
  update: UPDATE,
  routine: ROUTINE,
  denied: DENIED,
  blind: BLIND,
  huge: HUGE,
  bare: BARE,
  hostile: HOSTILE_ALERT,
};
