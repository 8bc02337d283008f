/** What the admission policies of `cluster/` keep as it is, on the real API server, and what goes on beside them. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CLUSTER_SIDE_WRITES } from '../../functions/kubernetes/filter-pattern.ts';
import { changesOf } from '../../functions/watch/parts/cluster-changes.ts';
import { run } from '../commands/run.ts';
import { matchesJson } from '../lib/json-pattern.ts';
import { BRING_UP_MS } from './bring-up.ts';
import { dry, merge, post, QUARANTINE } from './cluster-side.ts';
import { attacksAreRefused } from './freeze/attacks.ts';
import { whatMustGoOnGoesOn } from './freeze/goes-on.ts';
import { bringUp, side } from './freeze/scene.ts';

beforeAll(bringUp, BRING_UP_MS);
afterAll(() => side?.close());

interface Preflight {
  code: number;
  checks: { check: string; status: string; says: string; fix?: (string | string[])[] }[];
}
async function preflight(): Promise<Preflight> {
  const { code, stdout } = await run(['preflight', '--kubeconfig', side.cluster.adminKubeconfig, '--json']);
  return { code, ...JSON.parse(stdout) };
}

test('preflight finds all of it as shipped, what is quarantined, and what is missing', async () => {
  const { code, checks } = await preflight();
  expect(code).toBe(1);
  expect(checks).toMatchObject([
    { check: 'api-server', status: 'ok', says: 'The API server answers; it is Kubernetes v1.36.3.' },
    { check: 'webhooks', status: 'ok' },
    { check: 'role-bindings', status: 'ok' },
    { check: 'roles', status: 'ok' },
    { check: 'policies', status: 'ok' },
    { check: 'policies', status: 'ok', says: expect.stringContaining('eks:managed (UPDATE networkpolicies)') },
    { check: 'quarantined', status: 'attention', says: expect.stringContaining('Namespace pen is quarantined') },
    { check: 'network-enforcer', status: 'failed' },
  ]);
  expect(checks.at(-1)?.fix?.flat().join(' ')).toContain('enableNetworkPolicy');
});

attacksAreRefused();
whatMustGoOnGoesOn();

test('a label on the platform that was there before the policies does not freeze it', async () => {
  await side.kubectl(['delete', 'validatingadmissionpolicybinding', 'namespace-sentinel-quarantine-label']);
  const labelled = merge('/api/v1/namespaces/kube-public', { metadata: { labels: { [QUARANTINE]: 'x' } } });
  await side.cluster.processes.until(async () => (await side.ask(side.cluster.admin, labelled)).code === 200, {
    what: 'the label policy is out of force',
  });
  const { checks } = await preflight();
  expect(checks.filter(({ status }) => status === 'failed').map(({ check, says }) => `${check}: ${says}`)).toEqual([
    'policies: namespace-sentinel-quarantine-label: its binding is missing, so that it is not in force.',
    expect.stringMatching(/^quarantined: Namespace kube-public carries the quarantine label with a value that is not/),
    expect.stringMatching(/^network-enforcer/),
  ]);
  await side.kubectl(['apply', '-k', 'cluster/']);
  await side.untilRefused(
    side.cluster.admin,
    dry(merge('/api/v1/namespaces/kube-public', { metadata: { labels: { [QUARANTINE]: null } } })),
    'quarantine-label',
  );
  const made = await side.ask(
    side.cluster.admin,
    post('/api/v1/namespaces/kube-public/configmaps', { metadata: { name: 'x' } }),
  );
  expect(made.code).toBe(201);
});

test('the roles alone are a valid installation, without policies', async () => {
  const applied = await side.kubectl(['apply', '-k', 'cluster/roles', '--dry-run=server', '--output=name']);
  const kinds = applied
    .trim()
    .split('\n')
    .map((name) => name.split('.')[0]);
  expect([...new Set(kinds)].sort()).toEqual(['clusterrole', 'clusterrolebinding']);
});

test('applied again, nothing changes', async () => {
  const lines = (await side.kubectl(['apply', '-k', 'cluster/'])).trim().split('\n');
  expect(lines.filter((line) => !line.endsWith(' unchanged'))).toEqual([]);
});

test('the audit log tells watch of a write that was taken back, and of aws-auth, and of no status or dry run', async () => {
  const kubeSystem = ['--namespace', 'kube-system'];
  await side.kubectl(['create', 'configmap', 'aws-auth', ...kubeSystem, '--from-literal=mapRoles=[]']);
  await side.kubectl(['delete', 'configmap', 'aws-auth', ...kubeSystem]);
  await side.kubectl(['delete', 'clusterrole', 'namespace-sentinel:watch', '--dry-run=server']);
  const asked = async () => {
    const lines = readFileSync(side.cluster.auditLog, 'utf8').split('\n');
    const events = lines
      .filter((line) => matchesJson(CLUSTER_SIDE_WRITES, line))
      .map((message, index) => ({ id: `${index}`, timestamp: index, message, logStream: '' }));
    const clusterLog = { patterns: [], filters: async () => [], events: async () => ({ events }) };
    const context = { clients: { clusterLog }, now: Date.now, signal: AbortSignal.timeout(10_000) };
    return (await changesOf({}, context as never)).changes;
  };
  const deletions = async () =>
    (await asked()).filter(({ says }) => says.includes(': delete ')).map(({ says }) => says);
  await side.cluster.processes.until(async () => (await deletions()).some((each) => each.includes('aws-auth')), {
    what: 'the deletion is in the audit log',
  });
  expect((await deletions()).map((each) => each.replace(/ at .*/, ''))).toEqual([
    expect.stringMatching(/^\S+: delete validatingadmissionpolicybindings namespace-sentinel-quarantine-label$/),
    expect.stringMatching(/^\S+: delete configmaps aws-auth$/),
  ]);
  const changes = await asked();
  expect(changes.filter(({ to }) => to === 'aws-auth').map(({ says }) => says.split(' ')[1])).toEqual([
    'create',
    'delete',
  ]);
  // What the controllers of the control plane write into a status stays out.
  expect(changes.filter(({ says }) => says.startsWith('system:'))).toEqual([]);
});
