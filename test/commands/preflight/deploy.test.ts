/** `npm run deploy`: what it stops on before the AWS CDK runs, and what it hands on. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { runProgram } from '../../../bin/commands/program.ts';
import { parseConfig } from '../../../lib/config/config.ts';
import { placeholdersIn } from '../../../lib/config/placeholders.ts';
import { deploy } from '../../../tools/deploy/deploy.ts';
import {
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
import { LIFE_FAULTS } from './faults/life.ts';

const folder = mkdtempSync(join(tmpdir(), 'sentinel-deploy-'));
const file = join(folder, 'own.yaml');
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => writeFileSync(file, CONFIG));

async function run(account: Account, args: string[], cdkCode = 0) {
  use(account);
  const text = { out: '', err: '' };
  const into = (key: keyof typeof text) =>
    new Writable({
      write(chunk, _encoding, done) {
        text[key] += chunk;
        done();
      },
    });
  const cdk: string[][] = [];
  const outside = {
    cdk: async (given: readonly string[]) => {
      cdk.push([...given]);
      return cdkCode;
    },
  };
  const code = await runProgram(
    (make) =>
      new Command('deploy')
        .allowUnknownOption()
        .allowExcessArguments()
        .action(make((task) => deploy(args, task, outside))),
    args,
    { stdin: Readable.from([]), stdout: into('out'), stderr: into('err') },
  );
  return { code, cdk, ...text };
}
const first = (): Account => ({ ...healthy(), 'cloudformation:DescribeStacks': noStack });

test('deploys what preflight finds in order, with the arguments of the AWS CDK', async () => {
  const { code, cdk, out } = await run(first(), ['-c', `config=${file}`, '--require-approval', 'never']);
  expect([code, cdk]).toEqual([0, [['deploy', '-c', `config=${file}`, '--require-approval', 'never']]]);
  expect(out).toMatch(/^ok +cluster +prod/m);
});

test.each([
  [
    'no audit log',
    (made: Account) => {
      clusterOf(made).logging = {};
    },
    'audit-log',
  ],
  [
    'no room',
    (made: Account) => {
      made['logs:DescribeSubscriptionFilters'] = { subscriptionFilters: Array(5).fill({ filterName: 'x' }) };
    },
    'subscription-filters',
  ],
  [
    'CONFIG_MAP',
    (made: Account) => {
      clusterOf(made).accessConfig = {};
    },
    'authentication-mode',
  ],
])('stops on what would fail: %s', async (_, breaks, check) => {
  const account = { ...broken(breaks), 'cloudformation:DescribeStacks': noStack };
  const { code, cdk, out, err } = await run(account, [`--context=config=${file}`]);
  expect([code, cdk]).toEqual([1, []]);
  expect(out).toMatch(new RegExp(`^failed +${check} `, 'm'));
  expect(err).toContain(`(${check})`);
  expect(err).toContain('npm run deploy -- --skip-preflight');
});

const fault = (name: string): ((account: Account) => void) =>
  LIFE_FAULTS.find((each) => each.name === name)?.breaks as (account: Account) => void;

test.each(['a cluster that leaves with a quarantined namespace', 'a cluster that comes back'])(
  'refuses %s',
  async (name) => {
    const { code, cdk, out } = await run(broken(fault(name)), ['-c', `config=${file}`]);
    expect([code, cdk]).toEqual([1, []]);
    expect(out).toMatch(/^failed +taken-out /m);
  },
);

test('deploys although a namespace waits in a cluster that was taken out before, and says so', async () => {
  const account = broken(fault('a cluster that was taken out with a quarantined namespace'));
  const { code, cdk, out } = await run(account, ['-c', `config=${file}`]);
  expect([code, cdk.length]).toEqual([0, 1]);
  expect(out).toMatch(/^failed +taken-out +theirs is not in the configuration/m);
});

test('goes on where something needs attention that a deployment does not fail at, or may not be seen', async () => {
  const account = {
    ...first(),
    'cloudtrail:DescribeTrails': { trailList: [] },
    'logs:GetTransformer': denied('logs:GetTransformer'),
  };
  const { code, cdk, out } = await run(account, ['-c', `config=${file}`]);
  expect([code, cdk.length]).toEqual([0, 1]);
  expect(out).toMatch(/^failed +trail/m);
  expect(out).toMatch(/^not-checked +transformer/m);
});

test('--skip-preflight says what was not asked, and asks nothing', async () => {
  const { code, cdk, err } = await run(first(), ['-c', `config=${file}`, '--skip-preflight']);
  expect([code, cdk]).toEqual([0, [['deploy', '-c', `config=${file}`]]]);
  expect(err).toContain('  audit-log: Is the audit log on?');
  expect(asked.size).toBe(0);
});

test('an unedited configuration is refused, also without preflight', async () => {
  writeFileSync(file, readFileSync('sentinel.config.yaml'));
  for (const more of [[], ['--skip-preflight']]) {
    const { code, cdk, err } = await run(first(), ['-c', `config=${file}`, ...more]);
    expect([code, cdk]).toEqual([2, []]);
    expect(err).toContain(`${file} still holds examples`);
    expect(err).toContain('oncall@example.com');
    expect(err).toContain('clusters: example');
  }
});

test('ends with what is wrong: mistakes, no AWS, a deployment that failed', async () => {
  expect((await run({ ...first(), 'sts:GetCallerIdentity': unreachable() }, ['-c', `config=${file}`])).cdk).toEqual([]);
  expect((await run(first(), ['-c', `config=${file}`], 3)).code).toBe(1);
  writeFileSync(file, 'clusters: []');
  const { code, cdk, err } = await run(first(), ['-c', `config=${file}`]);
  expect([code, cdk]).toEqual([2, []]);
  expect(err).toContain('own.yaml has a mistake');
});

test.each([
  ['a@example.com', true],
  ['a@Mail.Example.ORG', true],
  ['a@corp.test', true],
  ['a@notexample.com', false],
  ['example.com@corp.io', false],
  ['a@example.com.corp.io', false],
])('%s is an example: %s', (address, isExample) => {
  const { clusters: _, ...config } = parseConfig(CONFIG.replace('oncall@corp.io', address), 'own.yaml');
  const clusters = [{ name: 'example', cutLines: false, accessEntries: true }];
  expect(placeholdersIn({ ...config, clusters }).length).toBe(isExample ? 2 : 0);
});
