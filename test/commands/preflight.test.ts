import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { printProposed } from '../../functions/contract/commands/print.ts';
import { run } from './run.ts';

interface Thing {
  kind: string;
  metadata: { name: string; namespace?: string; uid?: string; labels?: Record<string, string> };
  // biome-ignore lint/suspicious/noExplicitAny: the tests break objects in every way
  [field: string]: any;
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const COLLECTIONS: Record<string, string> = {
  ClusterRole: `${RBAC}/clusterroles`,
  ClusterRoleBinding: `${RBAC}/clusterrolebindings`,
  ValidatingAdmissionPolicy: `${ADMISSION}/validatingadmissionpolicies`,
  ValidatingAdmissionPolicyBinding: `${ADMISSION}/validatingadmissionpolicybindings`,
  ValidatingWebhookConfiguration: `${ADMISSION}/validatingwebhookconfigurations`,
  MutatingWebhookConfiguration: `${ADMISSION}/mutatingwebhookconfigurations`,
  Namespace: '/api/v1/namespaces',
  DaemonSet: '/apis/apps/v1/daemonsets',
};
const SHIPPED: Thing[] = ['roles', 'policies'].flatMap((part) =>
  readdirSync(`cluster/${part}`)
    .filter((file) => file !== 'kustomization.yaml')
    .flatMap((file) => parseAllDocuments(readFileSync(`cluster/${part}/${file}`, 'utf8')).map((each) => each.toJS())),
);
const AWS_NODE = (on: boolean): Thing => ({
  kind: 'DaemonSet',
  metadata: { namespace: 'kube-system', name: 'aws-node' },
  spec: {
    template: {
      spec: {
        containers: [{ name: 'aws-node' }, { name: 'aws-eks-nodeagent', args: [`--enable-network-policy=${on}`] }],
      },
    },
  },
});

let server: Server;
let cluster: Thing[];
/** Further answers by path: an object, or a status code. */
let paths: Record<string, unknown>;
const folder = mkdtempSync(join(tmpdir(), 'sentinel-preflight-'));
const file = join(folder, 'kubeconfig');

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    const { pathname, searchParams } = new URL(url ?? '', 'http://server');
    const [code, json] = answer(decodeURIComponent(pathname), searchParams.get('labelSelector'));
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const config = {
    clusters: [
      { name: 'here', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
      { name: 'plain', cluster: { server: 'http://127.0.0.1:9' } },
      { name: 'nowhere', cluster: { server: 'http://127.0.0.1:9', 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'me', user: { token: 't' } }],
    contexts: ['here', 'nowhere', 'plain'].map((name) => ({ name, context: { cluster: name, user: 'me' } })),
    'current-context': 'here',
  };
  writeFileSync(file, JSON.stringify(config));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  cluster = [...structuredClone(SHIPPED), AWS_NODE(true)];
  paths = { '/version': { major: '1', minor: '36', gitVersion: 'v1.36.3' } };
});

function answer(path: string, label: string | null): [number, unknown] {
  const given = paths[path];
  if (typeof given === 'number')
    return [
      given,
      { kind: 'Status', reason: given === 403 ? 'Forbidden' : 'Unauthorized', message: `not for you: ${path}` },
    ];
  if (given) return [200, given];
  for (const [kind, collection] of Object.entries(COLLECTIONS)) {
    const all = cluster.filter((thing) => thing.kind === kind);
    if (path === collection)
      return [
        200,
        {
          kind: `${kind}List`,
          metadata: {},
          items: all.filter(({ metadata }) => !label || metadata.labels?.[label] !== undefined),
        },
      ];
    const one = all.find(({ metadata }) => path === `${collection}/${metadata.name}`);
    if (one) return [200, one];
  }
  return [404, { kind: 'Status', reason: 'NotFound', message: 'not found' }];
}

const find = (kind: string, name: string): Thing =>
  cluster.find((thing) => thing.kind === kind && thing.metadata.name === name) as Thing;
const gone = (kind: string, name: string) => {
  cluster = cluster.filter((thing) => !(thing.kind === kind && thing.metadata.name === name));
};
const preflight = (...args: string[]) => run(['preflight', '--kubeconfig', file, ...args]);
const rows = async (): Promise<{ check: string; status: string; says: string; fix?: string[][] }[]> =>
  JSON.parse((await preflight('--json')).stdout).checks;

describe('sentinel preflight', () => {
  test('names how the lists of the policies differ from the configuration, and how to give them', async () => {
    const config = join(folder, 'config.yaml');
    const base = 'clusters:\n  - name: production\ncontainment:\n';
    writeFileSync(config, `${base}  protectedNamespaces: [amazon-cloudwatch, 'team-*']\n`);
    const { code, stdout } = await preflight('--json', '--config', config);
    expect(code).toBe(1);
    const failed = JSON.parse(stdout).checks.filter(({ status }: { status: string }) => status === 'failed');
    expect(failed).toHaveLength(5);
    expect(failed[0].says).toBe(
      `namespace-sentinel-freeze: its list "protected" is not that of the configuration: it lacks 'team-*'; it has 'amazon-guardduty' besides.`,
    );
    expect(failed[0].fix).toEqual([
      ['sentinel', 'manifests', '--config', config, '--out', 'cluster-side'],
      ['kubectl', 'apply', '-k', 'cluster-side/'],
    ]);
    writeFileSync(config, `${base}  protectedNamespaces: [amazon-guardduty, amazon-cloudwatch]\n`);
    expect((await preflight('--config', config)).code).toBe(0);
  }, 30_000);

  test('finds a cluster ready', async () => {
    const { code, stdout, stderr } = await preflight();
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').map((line) => line.slice(0, 35).trim())).toEqual([
      'ok           api-server',
      'ok           webhooks',
      'ok           role-bindings',
      'ok           roles',
      'ok           policies',
      'ok           policies',
      'ok           quarantined',
      'ok           network-enforcer',
      '',
    ]);
  });

