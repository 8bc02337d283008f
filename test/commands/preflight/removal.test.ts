/** `sentinel preflight --remove`: what stands in the way of taking everything down, what stays, and in which order to go. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AwsCheck } from '../../../bin/commands/preflight/aws/check.ts';
import type { PreflightCheck } from '../../../bin/commands/preflight/check.ts';
import { shippedManifests } from '../../../bin/commands/preflight/manifests.ts';
import { clusterPolicies, clusterRoles } from '../../../bin/commands/preflight/removal/cluster-side.ts';
import { REMOVAL, REMOVAL_CHECKS } from '../../../bin/commands/preflight/removal/order.ts';
import { LocalKubernetes } from '../../../functions/clients/local/kubernetes.ts';
import { printProposed } from '../../../functions/contract/commands/print.ts';
import { run } from '../run.ts';
import { type Account, asked, broken, CONFIG, denied, healthy, noCluster, unreachable, use } from './account.ts';
import { deleted, REMOVAL_FAULTS } from './faults/removal.ts';
import { rows } from './rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'sentinel-removal-'));
const file = join(folder, 'own.yaml');
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => writeFileSync(file, CONFIG));

const CHECKS = REMOVAL_CHECKS.filter(({ id }) => id !== 'credentials').map((check) => [check.id, check] as const);
const checkOf = (id: string) => REMOVAL_CHECKS.find((check) => check.id === id) as AwsCheck;

/** Nothing is contained any more. */
const released = (account: Account) => {
  account['s3:GetObjectTagging'] = { TagSet: [{ Key: 'released', Value: 'true' }] };
};
/** Everything is gone. */
const bare = (account: Account) => {
  deleted(account);
  released(account);
  account['eks:DescribeAccessEntry'] = noCluster();
  account['s3:ListBucket'] = Object.assign(new Error('no'), { name: 'NoSuchBucket', $metadata: {} });
  account['cloudformation:ListStackResources'] = { StackResourceSummaries: [] };
};

describe.each(CHECKS)('%s', (id, check) => {
  const own = REMOVAL_FAULTS.filter((fault) => fault.check === id);
  const cases = [{ breaks: () => {}, config: CONFIG }, { breaks: deleted, config: CONFIG }, ...own];

  test('calls what it says that it needs, in one case or another, and nothing else', async () => {
    const called = new Set<string>();
    for (const { breaks, config } of cases) {
      await rows(check, broken(breaks), config);
      for (const action of asked) if (action !== 'sts:GetCallerIdentity') called.add(action);
    }
    expect([...called].sort()).toEqual([...check.needs].sort());
  });

  test('tells which right is missing, or that the service cannot be reached, and never that nothing stands in the way', async () => {
    for (const { breaks, config } of cases)
      for (const [error, says] of [
        [denied, /grant ACTION/],
        [unreachable, /cannot be reached/],
      ] as const)
        for (const action of check.needs) {
          await rows(check, broken(breaks), config);
          if (!asked.has(action)) continue;
          const found = await rows(check, { ...broken(breaks), [action]: error(action) }, config);
          expect([action, found.map(({ status }) => status)]).not.toEqual([action, expect.arrayContaining(['ok'])]);
          expect(found.map((row) => row.says).join()).toMatch(new RegExp(says.source.replace('ACTION', action)));
        }
  });

  test('has a case in which it tells something', () => {
    expect(own.length).toBeGreaterThan(0);
  });

  test('is content where everything is gone', async () => {
    expect((await rows(check, broken(bare))).map(({ status }) => status)).toEqual(['ok']);
  });
});

test.each(REMOVAL_FAULTS)(
  '$check tells of $name',
  async ({ check: id, breaks, config, status = 'failed', says, fix }) => {
    const found = await rows(checkOf(id), broken(breaks), config);
    const row = found.find((each) => says.test(each.says));
    expect(row ? row.status : found).toBe(status);
    const lines = printProposed(row?.fix ?? []).map((line) => ('line' in line ? line.line : line.leftOut));
    expect([row?.todo ?? '', ...lines].join('\n')).toMatch(fix);
  },
);

test('is in the order in which nothing is lost', () => {
  const order = REMOVAL.map((step) => ('aws' in step ? step.aws.id : step.cluster.name));
  const before = (first: string, then: string) =>
    expect([first, then, order.indexOf(first) < order.indexOf(then)]).toEqual([first, then, true]);
  // A release needs the functions, the rights of its role and the policies; what is at work needs all of them.
  for (const open of ['questions', 'executions', 'contained', 'quarantined', 'people']) before(open, 'destroy');
  // As long as an identity of ours is let in, the policies hold it; as long as something is quarantined, they freeze it.
  for (const then of ['access-entries', 'cluster-roles']) {
    before('destroy', then);
    before(then, 'cluster-policies');
  }
  // The table says what of the bucket is to be believed; the key opens both.
  before('bucket', 'table');
  before('table', 'key');
  expect(order.at(-1)).toBe('key');
});

