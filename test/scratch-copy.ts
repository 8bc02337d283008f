/** A copy of parts of the tree, in which a test does what CONTRIBUTING.md says, and sees what looks after it. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
/** Without these neither Jest nor the compiler runs. */
const ALWAYS = [
  'functions',
  'docs',
  'jest.config.mjs',
  'package.json',
  'tsconfig.json',
  'test/quiet.mjs',
  'test/slowest.mjs',
];

interface Report {
  testResults: { assertionResults: { status: string; fullName: string }[] }[];
}

export class ScratchCopy {
  readonly root: string;

  /** @param paths what is copied, beside what every copy needs */
  constructor(...paths: string[]) {
    this.root = mkdtempSync(join(tmpdir(), 'sentinel-copy-'));
    for (const path of [...ALWAYS, ...paths]) cpSync(join(ROOT, path), join(this.root, path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(this.root, 'node_modules'));
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.root, file), text);
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), 'utf8');
  }

  append(file: string, text: string): void {
    this.write(file, this.read(file) + text);
  }

  /** Puts text before what is there already. @throws where that is not there, or more than once */
  insert(file: string, before: string, text: string): void {
    const whole = this.read(file);
    if (whole.split(before).length !== 2) throw new Error(`${file} does not hold ${before} once`);
    this.write(
      file,
      whole.replace(before, () => text + before),
    );
  }

  /**
   * Runs tests of the copy.
   *
   * @param atLeast how many there are: fewer means that they did not run
   * @returns the names of those that failed, sorted
   */
  failures(atLeast: number, ...tests: string[]): string[] {
    const report = join(this.root, 'report.json');
    const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
    const args = [jest, '--rootDir', this.root, '-w', '1', '--json', '--outputFile', report, ...tests];
    const { stderr } = spawnSync(process.execPath, args, { cwd: this.root, encoding: 'utf8' });
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
    const results = testResults.flatMap(({ assertionResults }) => assertionResults);
    if (results.length < atLeast) throw new Error(`the tests did not run: ${stderr}`);
    return results
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => fullName)
      .sort();
  }

  /** @returns the files among these that do not compile, with the first error of each */
  compile(...include: string[]): Record<string, string> {
    this.write('tsconfig.copy.json', JSON.stringify({ extends: './tsconfig.json', include }));
    const compiler = join(ROOT, 'node_modules/typescript7/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.copy.json'], {
      cwd: this.root,
      encoding: 'utf8',
    });
    const errors = [...stdout.matchAll(/^(\S+)\(\d+,\d+\): error (.*)$/gm)];
    return Object.fromEntries(errors.toReversed().map(([, file = '', error = '']) => [file, error]));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
