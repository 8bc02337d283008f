/** The package as it is published: installed into ordinary CDK apps, with the oldest and the newest Node.js. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { FUNCTIONS } from '../../lib/base/bundling.ts';
import { Apps, CHECKOUT_NODE, FROM_SOURCES, finish, IMPORT, OLDEST, REQUIRE, succeed } from './package/apps.ts';

// Four installations; the largest takes a minute on two busy cores.
jest.setTimeout(600_000);

const apps = new Apps();
beforeAll(() => apps.build());
afterAll(() => apps.remove());

/** The resources of a template; assets are named by a hash of their content. */
const templateIn = (folder: string): unknown =>
  JSON.parse(readFileSync(join(folder, 'Mine.template.json'), 'utf8').replace(/[0-9a-f]{64}/g, 'ASSET'));

/** The hash of each bundle in a cloud assembly. */
const bundlesIn = (folder: string): string[] =>
  readdirSync(folder)
    .map((name) => join(folder, name, 'index.js'))
    .filter((file) => existsSync(file))
    .map((file) => createHash('sha256').update(readFileSync(file)).digest('hex'))
    .sort();

let outputs = 0;
/** Runs an app as `cdk synth` does. @returns the folder of the cloud assembly */
async function synthesise(node: string, args: string[], cwd: string, context: object = {}): Promise<string> {
  const CDK_OUTDIR = join(apps.folder, `out-${++outputs}`);
  await succeed(node, args, { cwd, env: { CDK_OUTDIR, CDK_CONTEXT_JSON: JSON.stringify(context), NODE_OPTIONS: '' } });
  return CDK_OUTDIR;
}

const FLAGS = JSON.parse(readFileSync('cdk.json', 'utf8')).context;
/** What the sources of this checkout make, with the flags of its `cdk.json`. */
let ours: Promise<string> | undefined;
const fromSources = (): Promise<string> => {
  const file = join(apps.folder, 'sources.mts');
  writeFileSync(file, FROM_SOURCES);
  ours ??= synthesise(CHECKOUT_NODE, [file], resolve('.'), FLAGS);
  return ours;
};

const manifest = () => JSON.parse(readFileSync(join(apps.installed('js'), 'package.json'), 'utf8'));

