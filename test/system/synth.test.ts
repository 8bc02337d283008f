import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { loadConfig } from '../../lib/config/config.ts';
import { placeholderWarning } from '../../lib/config/placeholders.ts';
import { ROOT } from '../lib/stacks.ts';

const folder = mkdtempSync(join(tmpdir(), 'synth-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** `cdk synth` as a user runs it, on a machine that knows nothing of AWS. */
function synth(...args: string[]): { status: number | null; stderr: string } {
  const bin = join(ROOT, 'node_modules', '.bin');
  return spawnSync(join(bin, 'cdk'), ['synth', '--quiet', '--no-notices', '--output', join(folder, 'out'), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: `${bin}:${process.env['PATH']}`, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' },
  });
}

test('cdk synth bundles the example without account, credentials or Docker', () => {
  const { status, stderr } = synth();
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  const examples = placeholderWarning(loadConfig(join(ROOT, 'sentinel.config.yaml')), 'sentinel.config.yaml');
  expect(stderr).toContain(`WARNING ${examples}`);
  const out = join(folder, 'out');
  const bundles = readdirSync(out).filter((name) => existsSync(join(out, name, 'index.js')));
  expect(bundles).toHaveLength(8);
  const template = JSON.parse(readFileSync(join(out, 'NamespaceSentinel.template.json'), 'utf8'));
  expect(Object.keys(template.Outputs)).toEqual(
    expect.arrayContaining(['AlertTopicArn', 'DeadLetterQueueUrl', 'InvestigateRoleArn', 'SubscriptionFilters']),
  );
  expect(JSON.parse(template.Outputs.SubscriptionFilters.Value)).toEqual({ example: ['NamespaceSentinel-namespaces'] });
}, 60_000);

test('a wrong configuration ends with its mistakes and no stack trace', () => {
  const file = join(folder, 'wrong.yaml');
  writeFileSync(file, 'clusters: []\nemial: []\n');
  const { status, stderr } = synth('-c', `config=${file}`);
  expect(status).toBe(1);
  expect(stderr).toContain(
    'has 2 mistakes:\n  line 1: clusters: it is empty. Fix: add an item (the clusters to watch), or one under centralClusters.\n  line 2: emial: there is no such key. Fix: use "emails", if that is what you mean.',
  );
  expect(stderr).not.toMatch(/^ {4}at /m);
}, 60_000);

test('a configuration that goes beyond what AWS takes ends with what there is to do, and no stack trace', () => {
  const file = join(folder, 'large.yaml');
  const clusters = Array.from({ length: 90 }, (_, index) => `  - { name: c${index}, cutLines: true }\n`);
  writeFileSync(file, `clusters:\n${clusters.join('')}emails: [{ address: a@b.example }]\n`);
  const { status, stderr } = spawnSync('node', [join(ROOT, 'bin', 'app.ts')], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env['PATH']}`,
      CDK_OUTDIR: join(folder, 'large'),
      CDK_CONTEXT_JSON: JSON.stringify({ config: file, 'aws:cdk:bundling-stacks': [] }),
    },
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/the stack has \d+ resources, and CloudFormation takes 500\. Fix: give some of the clusters/);
  expect(stderr).not.toMatch(/^ {4}at /m);
}, 60_000);
