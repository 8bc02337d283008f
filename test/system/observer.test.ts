/** The observer's identity and the checks that use it, against the real API server and authenticator. */
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { EKSClient } from '@aws-sdk/client-eks';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import type { Check, CheckAnswer } from '../../functions/checks/check.ts';
import { clusterWeaknesses } from '../../functions/checks/cluster-weaknesses.ts';
import { CHECKS, type DetailsByCheck } from '../../functions/checks/index.ts';
import { namespace } from '../../functions/checks/namespace.ts';
import { RIGHTS } from '../../functions/checks/parts/rights.ts';
import { namespaceReader } from '../../functions/checks/parts/target.ts';
import { permissions } from '../../functions/checks/permissions.ts';
import { workloads } from '../../functions/checks/workloads.ts';
import { AwsEks } from '../../functions/clients/aws/aws-eks.ts';
import { EksKubernetes } from '../../functions/clients/kubernetes/eks-kubernetes.ts';
import { KubeApi } from '../../functions/clients/kubernetes/kube-api.ts';
import { Kubeconfig } from '../../functions/clients/kubernetes/kubeconfig.ts';
import type { Kubernetes } from '../../functions/clients/kubernetes/kubernetes.ts';
import { localCloud } from '../../functions/clients/local/cloud.ts';
import { LocalLogSearch } from '../../functions/clients/local/log-search.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import { judge } from '../../functions/detect/judge.ts';
import { runCheck } from '../../functions/investigate/run-check.ts';
import { run } from '../../tools/twin/commands.ts';
import { clientSettings, GITOPS } from '../../tools/twin/identities.ts';
import { type Credentials, type KubeAnswer, type KubeRequest, kubeconfig, kubeRequest } from '../../tools/twin/kube.ts';
import { startTwin, type Twin } from '../../tools/twin/twin.ts';
import { compare, EVERYBODY, everyAttempt, type Rule, rightsOf } from './attempts.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';

const GROUP = 'namespace-sentinel:observer';
const STAGED = 'staged';

let twin: Twin;
/** As the investigation's role gets in: by its own IAM session. */
let observer: Kubernetes;
let token: Credentials;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

const kubectl = (args: string[], input?: string) =>
  run(twin.binaries.kubectl, [`--kubeconfig=${twin.adminKubeconfig}`, ...args], input ? { input } : {});
const ask = (who: Credentials, request: KubeRequest): Promise<KubeAnswer> =>
  kubeRequest(twin.endpoint, who, request, agent);
const signal = () => AbortSignal.timeout(30_000);

beforeAll(async () => {
  twin = await startTwin(progress());
  await kubectl(['apply', '-k', 'cluster/']);
  const { emulator, identities } = twin;
  const settings = clientSettings(emulator);
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: identities.arnOfRoot() }, Action: 'sts:AssumeRole' }],
  };
  const role = { RoleName: 'Observer', AssumeRolePolicyDocument: JSON.stringify(trust) };
  await new IAMClient(settings).send(new CreateRoleCommand(role));
  await identities.grant(identities.arn('role', 'Observer'), { groups: [GROUP] });
  const eks = new AwsEks(new EKSClient(settings));
  const access = new EksKubernetes({
    eks,
    credentials: () => identities.assume('Observer', 'investigate'),
    api: (config) => new KubeApi(config),
  });
  observer = await access.connect(
    { name: emulator.cluster, region: emulator.region, account: emulator.account },
    signal(),
  );
  token = await identities.roleToken('Observer', 'investigate');
}, BRING_UP_MS);
afterAll(async () => {
  agent.destroy();
  await twin?.close();
});