describe('the package', () => {
  test('needs the AWS CDK, and brings two libraries', () => {
    const { peerDependencies, dependencies, scripts } = manifest();
    expect(Object.keys(peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
    expect(Object.keys(dependencies)).toEqual(['yaml', 'zod']);
    // Nothing of it runs when it is installed: npm runs `prepare` in a checkout alone.
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
  });

  test('has no sources, tests or tools, and is not larger than it has to be', () => {
    const top = readdirSync(apps.installed('js')).sort();
    expect(top).toEqual(
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'cluster',
        'dist',
        'docs',
        'package.json',
        'sentinel.config.schema.json',
        'sentinel.config.yaml',
        'test',
      ].sort(),
    );
    expect(readdirSync(join(apps.installed('js'), 'test', 'corpus', 'incidents'))).toEqual(['stolen-ci-role']);
    expect(statSync(apps.tarball).size).toBeLessThan(13 * 1024 * 1024);
  });

  test('brings the manifests for the clusters as they are here', async () => {
    expect((await finish('diff', ['-r', 'cluster', join(apps.installed('js'), 'cluster')], { cwd: '.' })).stdout).toBe(
      '',
    );
  });

  test('names what of others is in it, with its licence', () => {
    const dist = join(apps.installed('js'), 'dist');
    const sbom = JSON.parse(readFileSync(join(dist, 'sbom.cdx.json'), 'utf8'));
    const names: string[] = sbom.components.map(({ group, name }: { group?: string; name: string }) =>
      group ? `${group}/${name}` : name,
    );
    for (const name of ['@kubernetes/client-node', '@aws-sdk/client-dynamodb', 'undici', 'yaml', 'zod'])
      expect(names).toContain(name);
    for (const name of ['jest', 'typescript', 'aws-cdk', 'esbuild']) expect(names).not.toContain(name);
    expect(sbom.metadata.component.name).toBe('namespace-sentinel');
    expect(readFileSync(join(dist, 'THIRD_PARTY_NOTICES.txt'), 'utf8')).toContain('@kubernetes/client-node 2.');
  });
});

describe('the construct', () => {
  test.each(['22', '24'])('synthesises what the checkout does, required and imported, on Node.js %s', async (major) => {
    const node = apps.nodes[major] ?? '';
    expect(await succeed(node, ['--version'], { cwd: '.' })).toMatch(new RegExp(`^v${major}\\.`));
    writeFileSync(join(apps.of('js'), 'bin', 'js.js'), REQUIRE);
    writeFileSync(join(apps.of('esm'), 'bin', 'js.js'), IMPORT);
    const expected = templateIn(await fromSources());
    for (const name of ['js', 'esm'])
      expect(templateIn(await synthesise(node, ['bin/js.js'], apps.of(name), FLAGS))).toEqual(expected);
  });

  test('comes with the bundles that the checkout makes', async () => {
    const functions = join(apps.installed('js'), 'dist', 'functions');
    expect(readdirSync(functions).sort()).toEqual(Object.keys(FUNCTIONS).sort());
    expect(bundlesIn(functions)).toEqual([...new Set(bundlesIn(await fromSources()))]);
  });

  test.each(['22', '24'])('works in an app as "cdk init" makes it, with TypeScript, on Node.js %s', async (major) => {
    const cwd = apps.of('ts');
    writeFileSync(join(cwd, 'bin', 'ts.ts'), IMPORT);
    // With its own flags, and what its cdk.json runs.
    const { app, context } = JSON.parse(readFileSync(join(cwd, 'cdk.json'), 'utf8'));
    expect(app).toBe('npx tsc && npx tsx bin/ts.ts');
    const node = apps.nodes[major] ?? '';
    await succeed(node, ['node_modules/.bin/tsc'], { cwd });
    const out = await synthesise(node, ['node_modules/.bin/tsx', 'bin/ts.ts'], cwd, context);
    expect(bundlesIn(out)).toHaveLength(Object.keys(FUNCTIONS).length);
  });

  test.each([
    ['typescript', ['--skipLibCheck', 'false']],
    ['typescript-5', ['--skipLibCheck', 'false']],
    // As older apps have it, which knows nothing of "exports".
    ['typescript-5', ['--module', 'commonjs', '--moduleResolution', 'node10', '--skipLibCheck']],
  ])('has types for %s with %j', async (compiler, options) => {
    const cwd = apps.of('ts');
    const [good, bad] = ['good.ts', 'bad.ts'].map((name) => join(cwd, name));
    writeFileSync(good ?? '', IMPORT);
    writeFileSync(bad ?? '', IMPORT.replace('minSeverity', 'minSeverty'));
    const common = [
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--module',
      'nodenext',
      '--types',
      'node',
      '--ignoreConfig',
    ];
    const tsc = join('node_modules', compiler, 'bin', 'tsc');
    const compile = (file: string) =>
      finish(CHECKOUT_NODE, [tsc, ...(compiler === 'typescript' ? common : common.slice(0, -1)), ...options, file], {
        cwd,
      });
    expect(await compile('good.ts')).toMatchObject({ code: 0, stdout: '' });
    const { code, stdout } = await compile('bad.ts');
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/bad\.ts.*minSeverty/s);
  });

  test('works with the oldest libraries that it allows, and without any flag', async () => {
    const cwd = apps.of('oldest');
    const { peerDependencies } = manifest();
    for (const [name, version] of Object.entries(OLDEST)) {
      expect(peerDependencies[name]).toBe(`^${version}`);
      expect(JSON.parse(readFileSync(join(cwd, 'node_modules', name, 'package.json'), 'utf8')).version).toBe(version);
    }
    writeFileSync(join(cwd, 'bin', 'js.js'), REQUIRE);
    const out = await synthesise(apps.nodes['22'] ?? '', ['bin/js.js'], cwd);
    expect(bundlesIn(out)).toHaveLength(Object.keys(FUNCTIONS).length);
  });
});

describe('the command line', () => {
  const elsewhere = () => mkdtempSync(join(apps.folder, 'elsewhere-'));
  const sentinel = (major: string, args: string[], cwd = elsewhere()) =>
    finish(apps.nodes[major] ?? '', [join(apps.installed('js'), 'dist', 'bin', 'sentinel.js'), ...args], { cwd });

  test('runs by npx', async () => {
    const { code, stdout } = await finish('npx', ['--offline', 'sentinel', '--version'], { cwd: apps.of('js') });
    expect([code, stdout.trim()]).toEqual([0, manifest().version]);
  });

  test.each(['22', '24'])('works from another folder on Node.js %s', async (major) => {
    expect((await sentinel(major, ['--help'])).stdout).toMatch(/^Usage: sentinel/);
    const sample = resolve('test/samples/first.jsonl');
    const { code, stdout, stderr } = await sentinel(major, ['replay', sample]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('304 audit events read, 11 findings');
    const demo = await sentinel(major, ['demo']);
    expect([demo.code, demo.stderr]).toEqual([0, '']);
    expect(demo.stdout).toMatch(/^ {2}\d\d:\d\d:\d\d {2}Released /m);
    expect(demo.stdout).toMatch(/ demo-out\/\S*report\.html \(open it in a browser\)\n/);
  });

  test.each(['22', '24'])('loads the client for Kubernetes on Node.js %s', async (major) => {
    const { code, stderr } = await sentinel(major, ['preflight', '--kubeconfig', 'none']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('the kubeconfig none cannot be used')]);
  });
});
