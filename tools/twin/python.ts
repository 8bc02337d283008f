/** The Python programs that tests use, each at the versions and hashes of its `requirements.txt`. */
import { join } from 'node:path';
import { cached, contentKey } from './cache.ts';
import { MissingPrerequisite, run } from './commands.ts';
import type { Report } from './report.ts';

export interface Python {
  command: string;
  /** Folder for PYTHONPATH. */
  packages: string;
}

const FIX =
  'The AWS emulator and the AWS CLI are Python programs: install Python 3.10 or newer with pip (on Debian and Ubuntu: apt-get install ' +
  'python3 python3-pip) and make `python3 -m pip --version` work in this shell.';

/** The AWS emulator. @throws MissingPrerequisite without Python 3.10 and pip */
export const python = (report: Report): Promise<Python> => installed('emulator', 'the AWS emulator', [], report);

/**
 * The AWS CLI, which is run as `python3 -m awscli`. Without docutils, which only its help needs.
 *
 * @throws MissingPrerequisite without Python 3.10 and pip
 */
export const awsCli = (report: Report): Promise<Python> => installed('aws-cli', 'the AWS CLI', ['--no-deps'], report);

/**
 * AWS's linter of CloudFormation templates: `main` of its module `cfnlint.runner`.
 *
 * @throws MissingPrerequisite without Python 3.10 and pip
 */
export const cfnLint = (report: Report): Promise<Python> => installed('cfn-lint', 'cfn-lint', [], report);

async function installed(name: string, what: string, options: string[], report: Report): Promise<Python> {
  const command = 'python3';
  const source = join(import.meta.dirname, name, 'requirements.txt');
  const version = await run(command, ['-c', 'import sys, pip; print("%d.%d" % sys.version_info[:2])'])
    .then((text) => text.trim())
    .catch(() => '');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major !== 3 || minor < 10) throw new MissingPrerequisite(FIX);
  const key = await contentKey([source], version, process.platform, process.arch);
  const packages = await cached(name, key, async (folder) => {
    report(`installing ${what} (seconds)`);
    const target = ['--target', folder, '--require-hashes', ...options, '-r', source];
    await run(command, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...target]);
  });
  return { command, packages };
}