describe('the observer', () => {
  const data = Buffer.from('very-secret').toString('base64');
  beforeAll(async () => {
    const metadata = { name: 'staged', namespace: 'kube-system' };
    await kubectl(
      ['apply', '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata, data: { key: data } }),
    );
  });

  test('gets in by its own IAM session, and reads', async () => {
    expect(await observer.read('/api/v1/namespaces/kube-system', signal())).toMatchObject({ kind: 'Namespace' });
    expect(await observer.read('/api/v1/namespaces/none', signal())).toBeUndefined();
    const kinds = await observer.kinds(signal());
    expect(kinds).toContainEqual(
      expect.objectContaining({ apiVersion: 'apps/v1', kind: 'DaemonSet', namespaced: true }),
    );
  });

  test('gets in by certificate just so, as the command line does', async () => {
    await twin.certificates.issue({ name: 'observer', commonName: 'somebody', organizations: [GROUP] });
    const file = join(twin.processes.folder, 'observer.kubeconfig');
    writeFileSync(file, kubeconfig(twin.endpoint, 'observer', twin.certificates.pair('observer')), { mode: 0o600 });
    const kubernetes = new KubeApi(new Kubeconfig({ kubeconfig: file }));
    expect((await kubernetes.list('/api/v1/nodes', signal()).catch((error) => error)).code).toBe(403);
    expect((await kubernetes.list('/api/v1/namespaces', signal())).items.length).toBeGreaterThan(0);
  });

  test('has the rules of its role, those of everybody, and no others', async () => {
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      spec: { namespace: 'kube-system' },
    };
    const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
    const review = (await ask(token, { method: 'POST', path, body })).json as { status: { resourceRules: Rule[] } };
    const [role] = parseAllDocuments(readFileSync('cluster/roles/observer.yaml', 'utf8')).map((each) => each.toJS());
    expect(rightsOf(review.status.resourceRules).sort()).toEqual([...rightsOf(role.rules), ...EVERYBODY].sort());
  });

  test.each<[string, KubeRequest]>([
    ['get a Secret', { path: '/api/v1/namespaces/kube-system/secrets/staged' }],
    ['list Secrets', { path: '/api/v1/namespaces/kube-system/secrets' }],
    ['list Secrets of all namespaces', { path: '/api/v1/secrets' }],
    ['watch Secrets', { path: '/api/v1/secrets?watch=1' }],
    ['list one Secret by field', { path: '/api/v1/secrets?fieldSelector=metadata.name%3Dstaged' }],
    [
      'list the metadata of Secrets',
      {
        path: '/api/v1/secrets',
        headers: { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' },
      },
    ],
    [
      'get the metadata of a Secret',
      {
        path: '/api/v1/namespaces/kube-system/secrets/staged',
        headers: { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' },
      },
    ],
    [
      'list Secrets as a table',
      { path: '/api/v1/secrets', headers: { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' } },
    ],
    ['list ConfigMaps', { path: '/api/v1/configmaps' }],
    [
      'get a token',
      {
        method: 'POST',
        path: '/api/v1/namespaces/kube-system/serviceaccounts/default/token?dryRun=All',
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
      },
    ],
    [
      'impersonate',
      {
        path: '/api/v1/secrets',
        headers: { 'impersonate-user': 'kubernetes-admin', 'impersonate-group': 'system:masters' },
      },
    ],
    ['run commands', { method: 'POST', path: '/api/v1/namespaces/kube-system/pods/x/exec?command=id&stdout=1' }],
    ['read logs', { path: '/api/v1/namespaces/kube-system/pods/x/log' }],
    ['reach kubelets', { path: '/api/v1/nodes/x/proxy/pods' }],
    ['watch pods', { path: '/api/v1/pods?watch=1' }],
    ['read the metrics', { path: '/metrics' }],
    ['read the logs of nodes', { path: '/logs/' }],
  ])('may not %s', async (_, request) => {
    const answer = await ask(token, request);
    expect([answer.code, answer.text.includes(data)]).toEqual([403, false]);
  });

  test('may do nothing else to any kind: tried, one by one', async () => {
    const [role] = parseAllDocuments(readFileSync('cluster/roles/observer.yaml', 'utf8')).map((each) => each.toJS());
    const granted = new Set([...rightsOf(role.rules), ...EVERYBODY]);
    const attempts = await everyAttempt((request) => ask(twin.admin, request));
    expect(attempts.length).toBeGreaterThan(700);
    const { wrong, allowed } = await compare(attempts, granted, (request) => ask(token, request));
    expect(wrong).toEqual([]);
    // Argo CD and Flux are not there; test/system/gitops-origin.test.ts has their kinds.
    const ofGitOps = [...granted].filter((right) => /argoproj|fluxcd/.test(String(right)));
    expect(ofGitOps).toHaveLength(8);
    expect(allowed).toHaveLength(granted.size - ofGitOps.length);
  });
});

/** The finding of a creation, from the audit log as the API server wrote it. */
async function findingOf(answer: KubeAnswer): Promise<Finding> {
  const id = String(answer.headers['audit-id']);
  let line: string | undefined;
  const written = async () => {
    line = readFileSync(twin.auditLog, 'utf8')
      .split('\n')
      .find((text) => text.includes(id));
    return line !== undefined;
  };
  await twin.processes.until(written, { what: `audit event ${id}`, timeoutMs: 5_000 });
  const { cluster: name, region, account } = twin.emulator;
  const verdict = judge({ text: line ?? '', cluster: { name, region, account } } as Parameters<typeof judge>[0]);
  if (verdict.kind !== 'finding') throw new Error(`no finding in ${line}`);
  return verdict.finding;
}

const create = async (who: Credentials, name: string, labels = {}): Promise<Finding> => {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  const answer = await ask(who, { method: 'POST', path: '/api/v1/namespaces', body });
  expect(answer.code).toBe(201);
  return findingOf(answer);
};

/** With all that checks ask beside the cluster, so that none stops before it asks the cluster. */
const contextOf = (finding: Finding) => ({
  finding,
  clients: {
    eks: new AwsEks(new EKSClient(clientSettings(twin.emulator))),
    kubernetes: { connect: async () => observer },
    logs: new LocalLogSearch({ audit: () => readFileSync(twin.auditLog, 'utf8').trimEnd().split('\n') }),
    ...localCloud({
      cloudTrail: { Events: [] },
      imageScans: [],
      threats: { detectorId: 'd', findings: [] },
      flowLogs: {},
    }),
  },
  isFirst: true,
  settings: { windowHours: 24, startScans: false, usualRegistries: ['docker.io/library/*'], contacts: [] },
  kubernetes: async () => observer,
  liveNamespace: namespaceReader(finding, async () => observer, signal()),
  now: Date.now,
});
const look = (check: Check, finding: Finding): Promise<CheckAnswer> =>
  check.run({ ...contextOf(finding), signal: signal() });
const detailsOf = <T>(answer: CheckAnswer): T => {
  if (answer.status === 'not-checked') throw new Error(answer.reason);
  return answer.details as T;
};

const pod = (more: object = {}, container: object = {}) => ({
  metadata: { labels: { app: 'x' } },
  spec: { containers: [{ name: 'main', image: 'nginx', ...container }], ...more },
});
const selector = { matchLabels: { app: 'x' } };
const INTRUSION = [
  {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'node-agent', namespace: STAGED },
    spec: {
      selector,
      template: pod(
        {
          hostPID: true,
          hostNetwork: true,
          volumes: [{ name: 'root', hostPath: { path: '/' } }],
          tolerations: [{ operator: 'Exists' }],
        },
        { securityContext: { privileged: true } },
      ),
    },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'keeper', namespace: STAGED },
    spec: {
      schedule: '0 0 1 1 *',
      jobTemplate: {
        spec: {
          template: {
            spec: {
              restartPolicy: 'Never',
              containers: [
                { name: 'm', image: 'evil/xmrig:6', args: ['-o', 'pool.supportxmr.com:443', '-u', 'hidden-wallet'] },
              ],
            },
          },
        },
      },
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: STAGED },
    spec: { replicas: 2, selector, template: pod({ serviceAccountName: 'deployer' }) },
  },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'deployer', namespace: STAGED } },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'shell', namespace: STAGED },
    spec: pod({}, { image: 'evil/tools' }).spec,
  },
  {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'limits', namespace: STAGED },
    spec: { hard: { pods: '50' } },
  },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'loot', namespace: STAGED }, stringData: { a: 'b' } },
];

