/** Each check of the AWS side: what it says of a healthy account, of each fault, of what it may not see or cannot reach. */
import { describe, expect, test } from '@jest/globals';
import type { AwsCheck } from '../../../bin/commands/preflight/aws/check.ts';
import { AWS_CHECKS } from '../../../bin/commands/preflight/aws/checks/index.ts';
import { readOnlyPolicy } from '../../../bin/commands/preflight/aws/policy.ts';
import { REMOVAL_CHECKS } from '../../../bin/commands/preflight/removal/order.ts';
import { printProposed } from '../../../functions/contract/commands/print.ts';
import { asked, broken, CENTRAL_CONFIG, CONFIG, DESTINATIONS, denied, healthy, unreachable, VPC } from './account.ts';
import { FAULTS } from './faults/index.ts';
import { rows } from './rows.ts';

const CHECKS = AWS_CHECKS.map((check) => [check.id, check] as const);
const IN_VPC = `${CONFIG}  `.replace(
  'name: prod',
  `name: prod\n    vpc: ${VPC.vpc}\n    subnets: [${VPC.subnets}]\n    securityGroups: [${VPC.securityGroups}]`,
);

const configFor = ({ id }: AwsCheck) => {
  if (id === 'central-logs') return CENTRAL_CONFIG;
  if (['network', 'routes'].includes(id)) return IN_VPC;
  return ['secrets', 'security-hub'].includes(id) ? DESTINATIONS : CONFIG;
};
const others = ({ needs }: AwsCheck) => needs.filter((action) => action !== 'sts:GetCallerIdentity');

describe.each(CHECKS)('%s', (_, check) => {
  test('finds a healthy account well, and says what it has seen', async () => {
    const found = await rows(check, healthy(), configFor(check));
    expect(found.map(({ status, says }) => [status, says])).toEqual(found.map(({ says }) => ['ok', says]));
    expect(found.length).toBeGreaterThan(0);
  });

  test('calls what it says that it needs, and nothing else', async () => {
    await rows(check, healthy(), configFor(check));
    const called = [...asked].filter((action) => check.id === 'credentials' || action !== 'sts:GetCallerIdentity');
    expect(called.sort()).toEqual([...check.needs].sort());
  });

  test('tells which right is missing, and never that all is well', async () => {
    for (const action of others(check)) {
      const found = await rows(check, { ...healthy(), [action]: denied(action) }, configFor(check));
      expect(found.map(({ status }) => status)).not.toContain('ok');
      expect(found.map(({ says }) => says).join('\n')).toContain(`grant ${action}`);
      expect(found[0]?.todo).toMatch(/--policy/);
    }
  });

  test('tells that the service cannot be reached, and never that all is well', async () => {
    for (const action of others(check)) {
      const found = await rows(check, { ...healthy(), [action]: unreachable() }, configFor(check));
      expect(found.map(({ status }) => status)).not.toContain('ok');
      expect(found.map(({ says }) => says).join('\n')).toMatch(/cannot be reached \(ETIMEDOUT/);
    }
  });

  test('gives up where the credentials have expired: no other question would be answered', async () => {
    const expired = Object.assign(new Error('expired'), { name: 'ExpiredTokenException', $metadata: {} });
    for (const action of others(check))
      await expect(rows(check, { ...healthy(), [action]: expired }, configFor(check))).rejects.toBe(expired);
  });

  test('has a fault that it finds', () => {
    expect(FAULTS.some((fault) => fault.check === check.id)).toBe(true);
  });
});

test.each(FAULTS)(
  '$check names $name, with its fix',
  async ({ check: id, breaks, config, status = 'failed', says, fix }) => {
    const check = AWS_CHECKS.find((each) => each.id === id) as AwsCheck;
    const found = await rows(check, broken(breaks), config);
    const row = found.find((each) => says.test(each.says));
    expect(row ? row.status : found).toBe(status);
    const lines = printProposed(row?.fix ?? []).map((line) => ('line' in line ? line.line : line.leftOut));
    expect([row?.todo ?? '', ...lines].join('\n')).toMatch(fix);
  },
);

test('there are enough faults, and each is another', () => {
  expect(new Set(FAULTS.map(({ check, name }) => `${check}: ${name}`)).size).toBeGreaterThanOrEqual(25);
});

test('what cannot be seen of one cluster does not hide another', async () => {
  const check = AWS_CHECKS.find(({ id }) => id === 'audit-log') as AwsCheck;
  const usual = healthy()['eks:DescribeCluster'];
  const account = broken((made) => {
    made['eks:DescribeCluster'] = ({ name }: { name: string }) => {
      if (name === 'prod') throw denied('eks:DescribeCluster');
      return usual;
    };
  });
  const found = await rows(check, account, CONFIG.replace('emails:', '  - name: test\nemails:'));
  expect(found.map(({ status, says }) => [status, says.split(':')[0]])).toEqual([
    ['not-checked', 'prod'],
    ['ok', 'test'],
  ]);
});

test('a mistake of this program is not reported as an answer', async () => {
  const check = AWS_CHECKS.find(({ id }) => id === 'trail') as AwsCheck;
  const account = { ...healthy(), 'cloudtrail:DescribeTrails': new TypeError('x is not a function') };
  await expect(rows(check, account)).rejects.toThrow('x is not a function');
});

test('the policy grants what the checks need, each once', () => {
  for (const [options, index, checks] of [
    [{}, 0, AWS_CHECKS],
    [{ remove: true }, 1, REMOVAL_CHECKS],
  ] as const) {
    const { Statement } = readOnlyPolicy(options);
    expect(Statement).toHaveLength(index + 1);
    expect(Statement[index]?.Action).toEqual([...new Set(checks.flatMap(({ needs }) => needs))].sort());
  }
});

test('without such destinations nobody is asked about them, and one secret does not hide another', async () => {
  const check = (id: string) => AWS_CHECKS.find((each) => each.id === id) as AwsCheck;
  for (const id of ['secrets', 'security-hub']) expect(await rows(check(id), healthy(), CONFIG)).toEqual([]);
  const account = broken((made) => {
    made['secretsmanager:DescribeSecret'] = ({ SecretId }: { SecretId: string }) => {
      if (SecretId === 'sentinel/pagerduty') throw denied('secretsmanager:DescribeSecret');
      return healthy()['secretsmanager:DescribeSecret'];
    };
  });
  expect((await rows(check('secrets'), account, DESTINATIONS)).map(({ status }) => status)).toEqual([
    'not-checked',
    'ok',
  ]);
});
