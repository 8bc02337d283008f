import { spawnSync } from 'node:child_process';

/** Processor time of this thread, in milliseconds. */
function threadTime(): number {
  // Linux brings a thread's own counter up to date only at its next tick, or when that of the process is read.
  process.cpuUsage();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/**
 * Processor time of each work, in milliseconds: the least of many rounds, in which they take turns, so that all are
 * measured on the same machine.
 */
export function leastTimes(works: readonly (() => unknown)[], rounds = 12): number[] {
  const least = works.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++)
    for (const [index, work] of works.entries()) {
      const from = threadTime();
      work();
      least[index] = Math.min(least[index] ?? 0, threadTime() - from);
    }
  return least;
}

/** Whether a program is on this machine. */
export const isThere = (program: string): boolean =>
  spawnSync('bash', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

/** What a line of bash took, pipelines and all: wall and processor time, in seconds. */
export interface Took {
  wall: number;
  processor: number;
}

/** Runs a line of bash. @throws when it fails, with what it printed */
function timeOf(line: string, env: NodeJS.ProcessEnv = {}): Took {
  const { status, stderr } = spawnSync('bash', ['-c', `TIMEFORMAT='%R %U %S'; set -o pipefail; time { ${line}; }`], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', ...env },
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${line} failed with ${status}: ${stderr.slice(-1_000)}`);
  const [wall = 0, user = 0, system = 0] = (stderr.trimEnd().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { wall, processor: user + system };
}

/** The least of several rounds, in which the lines take turns. */
export function leastOf(lines: readonly string[], rounds: number, env?: NodeJS.ProcessEnv): Took[] {
  const least = lines.map(() => ({ wall: Number.POSITIVE_INFINITY, processor: Number.POSITIVE_INFINITY }));
  for (let round = 0; round < rounds; round++)
    for (const [index, line] of lines.entries()) {
      const took = timeOf(line, env);
      const so = least[index] as Took;
      so.wall = Math.min(so.wall, took.wall);
      so.processor = Math.min(so.processor, took.processor);
    }
  return least;
}