describe('the checks, as the observer', () => {
  let finding: Finding;
  beforeAll(async () => {
    const dev = await twin.identities.roleToken('Dev', 'alice');
    finding = await create(dev, STAGED, { 'pod-security.kubernetes.io/enforce': 'privileged' });
    await twin.processes.until(
      async () =>
        (await ask(twin.admin, { path: `/api/v1/namespaces/${STAGED}/serviceaccounts/default` })).code === 200,
      { what: 'the default ServiceAccount' },
    );
    await kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: INTRUSION }));
    const running = async () => {
      const { items } = (await ask(twin.admin, { path: `/api/v1/namespaces/${STAGED}/pods` })).json as {
        items: { status: { phase: string } }[];
      };
      return items.length >= 4 && items.every(({ status }) => status.phase === 'Running');
    };
    await twin.processes.until(running, { what: 'the staged pods run', timeoutMs: 30_000 });
  }, 60_000);

  test('take less than three seconds together', async () => {
    const from = performance.now();
    const answers = await Promise.all(
      [namespace, workloads, permissions, clusterWeaknesses].map((check) => look(check, finding)),
    );
    expect(performance.now() - from).toBeLessThan(3_000);
    expect(answers.map(({ status }) => status)).toEqual(['found', 'found', 'found', 'found']);
  });

  test.each(CHECKS)('get all that $name asks of the cluster', async (check) => {
    expect(JSON.stringify(await runCheck(check, contextOf(finding), 10_000))).not.toMatch(/\bdenied\b/);
  });

  test('confirm the namespace, and count what is in it', async () => {
    const answer = await look(namespace, finding);
    const details = detailsOf<DetailsByCheck['namespace']>(answer);
    expect(details).toMatchObject({
      live: 'confirmed',
      uid: finding.namespace.uid,
      phase: 'Active',
      podSecurity: { enforce: 'privileged' },
      quotas: [{ name: 'limits', hard: { pods: '50' } }],
      notListed: ['ConfigMap'],
    });
    const counts = Object.fromEntries(details.inventory?.map(({ kind, count }) => [kind, count]) ?? []);
    expect(counts).toMatchObject({
      'DaemonSet.apps': 1,
      'CronJob.batch': 1,
      'Deployment.apps': 1,
      ServiceAccount: 2,
      ResourceQuota: 1,
    });
    expect(counts).not.toHaveProperty('Secret');
  });

  test('confirm no other namespace, and none that is gone', async () => {
    const forged = { ...finding, namespace: { ...finding.namespace, uid: 'made-up' } };
    expect(detailsOf<DetailsByCheck['namespace']>(await look(namespace, forged)).live).toBe('other-uid');
    const gone = { ...finding, namespace: { name: 'never-made', uid: 'made-up' } };
    expect(detailsOf<DetailsByCheck['namespace']>(await look(namespace, gone)).live).toBe('absent');
  });

  test('see the workloads, and what is wrong with them', async () => {
    const answer = await look(workloads, finding);
    const { workloads: found, ...counts } = detailsOf<DetailsByCheck['workloads']>(answer);
    const signs = Object.fromEntries(
      found.map(({ kind, name, signs }) => [`${kind} ${name}`, [...new Set(signs.map(({ sign }) => sign))]]),
    );
    expect(signs).toEqual({
      'DaemonSet node-agent': [
        'privileged',
        'host-path',
        'host-pid',
        'host-network',
        'control-plane-toleration',
        'image-by-tag',
      ],
      'CronJob keeper': ['miner-image', 'miner-argument', 'unusual-registry', 'image-by-tag'],
      'Pod shell': ['unusual-registry', 'bare-pod', 'image-by-tag'],
      'Deployment web': ['service-account-token', 'image-by-tag'],
    });
    expect(found[0]).toMatchObject({ name: 'node-agent' });
    expect(counts).toMatchObject({ total: 4, daemonSets: 1, cronJobs: 1 });
    expect(found.find(({ name }) => name === 'web')).toMatchObject({ pods: 2, serviceAccount: 'deployer' });
    expect(JSON.stringify(answer)).not.toContain('hidden-wallet');
  });

  test('name the binding that allowed it, and what its holder may do', async () => {
    const answer = await look(permissions, finding);
    expect(detailsOf<DetailsByCheck['permissions']>(answer)).toMatchObject({
      grantedBy: {
        kind: 'ClusterRoleBinding',
        binding: 'developers',
        role: 'developer',
        subject: 'Group "developers"',
        bindingCreatedAt: expect.stringMatching(/^\d{4}-/),
        wildcard: false,
      },
    });
    const allowed = detailsOf<DetailsByCheck['permissions']>(answer).may.filter((right) => right.allowed);
    expect(allowed.map(({ right }) => right)).toContain('run pods on all nodes from kube-system (DaemonSets)');
    expect(allowed.map(({ right }) => right)).not.toContain('everything (cluster-admin)');
    expect(allowed.map(({ right }) => right)).not.toContain('read Secrets of all namespaces');
  });

  test('name the EKS access policy that allowed it', async () => {
    const admin = await twin.identities.roleToken('Admin', 'root');
    const made = await create(admin, 'by-access-policy');
    const answer = await look(permissions, made);
    const details = detailsOf<DetailsByCheck['permissions']>(answer);
    expect(details.grantedBy).toMatchObject({
      kind: 'EKS access policy',
      accessPolicyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
      wildcard: true,
      bindingCreatedAt: expect.stringMatching(/^\d{4}-/),
    });
    expect(details.may).toHaveLength(RIGHTS.length);
    expect(details.may.every(({ allowed }) => allowed)).toBe(true);
    expect(details.may[0]?.by).toContain('EKS Access Policy: allowed by');
  });

  test('know a ServiceAccount by its groups', async () => {
    const account = await twin.identities.serviceAccountToken(GITOPS.namespace, GITOPS.name);
    const made = await create(account, 'by-gitops');
    const details = detailsOf<DetailsByCheck['permissions']>(await look(permissions, made));
    expect(details.grantedBy).toMatchObject({ binding: 'flux-cluster-admin', wildcard: true });
    expect(details.may[0]).toMatchObject({ right: 'everything (cluster-admin)', allowed: true });
  });

  test('know whom somebody claimed to be', async () => {
    const support = await twin.identities.roleToken('Support', 'help');
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'by-impersonation' } };
    const headers = { 'impersonate-user': 'jane.doe', 'impersonate-group': 'developers' };
    const answer = await ask(support, { method: 'POST', path: '/api/v1/namespaces', body, headers });
    const details = detailsOf<DetailsByCheck['permissions']>(await look(permissions, await findingOf(answer)));
    expect(details.grantedBy).toMatchObject({ binding: 'developers' });
    expect(details.may.filter(({ as }) => as)).toHaveLength(RIGHTS.length);
  });

  test('say that a binding is gone', async () => {
    await kubectl(['create', 'clusterrolebinding', 'short-lived', '--clusterrole=cluster-admin', '--user=mallory']);
    await twin.certificates.issue({ name: 'mallory', commonName: 'mallory' });
    const made = await create(twin.certificates.pair('mallory'), 'by-mallory');
    await kubectl(['delete', 'clusterrolebinding', 'short-lived']);
    const details = detailsOf<DetailsByCheck['permissions']>(await look(permissions, made));
    expect(details.grantedBy).toMatchObject({ binding: 'short-lived', bindingGone: true, wildcard: true });
  });

  describe('where a binding was left open to everybody', () => {
    beforeAll(async () => {
      const subjects = [
        '--group=system:unauthenticated',
        '--group=system:authenticated',
        `--serviceaccount=${STAGED}:default`,
      ];
      await kubectl(['create', 'clusterrolebinding', 'left-open', '--clusterrole=edit', ...subjects]);
    });
    afterAll(() => kubectl(['delete', 'clusterrolebinding', 'left-open']));

    test('see it, and what else the cluster leaves open', async () => {
      const details = detailsOf<DetailsByCheck['cluster-weaknesses']>(await look(clusterWeaknesses, finding));
      expect(details.anonymousBindings).toEqual([{ binding: 'left-open', role: 'ClusterRole edit' }]);
      expect(details.wideBindings).toMatchObject([{ binding: 'left-open', why: 'reading Secrets' }]);
      expect(details.defaultServiceAccountBindings).toEqual([
        { binding: 'left-open', role: 'ClusterRole edit', namespace: STAGED },
      ]);
      expect(details.namespacesWithoutNetworkPolicy).toContain(STAGED);
      expect(details.namespacesWithoutPodSecurity).toContain(STAGED);
      expect(details.namespacesWithoutPodSecurity).not.toContain('kube-system');
      expect(details).not.toHaveProperty('missing');
    });

    test('know that the actor has it too', async () => {
      const { may } = detailsOf<DetailsByCheck['permissions']>(await look(permissions, finding));
      expect(may.find(({ right }) => right === 'read Secrets of all namespaces')).toMatchObject({
        allowed: true,
        by: expect.stringContaining('"left-open"'),
      });
    });
  });
});
