import { readFileSync } from 'node:fs';
import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KUBERNETES_VERSION } from '../../tools/twin/binaries.ts';
import { run } from '../../tools/twin/commands.ts';
import { clientSettings, GITOPS } from '../../tools/twin/identities.ts';
import { type Credentials, type KubeRequest, kubeRequest } from '../../tools/twin/kube.ts';
import { type AwsCredentials, eksToken } from '../../tools/twin/token.ts';
import { startTwin, type Twin } from '../../tools/twin/twin.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';

let twin: Twin;
beforeAll(async () => {
  twin = await startTwin(progress());
}, BRING_UP_MS);
afterAll(() => twin?.close());

const ask = (who: Credentials, request: KubeRequest) => kubeRequest(twin.endpoint, who, request);
const create = (who: Credentials, path: string, body: object) => ask(who, { method: 'POST', path, body });
const namespace = (name: string, labels = {}) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});

interface AuditEvent {
  auditID: string;
  verb: string;
  user: { username: string; uid?: string; groups?: string[]; extra?: Record<string, string[]> };
  responseStatus?: { code: number };
  annotations?: Record<string, string>;
}

/** The event of a request, by the id that the server answered with. */
async function auditEvent(answer: { headers: Record<string, unknown> }): Promise<AuditEvent> {
  const id = String(answer.headers['audit-id']);
  let found: AuditEvent | undefined;
  const written = async () => {
    const line = readFileSync(twin.auditLog, 'utf8')
      .split('\n')
      .find((text) => text.includes(id));
    found = line && JSON.parse(line);
    return found !== undefined;
  };
  await twin.processes.until(written, { what: `audit event ${id}`, timeoutMs: 5_000 });
  if (!found) throw new Error('unreachable');
  return found;
}

describe('the control plane', () => {
  test('is the pinned Kubernetes', async () => {
    expect((await ask('anonymous', { path: '/version' })).json).toMatchObject({ gitVersion: `v${KUBERNETES_VERSION}` });
  });

  test('knows who is not known: refused, and on record', async () => {
    const answer = await create('anonymous', '/api/v1/namespaces', namespace('nobody'));
    expect(answer.code).toBe(403);
    expect(await auditEvent(answer)).toMatchObject({
      user: { username: 'system:anonymous', groups: ['system:unauthenticated'] },
      annotations: { 'authorization.k8s.io/decision': 'forbid' },
    });
  });

  test('admits as a cluster does: ServiceAccount, Pod Security, admission policies, quota, nodes', async () => {
    const pod = (name: string, privileged: boolean) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { containers: [{ name: 'main', image: 'example.com/main:1', securityContext: { privileged } }] },
    });
    await create(twin.admin, '/api/v1/namespaces', namespace('open'));
    await create(
      twin.admin,
      '/api/v1/namespaces',
      namespace('strict', { 'pod-security.kubernetes.io/enforce': 'baseline' }),
    );
    await twin.processes.until(
      async () => (await create(twin.admin, '/api/v1/namespaces/open/pods', pod('first', true))).code === 201,
      { what: 'the default ServiceAccount of the namespace' },
    );
    const running = async () => {
      const { json } = await ask(twin.admin, { path: '/api/v1/namespaces/open/pods/first' });
      return (json?.status as { phase?: string } | undefined)?.phase === 'Running';
    };
    await twin.processes.until(running, { what: 'the pod runs' });
    const first = await ask(twin.admin, { path: '/api/v1/namespaces/open/pods/first' });
    expect(first.json).toMatchObject({
      spec: { serviceAccountName: 'default', nodeName: expect.stringMatching(/\.ec2\.internal$/) },
    });
    const refused = await create(twin.admin, '/api/v1/namespaces/strict/pods', pod('second', true));
    expect([refused.code, refused.text]).toEqual([403, expect.stringContaining('PodSecurity')]);
    const policies = await ask(twin.admin, {
      path: '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies',
    });
    expect(policies.code).toBe(200);

    const foreign = {
      name: 'node',
      commonName: 'system:node:ip-10-0-1-11.ec2.internal',
      organizations: ['system:nodes'],
    };
    await twin.certificates.issue(foreign);
    const node = twin.certificates.pair('node');
    expect((await ask(node, { path: '/api/v1/nodes/ip-10-0-1-11.ec2.internal' })).code).toBe(200);
    expect((await ask(node, { path: '/api/v1/namespaces/open/secrets/none' })).code).toBe(403);
  });

  test('runs each controller under a ServiceAccount of its own', () => {
    const users = readFileSync(twin.auditLog, 'utf8').match(/system:serviceaccount:kube-system:[a-z-]+-controller/g);
    expect(new Set(users).size).toBeGreaterThan(5);
  });

  test('logs at the levels that EKS publishes', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { password: 'hunter2' } };
    const made = await create(twin.admin, '/api/v1/namespaces/default/secrets', secret);
    expect(await auditEvent(made)).toMatchObject({ level: 'Metadata' });
    expect(await auditEvent(await create(twin.admin, '/api/v1/namespaces', namespace('levels')))).toMatchObject({
      level: 'RequestResponse',
      stage: 'ResponseComplete',
      responseObject: { metadata: { name: 'levels', uid: expect.any(String) } },
    });
    const text = readFileSync(twin.auditLog, 'utf8');
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain(Buffer.from('hunter2').toString('base64'));
  });
});

