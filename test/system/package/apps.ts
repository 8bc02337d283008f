/** Ordinary CDK apps, each in a folder of its own, into which the packed package is installed as anybody would. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** The oldest that package.json promises, and that of this run. */
const NODES = { 22: '22.19.0' };
export const CHECKOUT_NODE = process.execPath;

/** The oldest libraries that package.json allows. */
export const OLDEST = { 'aws-cdk-lib': '2.269.0', constructs: '10.5.0' };

export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. */
export async function finish(
  command: string,
  args: string[],
  { cwd, env = {} }: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Finished> {
  const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 1 << 28 };
  try {
    return { code: 0, ...(await promisify(execFile)(command, args, options)) };
  } catch (error) {
    const { code, stdout, stderr } = error as Finished;
    return { code, stdout, stderr };
  }
}

/** Runs a program that has to succeed. @returns what it wrote to standard output */
export async function succeed(...[command, args, options]: Parameters<typeof finish>): Promise<string> {
  const { code, stdout, stderr } = await finish(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
  return stdout;
}

const install = (cwd: string, ...args: string[]) =>
  succeed('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', ...args], { cwd });

/** The body of each app; the first lines differ. */
const BODY = `
const app = new App();
const stack = new Stack(app, 'Mine', { env: { account: '111122223333', region: 'eu-west-1' } });
new NamespaceSentinel(stack, 'NamespaceSentinel', {
  clusters: [{ name: 'production' }, { name: 'private', vpc: 'vpc-0123456789abcdef0', subnets: ['subnet-0123456789abcdef0'], securityGroups: ['sg-0123456789abcdef0'] }],
  securityHub: {}, // its function is deployed only where it is asked for
  emails: [{ address: 'oncall@example.com', minSeverity: 'MEDIUM' }],
});
app.synth();
`;
const NAMED = '{ App, Stack }';
export const REQUIRE = `const ${NAMED} = require('aws-cdk-lib');\nconst { NamespaceSentinel } = require('namespace-sentinel');\n${BODY}`;
export const IMPORT = `import ${NAMED} from 'aws-cdk-lib';\nimport { NamespaceSentinel } from 'namespace-sentinel';\n${BODY}`;

/** The checkout's own: its sources and libraries. */
export const FROM_SOURCES = `import ${NAMED} from ${JSON.stringify(resolve('node_modules/aws-cdk-lib/index.js'))};
import { NamespaceSentinel } from ${JSON.stringify(resolve('lib/index.ts'))};
${BODY}`;

export class Apps {
  readonly folder = mkdtempSync(join(tmpdir(), 'sentinel-package-'));
  /** The packed package, as `npm publish` would send it. */
  tarball = '';
  /** By the major version. */
  readonly nodes: Record<string, string> = { 24: CHECKOUT_NODE };

  async build(): Promise<void> {
    const packed = succeed('npm', ['pack', '--json', '--pack-destination', this.folder], { cwd: '.' });
    await this.#fetchNodes();
    // The build may say something, too.
    const [{ filename }] = JSON.parse((await packed).slice((await packed).indexOf('[\n')));
    this.tarball = join(this.folder, filename);
    await Promise.all([
      this.#app('js', 'javascript', ['--omit=dev', this.tarball]),
      this.#app('ts', 'typescript', [this.tarball, 'typescript-5@npm:typescript@5.9.3']),
      this.#app('oldest', 'javascript', [
        '--omit=dev',
        this.tarball,
        ...Object.entries(OLDEST).map((each) => each.join('@')),
      ]),
    ]);
    cpSync(this.of('js'), this.of('esm'), { recursive: true, filter: (from) => !from.endsWith('node_modules') });
    symlinkSync(join(this.of('js'), 'node_modules'), join(this.of('esm'), 'node_modules'));
    const manifest = join(this.of('esm'), 'package.json');
    writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), type: 'module' }));
  }

  of(name: string): string {
    return join(this.folder, name);
  }

  /** Where the package is installed in an app. */
  installed(name: string): string {
    return join(this.of(name), 'node_modules', 'namespace-sentinel');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** What `cdk init` makes, with the package. */
  async #app(name: string, language: string, args: string[]): Promise<void> {
    const cwd = this.of(name);
    mkdirSync(cwd);
    await succeed(
      CHECKOUT_NODE,
      [resolve('node_modules/.bin/cdk'), 'init', 'app', '--language', language, '--generate-only'],
      { cwd },
    );
    await install(cwd, ...args);
  }

  /** Node.js as packages of npm. */
  async #fetchNodes(): Promise<void> {
    const cwd = this.of('nodes');
    mkdirSync(cwd);
    const platform = `${process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${process.platform}-${process.arch}`;
    const packages = Object.entries(NODES).map(([major, version]) => `node-${major}@npm:${platform}@${version}`);
    writeFileSync(join(cwd, 'package.json'), '{ "private": true }');
    await install(cwd, ...packages);
    for (const major of Object.keys(NODES))
      this.nodes[major] = join(cwd, 'node_modules', `node-${major}`, 'bin', 'node');
  }
}