  const GATEKEEPER = (rules: object, more: object = {}): Thing => ({
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'gatekeeper' },
    webhooks: [
      {
        name: 'check.gatekeeper',
        rules: [rules],
        clientConfig: { service: { namespace: 'gate', name: 'keeper' } },
        ...more,
      },
    ],
  });
  const EVERYTHING = { apiGroups: ['*'], resources: ['*/*'] };

  test.each<[string, () => void, string, string, RegExp, RegExp | undefined]>([
    [
      'an old cluster',
      () => {
        paths['/version'] = { major: '1', minor: '29+', gitVersion: 'v1.29.1-eks' };
      },
      'api-server',
      'failed',
      /v1\.29\.1-eks\. Admission policies need 1\.30/,
      /cluster\/roles/,
    ],
    [
      'an unknown version',
      () => {
        paths['/version'] = {};
      },
      'api-server',
      'attention',
      /unknown version/,
      undefined,
    ],
    [
      'a missing role',
      () => gone('ClusterRole', 'namespace-sentinel:probe'),
      'roles',
      'failed',
      /^ClusterRole namespace-sentinel:probe is missing\.$/,
      /^kubectl apply -k \/.*\/cluster\/$/,
    ],
    [
      'a role that lacks something',
      () => {
        find('ClusterRole', 'namespace-sentinel:contain').rules.shift();
      },
      'roles',
      'failed',
      /contain lacks: patch namespaces\.$/,
      /apply/,
    ],
    [
      'a role that was widened',
      () => {
        find('ClusterRole', 'namespace-sentinel:contain').rules.push({
          apiGroups: [''],
          resources: ['secrets'],
          verbs: ['get'],
        });
      },
      'roles',
      'failed',
      /allows more than is shipped: get secrets\.$/,
      /apply/,
    ],
    [
      'a role with no rules',
      () => {
        find('ClusterRole', 'namespace-sentinel:observer').rules = null;
      },
      'roles',
      'failed',
      /observer lacks: .* and \d+ more\.$/,
      /apply/,
    ],
    [
      'a missing binding',
      () => gone('ClusterRoleBinding', 'namespace-sentinel:contain'),
      'role-bindings',
      'failed',
      /contain is missing/,
      /apply/,
    ],
    [
      'a binding for others',
      () => {
        find('ClusterRoleBinding', 'namespace-sentinel:release').subjects.push({ kind: 'User', name: 'mallory' });
      },
      'role-bindings',
      'failed',
      /is for others too: User mallory\.$/,
      /apply/,
    ],
    [
      'a binding without its group',
      () => {
        delete find('ClusterRoleBinding', 'namespace-sentinel:release').subjects;
      },
      'role-bindings',
      'failed',
      /is not for: Group namespace-sentinel:release\.$/,
      /apply/,
    ],
    [
      'a binding to another role',
      () => {
        find('ClusterRoleBinding', 'namespace-sentinel:probe').roleRef.name = 'cluster-admin';
      },
      'role-bindings',
      'failed',
      /gives another role: ClusterRole cluster-admin\.$/,
      /^kubectl delete clusterrolebinding namespace-sentinel:probe && /,
    ],
    [
      'a missing policy',
      () => gone('ValidatingAdmissionPolicy', 'namespace-sentinel-freeze'),
      'policies',
      'failed',
      /^namespace-sentinel-freeze: the policy is missing\.$/,
      /apply/,
    ],
    [
      'a policy that nothing binds',
      () => gone('ValidatingAdmissionPolicyBinding', 'namespace-sentinel-freeze'),
      'policies',
      'failed',
      /its binding is missing, so that it is not in force/,
      /apply/,
    ],
    [
      'a policy that only audits',
      () => {
        find('ValidatingAdmissionPolicyBinding', 'namespace-sentinel-freeze').spec.validationActions = ['Audit'];
      },
      'policies',
      'failed',
      /its binding differs/,
      /apply/,
    ],
    [
      'a policy that lets through',
      () => {
        find('ValidatingAdmissionPolicy', 'namespace-sentinel-guard-probe').spec.validations[0].expression = 'true';
      },
      'policies',
      'failed',
      /guard-probe: the policy differs/,
      /apply/,
    ],
    [
      'a quarantined namespace',
      () => {
        cluster.push({
          kind: 'Namespace',
          metadata: { name: 'pen', uid: 'u', labels: { 'namespace-sentinel.io/quarantine': 'u' } },
        });
      },
      'quarantined',
      'attention',
      /^Namespace pen is quarantined/,
      /kubectl label namespace pen namespace-sentinel\.io\/quarantine- --as=break-glass/,
    ],
    [
      'a false label',
      () => {
        cluster.push({
          kind: 'Namespace',
          metadata: { name: 'kube-system', uid: 'u', labels: { 'namespace-sentinel.io/quarantine': 'x' } },
        });
      },
      'quarantined',
      'failed',
      /a value that is not its UID/,
      /quarantine-/,
    ],
    [
      'a release that did not end',
      () => {
        cluster.push({
          kind: 'Namespace',
          metadata: { name: 'pen', uid: 'u', labels: { 'namespace-sentinel.io/releasing': 'u' } },
        });
      },
      'quarantined',
      'attention',
      /did not end/,
      /releasing-/,
    ],
    [
      'a webhook on everything',
      () => {
        cluster.push(GATEKEEPER(EVERYTHING));
        paths['/api/v1/namespaces/gate/services/keeper'] = { metadata: {} };
      },
      'webhooks',
      'attention',
      /check\.gatekeeper .*refuses when nobody answers.*or when namespace gate itself is contained/,
      /edit/,
    ],
    [
      'a webhook with nobody behind it',
      () => {
        cluster.push(GATEKEEPER(EVERYTHING));
      },
      'webhooks',
      'failed',
      /Service gate\/keeper does not exist: every write/,
      /^kubectl delete validatingwebhookconfigurations gatekeeper$/,
    ],
    [
      'a webhook elsewhere',
      () => {
        cluster.push(GATEKEEPER(EVERYTHING, { clientConfig: { url: 'https://x' } }));
      },
      'webhooks',
      'attention',
      /fails while it is down\.$/,
      /edit/,
    ],
    [
      'network policies that are switched off',
      () => {
        cluster = cluster.map((each) => (each.kind === 'DaemonSet' ? AWS_NODE(false) : each));
      },
      'network-enforcer',
      'failed',
      /VPC CNI does not enforce/,
      /update-addon/,
    ],
    [
      'no network plugin',
      () => gone('DaemonSet', 'aws-node'),
      'network-enforcer',
      'failed',
      /^Nothing was found that enforces/,
      /update-addon/,
    ],
    [
      'what may not be looked at',
      () => {
        paths['/apis/apps/v1/daemonsets'] = 403;
      },
      'network-enforcer',
      'attention',
      /could not be checked: not for you/,
      undefined,
    ],
  ])('tells %s', async (_, change, check, status, says, fix) => {
    change();
    const { code, stdout } = await preflight('--json');
    expect(code).toBe(1);
    const told: Awaited<ReturnType<typeof rows>> = JSON.parse(stdout).checks;
    const wrong = told.filter((row) => row.status !== 'ok');
    expect(wrong).toEqual([
      { check, status, says: expect.stringMatching(says), ...(fix && { fix: expect.anything() }) },
    ]);
    const commands = wrong.flatMap((row) => row.fix ?? []);
    if (fix) expect(commands.map((argv) => argv.join(' ')).join(' && ')).toMatch(fix);
    // Each is one that may be printed, so the text has it.
    const text = (await preflight()).stdout;
    for (const command of printProposed(commands))
      expect(text).toContain(`fix: ${'line' in command ? command.line : 'nothing'}\n`);
  });

  test.each<[string, () => void]>([
    [
      'a webhook that is passed over when nobody answers',
      () => {
        cluster.push(GATEKEEPER(EVERYTHING, { failurePolicy: 'Ignore' }));
      },
    ],
    [
      'a webhook on some kinds',
      () => {
        cluster.push(GATEKEEPER({ apiGroups: [''], resources: ['pods'] }));
      },
    ],
    [
      'Calico',
      () => {
        find('DaemonSet', 'aws-node').metadata = { namespace: 'calico-system', name: 'calico-node' };
      },
    ],
    [
      'Auto Mode',
      () => {
        gone('DaemonSet', 'aws-node');
        paths['/api/v1/namespaces/kube-system/configmaps/amazon-vpc-cni'] = {
          metadata: {},
          data: { 'enable-network-policy-controller': 'true' },
        };
      },
    ],
    [
      'rules in another order',
      () => {
        find('ClusterRole', 'namespace-sentinel:contain').rules.reverse();
      },
    ],
  ])('is content with %s', async (_, change) => {
    change();
    expect((await preflight()).code).toBe(0);
  });

  test('lists what the cluster has set for itself, and is content', async () => {
    find('ValidatingAdmissionPolicy', 'namespace-sentinel-guard-contain').spec.variables[0].expression = "['vault']";
    expect((await rows()).filter(({ says }) => says.includes('changed'))).toEqual([
      { check: 'policies', status: 'ok', says: "namespace-sentinel-guard-contain: changed: protected is ['vault']." },
    ]);
    expect((await preflight()).code).toBe(0);
  });

  test('shows no control character of the cluster', async () => {
    find('ClusterRoleBinding', 'namespace-sentinel:release').subjects.push({
      kind: 'User',
      name: '\u001b[2Jmallory\n',
    });
    const { stdout } = await preflight();
    expect(stdout).toContain('is for others too: User \\u001b[2Jmallory\\u000a.');
  });

  test.each([
    ['--all', 'a word in it is, or would pass for, an unknown option'],
    ['x\nkubectl delete ns payments #', 'a word in it is not the name of an object in Kubernetes'],
  ])('prints no command with the name %j', async (name, why) => {
    cluster.push({ ...GATEKEEPER(EVERYTHING), metadata: { name } });
    const { stdout } = await preflight();
    expect(stdout).toContain(`fix: (a command is left out here: ${why}`);
    expect(stdout.split('\n').filter((line) => /^\s*(?:fix: )?kubectl/.test(line))).toEqual([]);
  });

  test.each([
    ['a file that is not there', ['--kubeconfig', join(folder, 'none')], /ENOENT/],
    [
      'a context that is not there',
      ['--kubeconfig', file, '--context', 'other'],
      /has no context "other"; it has "here", "nowhere", "plain"/,
    ],
    [
      'a cluster that does not answer',
      ['--kubeconfig', file, '--context', 'nowhere'],
      /the API server refuses the connection/,
    ],
    [
      'a cluster without TLS',
      ['--kubeconfig', file, '--context', 'plain'],
      /server without TLS, http:\/\/127\.0\.0\.1:9, as "kubectl proxy" is: name the API server itself, with https/,
    ],
    ['a wrong option', ['--kubeconfg', file], /unknown option '--kubeconfg'/],
  ])('ends with %s', async (_, args, message) => {
    const { code, stderr } = await run(['preflight', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('ends where nobody knows us', async () => {
    paths['/version'] = 401;
    expect(await preflight()).toMatchObject({ code: 2, stderr: expect.stringContaining('not for you') });
  });
});
