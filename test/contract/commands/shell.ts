import { execFileSync } from 'node:child_process';

/** What stands between two commands: no command of ours has it. */
const END = 'end-of-command';

/** How a real POSIX shell takes command lines apart. Nothing of them is run. */
export function argumentsOf(lines: readonly string[]): string[][] {
  const script = lines.map((line) => `printf '%s\\0' ${line} ${END}`).join('\n');
  const output = execFileSync('/bin/sh', ['-s'], { input: script, maxBuffer: 1 << 26 }).toString('utf8');
  const commands: string[][] = [[]];
  for (const argument of output.split('\0').slice(0, -1)) {
    if (argument === END) commands.push([]);
    else commands.at(-1)?.push(argument);
  }
  return commands.slice(0, -1);
}
