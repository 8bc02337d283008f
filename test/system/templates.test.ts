import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { dnsSuffixOf, partitionOf } from '../../functions/kubernetes/names/partition.ts';
import { parseConfig } from '../../lib/config/config.ts';
import { SentinelStack } from '../../lib/sentinel-stack.ts';
import { run } from '../../tools/twin/commands.ts';
import { cfnLint } from '../../tools/twin/python.ts';
import { objectionsTo } from '../lib/authorisation.ts';
import { CONFIGURATIONS } from '../lib/configurations.ts';
import { app, Resources } from '../lib/stacks.ts';
import { progress } from './bring-up.ts';

/**
 * What has to hold for the template of each configuration, all synthesised in this process without bundling: AWS's linter has no
 * complaint, each statement of a policy agrees with the Service Authorization Reference, and ARNs and hosts are those of the
 * partition. It takes about two minutes, most of which is the linter's.
 */

jest.setTimeout(600_000);

/**
 * What the linter says in vain. W3005: CDK names dependencies also where a reference already makes them. E3512 in the European
 * Sovereign Cloud: its pattern for principals knows the partitions aws, aws-cn and aws-us-gov alone.
 */
const ignoredIn = (region: string): string[] => ['W3005', ...(partitionOf(region) === 'aws-eusc' ? ['E3512'] : [])];
/** The package has no module to run, only a program that pip would put elsewhere. */
const LINT = 'from cfnlint.runner import main; main()';

const NAMES = Object.keys(CONFIGURATIONS);
const folder = mkdtempSync(join(tmpdir(), 'templates-'));
const stacks = new Map<string, Resources>();
const idOf = (name: string): string => `S${NAMES.indexOf(name)}`;
const fileOf = (name: string): string => join(folder, `${idOf(name)}.json`);
const regionOf = (name: string): string => String(CONFIGURATIONS[name]?.['region'] ?? 'us-east-1');

beforeAll(() => {
  const scope = app({ builtinCloudFormationValidation: true });
  const made = NAMES.map((name) => {
    const config = parseConfig(JSON.stringify(CONFIGURATIONS[name]), name);
    return [name, new SentinelStack(scope, idOf(name), { config })] as const;
  });
  const assembly = scope.synth();
  for (const [name, stack] of made) {
    writeFileSync(fileOf(name), JSON.stringify(assembly.getStackArtifact(stack.artifactId).template));
    stacks.set(name, new Resources(stack));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const resourcesOf = (name: string): Resources => {
  const resources = stacks.get(name);
  if (!resources) throw new Error(`the configuration ${name} was not synthesised`);
  return resources;
};

test('there are at least nine', () => {
  expect(NAMES.length).toBeGreaterThanOrEqual(9);
});

test.each([...new Set(NAMES.map(regionOf))])('cfn-lint has no complaint about those of %s', async (region) => {
  const { command, packages } = await cfnLint(progress());
  const files = NAMES.filter((name) => regionOf(name) === region).map(fileOf);
  const env = { PATH: String(process.env['PATH']), HOME: folder, PYTHONPATH: packages };
  await expect(
    run(command, ['-c', LINT, '--ignore-checks', ...ignoredIn(region), '--regions', region, '--', ...files], { env }),
  ).resolves.toBe('');
});

describe.each(NAMES)('%s', (name) => {
  test('each statement of a policy agrees with the Service Authorization Reference', async () => {
    expect(await objectionsTo(resourcesOf(name))).toEqual([]);
  });

  test('ARNs and hosts are those of its partition', () => {
    const text = JSON.stringify(resourcesOf(name).all);
    const region = regionOf(name);
    const partitions = [...text.matchAll(/\barn:(aws[a-z-]*):/g)].map(([, partition]) => partition);
    expect([...new Set(partitions)].filter((partition) => partition !== partitionOf(region))).toEqual([]);
    const hosts = [...text.matchAll(new RegExp(`\\.${region}\\.([a-z]+(?:\\.[a-z]+)+)`, 'g'))].map(
      ([, suffix]) => suffix,
    );
    expect([...new Set(hosts)].filter((suffix) => suffix !== dnsSuffixOf(region))).toEqual([]);
  });
});
