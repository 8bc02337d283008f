/** What a check needs beside its file: a row in the table, a test, and a row in docs/checks.md. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CHECKS, type DetailsByCheck } from '../../functions/checks/index.ts';

const FOLDER = 'functions/checks';
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.ts') && !['index.ts', 'check.ts'].includes(name));

test.each(FILES)(`the check of ${FOLDER}/%s has a row in its index.ts`, async (file) => {
  const exported = Object.values<{ name: string }>(await import(resolve(FOLDER, file)));
  expect(exported.map(({ name }) => `${name}.ts`)).toEqual([file]);
  expect(CHECKS).toContain(exported[0]);
});

/** By the services that its actions are of; Kubernetes first. */
const SERVICES: Readonly<Record<string, string>> = {
  dynamodb: 'findings table',
  ec2: 'EC2',
  ecr: 'ECR',
  eks: 'EKS',
  cloudtrail: 'CloudTrail',
  guardduty: 'GuardDuty',
  inspector2: 'Inspector',
  logs: 'CloudWatch Logs',
  cloudwatch: 'CloudWatch Logs', // how much is written to a log
};

function asked({ needs }: (typeof CHECKS)[number]): string {
  const services = needs.aws.map((action) => SERVICES[action.split(':')[0] ?? ''] ?? action);
  // The table is asked for the budget of what the logs cost.
  const told = new Set(
    services.filter((service) => service !== 'findings table' || !services.includes('CloudWatch Logs')),
  );
  return [...(needs.kubernetes.length > 0 ? ['Kubernetes'] : []), ...[...told].sort()].join(', ') || 'nobody';
}

describe.each(CHECKS)('the check $name', (check) => {
  const { name, question } = check;

  test(`has a test, test/checks/${name}.test.ts`, () => {
    expect(existsSync(`test/checks/${name}.test.ts`)).toBe(true);
  });

  test('has its row in the table of docs/checks.md', () => {
    expect(readFileSync('docs/checks.md', 'utf8')).toContain(`\n| \`${name}\` | ${question} | ${asked(check)} |\n`);
  });
});

test('the table of docs/checks.md has a row for each check, in the order of their names, and no other', () => {
  const [, table = ''] = /^\| Check \|.*\n\|[- |]+\n((?:\|.*\n)+)/m.exec(readFileSync('docs/checks.md', 'utf8')) ?? [];
  const names = [...table.matchAll(/^\| `([a-z-]+)`/gm)].map(([, name]) => name);
  expect(names).toEqual(CHECKS.map(({ name }) => name).sort());
});

test('the type of the details goes with the name', () => {
  const details = { images: [] } satisfies DetailsByCheck['images'];
  // @ts-expect-error: these are not the details of that check
  const other = { images: [] } satisfies DetailsByCheck['workloads'];
  // @ts-expect-error: there is no such check
  const none: DetailsByCheck['image'] | undefined = undefined;
  expect([details, other, none]).toEqual([{ images: [] }, { images: [] }, undefined]);
});