const ask = (account: Account, ...args: string[]) => {
  use(account);
  return run(['preflight', '--remove', '--config', file, '--side', 'aws', ...args]);
};

test('ends with 0 where nothing stands in the way, and prints the order with its commands', async () => {
  const { code, stdout } = await ask(broken(released));
  expect([code, stdout]).toEqual([0, expect.not.stringMatching(/^(failed|not-checked)/m)]);
  const commands = [...stdout.matchAll(/fix: (.*)$/gm)].map(([, line]) => line?.split(' --')[0]);
  expect(commands).toEqual([
    `npx cdk destroy -c config=${file}`,
    'aws eks delete-access-entry',
    'aws s3api delete-bucket',
    'aws dynamodb delete-table',
    'aws kms schedule-key-deletion',
  ]);
});

test('ends with 1 where something is open, or was not seen, and with 2 where AWS cannot be asked', async () => {
  expect((await ask(healthy())).code).toBe(1);
  const unseen = { ...broken(released), 'iam:ListEntitiesForPolicy': denied('iam:ListEntitiesForPolicy') };
  expect((await ask(unseen)).code).toBe(1);
  expect((await ask({ ...healthy(), 'sts:GetCallerIdentity': unreachable() })).code).toBe(2);
  writeFileSync(file, 'clusters: []');
  expect((await ask(healthy())).code).toBe(2);
});

test('--json has the rows in their order, on one line', async () => {
  const { stdout } = await ask(healthy(), '--json');
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  const checks: string[] = JSON.parse(stdout).checks.map(({ check }: { check: string }) => check);
  expect([...new Set(checks)]).toEqual(REMOVAL_CHECKS.map(({ id }) => id));
});

test('looks at nothing in the wrong account', async () => {
  writeFileSync(file, `account: '777788889999'\n${CONFIG}`);
  const { code, stdout } = await ask(healthy(), '--json');
  expect([code, JSON.parse(stdout).checks.length]).toEqual([1, 1]);
  expect([...asked]).toEqual(['sts:GetCallerIdentity']);
});

test('a cluster without an answer is a row in its place', async () => {
  use(broken(released));
  const { code, stdout } = await run([
    'preflight',
    '--remove',
    '--config',
    file,
    '--kubeconfig',
    join(folder, 'none'),
    '--json',
  ]);
  const checks: string[] = JSON.parse(stdout).checks.map(({ check }: { check: string }) => check);
  expect([code, checks.indexOf('cluster-side') > checks.indexOf('contained')]).toEqual([1, true]);
  expect(checks.indexOf('cluster-side')).toBeLessThan(checks.indexOf('destroy'));
});

describe('in the cluster', () => {
  const manifests = shippedManifests();
  const RBAC = '/apis/rbac.authorization.k8s.io/v1';
  const listOf = (kind: string, items: readonly object[]) => ({ kind: `${kind}List`, items: [...items] });
  const installed = {
    [`${RBAC}/clusterroles`]: listOf('ClusterRole', manifests.clusterRoles),
    [`${RBAC}/clusterrolebindings`]: listOf('ClusterRoleBinding', manifests.clusterRoleBindings),
    '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies': listOf(
      'ValidatingAdmissionPolicy',
      manifests.policies,
    ),
  };
  const namespaces = (labels: Record<string, string>) => ({
    '/api/v1/namespaces': { kind: 'NamespaceList', items: [{ metadata: { name: 'evil', uid: 'u', labels } }] },
  });
  const look = (check: PreflightCheck, objects: Record<string, object>) =>
    check.run({ kubernetes: new LocalKubernetes(objects), manifests, signal: AbortSignal.timeout(5_000) });
  const QUARANTINED = { 'namespace-sentinel.io/quarantine': 'u' };

  test('the roles go by one command, and the policies by another', async () => {
    const objects = { ...installed, ...namespaces({}) };
    for (const [check, part] of [
      [clusterRoles, 'roles'],
      [clusterPolicies, 'policies'],
    ] as const) {
      const [row] = await look(check, objects);
      expect([row?.status, row?.says]).toEqual(['note', expect.stringContaining('are in the cluster')]);
      expect(printProposed(row?.fix ?? [])).toEqual([
        { line: expect.stringMatching(new RegExp(`^kubectl delete -k .*cluster/${part}$`)) },
      ]);
    }
  });

  test('the policies stay as long as a namespace is quarantined, which they alone freeze', async () => {
    const [row, ...others] = await look(clusterPolicies, { ...installed, ...namespaces(QUARANTINED) });
    expect([row?.status, row?.fix, others]).toEqual(['failed', undefined, []]);
    expect(row?.says).toMatch(/without them evil is frozen no longer/);
  });

  test('nothing is left to say where nothing of ours is there', async () => {
    for (const check of [clusterRoles, clusterPolicies])
      expect((await look(check, namespaces(QUARANTINED))).map(({ status }) => status)).toEqual(['ok']);
  });
});
