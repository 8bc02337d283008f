import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What stands between two commands: no command of ours has it. */
const END = 'end-of-command';

/**
 * How a real POSIX shell takes command lines apart. A line that is not quoted as it should be finds no program to run, and
 * only an empty folder to write to.
 */
export function argumentsOf(lines: readonly string[]): string[][] {
  const script = lines.map((line) => `printf '%s\\0' ${line} ${END}`).join('\n');
  const cwd = mkdtempSync(join(tmpdir(), 'sentinel-shell-'));
  const options = { input: script, maxBuffer: 1 << 26, env: { PATH: '/nonexistent' }, cwd };
  const output = execFileSync('/bin/sh', ['-s'], options).toString('utf8');
  rmSync(cwd, { recursive: true });
  const commands: string[][] = [[]];
  for (const argument of output.split('\0').slice(0, -1)) {
    if (argument === END) commands.push([]);
    else commands.at(-1)?.push(argument);
  }
  return commands.slice(0, -1);
}
