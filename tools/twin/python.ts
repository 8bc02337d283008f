/** The Python packages of the emulator, at the versions and hashes of `emulator/requirements.txt`. */
import { join } from 'node:path';
import { cached, contentKey } from './cache.ts';
import { MissingPrerequisite, run } from './commands.ts';
import type { Report } from './report.ts';

export interface Python {
  command: string;
  /** Folder for PYTHONPATH. */
  packages: string;
}

const MEND =
  'The AWS emulator is a Python program: install Python 3.10 or newer with pip (on Debian and Ubuntu: apt-get install ' +
  'python3 python3-pip) and make `python3 -m pip --version` work in this shell.';

/** @throws MissingPrerequisite without Python 3.10 and pip */
export async function python(report: Report): Promise<Python> {
  const command = 'python3';
  const source = join(import.meta.dirname, 'emulator', 'requirements.txt');
  const version = await run(command, ['-c', 'import sys, pip; print("%d.%d" % sys.version_info[:2])'])
    .then((text) => text.trim())
    .catch(() => '');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major !== 3 || minor < 10) throw new MissingPrerequisite(MEND);
  const key = await contentKey([source], version, process.platform, process.arch);
  const packages = await cached('emulator', key, async (folder) => {
    report('installing the AWS emulator (seconds)');
    const target = ['--target', folder, '--require-hashes', '-r', source];
    await run(command, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...target]);
  });
  return { command, packages };
}