describe('a bearer token', () => {
  let dev: AwsCredentials;
  beforeAll(async () => {
    dev = await twin.identities.assume('Dev', 'alice@example.com');
  });
  const altered = (token: string) => {
    const url = Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString();
    const other = url.replace(/Signature=(.)/, (_, digit) => `Signature=${digit === 'a' ? 'b' : 'a'}`);
    return `k8s-aws-v1.${Buffer.from(other).toString('base64url')}`;
  };
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const cases: { what: string; code: number; token: () => Promise<string> }[] = [
    { what: 'of a role with an access entry', code: 200, token: () => eksToken('twin', 'us-east-1', dev) },
    { what: 'of an IAM user', code: 200, token: async () => (await twin.identities.userToken()).token },
    { what: '14 minutes old', code: 200, token: () => eksToken('twin', 'us-east-1', dev, minutesAgo(14)) },
    { what: '16 minutes old', code: 401, token: () => eksToken('twin', 'us-east-1', dev, minutesAgo(16)) },
    { what: 'for another cluster', code: 401, token: () => eksToken('other', 'us-east-1', dev) },
    {
      what: 'with a wrong secret',
      code: 401,
      token: () => eksToken('twin', 'us-east-1', { ...dev, secretAccessKey: 'wrong' }),
    },
    {
      what: 'with an altered signature',
      code: 401,
      token: async () => altered(await eksToken('twin', 'us-east-1', dev)),
    },
    {
      what: 'of a role without access entry',
      code: 401,
      token: async () => (await twin.identities.roleToken('Outsider', 'eve')).token,
    },
    { what: 'that is not a token', code: 401, token: async () => 'k8s-aws-v1.x' },
  ];
  test.each(cases)('$what: $code', async ({ token, code }) => {
    expect((await ask({ token: await token() }, { path: '/api/v1/namespaces' })).code).toBe(code);
  });

  test('puts the identity into the audit log as EKS does', async () => {
    const answer = await create(await twin.identities.token(dev), '/api/v1/namespaces', namespace('who'));
    const { user } = await auditEvent(answer);
    const id = expect.stringMatching(/^AROA[A-Z0-9]+$/);
    expect(user).toEqual({
      username: 'arn:aws:sts::111122223333:assumed-role/Dev/alice-example.com',
      uid: expect.stringMatching(/^aws-iam-authenticator:111122223333:AROA[A-Z0-9]+$/),
      groups: ['developers', 'system:authenticated'],
      extra: {
        accessKeyId: [dev.accessKeyId],
        arn: ['arn:aws:sts::111122223333:assumed-role/Dev/alice@example.com'],
        canonicalArn: ['arn:aws:iam::111122223333:role/Dev'],
        principalId: [id],
        sessionName: ['alice@example.com'],
        'sigs.k8s.io/aws-iam-authenticator/principalId': [id],
      },
    });
  });

  test('of a role that was deleted and made again is another principal, and not let in', async () => {
    const iam = new IAMClient(clientSettings(twin.emulator));
    const RoleName = 'Reborn';
    const role = { RoleName, AssumeRolePolicyDocument: twin.identities.trustPolicy() };
    await iam.send(new CreateRoleCommand(role));
    await twin.identities.grant(twin.identities.arn('role', RoleName), { groups: ['developers'] });
    const allowed = async () =>
      (await ask(await twin.identities.roleToken(RoleName, 'r'), { path: '/api/v1/namespaces' })).code;
    await twin.processes.until(async () => (await allowed()) === 200, { what: 'the access entry works' });
    await iam.send(new DeleteRoleCommand({ RoleName }));
    await iam.send(new CreateRoleCommand(role));
    expect(await allowed()).toBe(401);
  });
});

describe('who may do what', () => {
  test('RBAC by the groups of the access entry', async () => {
    const viewer = await twin.identities.roleToken('Viewer', 'v');
    expect((await ask(viewer, { path: '/api/v1/namespaces/default/pods' })).code).toBe(200);
    expect((await create(viewer, '/api/v1/namespaces', namespace('no'))).code).toBe(403);
  });

  test('EKS access policies beside RBAC, in the words of EKS', async () => {
    const admin = await twin.identities.roleToken('Admin', 'root');
    const { annotations, user } = await auditEvent(await create(admin, '/api/v1/namespaces', namespace('by-policy')));
    const policy = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';
    const principal = user.extra?.principalId?.[0];
    expect(annotations?.['authorization.k8s.io/reason']).toBe(
      `EKS Access Policy: allowed by ClusterRoleBinding "arn:aws:iam::111122223333:role/Admin+${policy}" ` +
        `of ClusterRole "${policy}" to User "${principal}"`,
    );
  });

  test('the GitOps controller by its ServiceAccount', async () => {
    const token = await twin.identities.serviceAccountToken(GITOPS.namespace, GITOPS.name);
    const { user } = await auditEvent(await create(token, '/api/v1/namespaces', namespace('by-gitops')));
    expect(user.username).toBe('system:serviceaccount:flux-system:kustomize-controller');
  });

  test('impersonation, where it is allowed', async () => {
    const support = await twin.identities.roleToken('Support', 's');
    const as = (user: string) => ({ 'impersonate-user': user, 'impersonate-group': 'developers' });
    const request = { method: 'POST', path: '/api/v1/namespaces', body: namespace('as-jane') };
    expect((await ask(support, { ...request, headers: as('jane.doe') })).code).toBe(201);
    expect((await ask(support, { ...request, headers: as('admin') })).code).toBe(403);
  });

  test('kubectl as a session of a role', async () => {
    const file = await twin.identities.roleKubeconfig('Dev', 'alice', twin.processes.folder);
    const made = await run(twin.binaries.kubectl, [`--kubeconfig=${file}`, 'create', 'namespace', 'by-kubectl']);
    expect(made).toBe('namespace/by-kubectl created\n');
  });
});
