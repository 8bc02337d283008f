/**
 * Keeps a twin's processes and its folder, and ends both together with the process that asked for them.
 *
 * A program of its own, in a session of its own, so that neither Ctrl-C nor the death of its parent reaches it: when
 * its standard input ends, for whatever reason, it kills every process it started (with their children, by process
 * group), removes their cgroups and the folder and goes. It is the parent of all processes of the twin, so there is no moment at which
 * one of them runs unknown to it.
 *
 * Usage: guardian.ts FOLDER; requests and answers are lines of JSON, see {@link Request} and {@link Answer}.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { removeCgroups } from './cgroups.ts';
import { MARK } from './leftovers.ts';

export interface ProcessSpec {
  /** Unique within the twin; names the log file too. */
  name: string;
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** File that takes standard output and error. */
  log: string;
}

export type Request = { start: ProcessSpec } | { kill: string };
export type Answer = { started: string; pid: number } | { ended: string; how: string };

/** True when this file is the program, not an import of its types. */
const [, program, folder] = process.argv;
if (program === import.meta.filename && folder) guard(folder);

function guard(folder: string): void {
  const children = new Map<string, ChildProcess>();
  const answer = (message: Answer) => process.stdout.write(`${JSON.stringify(message)}\n`);
  process.stdout.on('error', () => {}); // the parent is gone: the end of standard input says so

  function start(spec: ProcessSpec): void {
    const log = openSync(spec.log, 'a');
    const child = spawn(spec.command, spec.args, {
      env: { ...spec.env, [MARK]: folder },
      cwd: spec.cwd,
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    children.set(spec.name, child);
    child.on('spawn', () => answer({ started: spec.name, pid: child.pid ?? 0 }));
    child.on('error', (error) => answer({ ended: spec.name, how: error.message }));
    child.on('exit', (code, signal) => {
      kill(spec.name); // what it may have left of its group
      children.delete(spec.name);
      answer({ ended: spec.name, how: signal ?? `exit code ${code}` });
    });
  }

  function kill(name: string): void {
    const pid = children.get(name)?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL'); // nothing in the twin is worth an orderly end
    } catch {
      // no such group any more
    }
  }

  function end(): void {
    for (const name of children.keys()) kill(name);
    // a process killed in the middle of a write may still make a file: once more when all are reaped
    const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    process.on('exit', remove);
    // the processes of a node are not our children: its cgroups say when they are gone
    const gone = () => children.size === 0 && removeCgroups(basename(folder));
    const reaped = setInterval(() => gone() && process.exit(0), 10);
    setTimeout(() => process.exit(1), 10_000).unref();
    reaped.ref();
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      const request: Request = JSON.parse(line);
      if ('start' in request) start(request.start);
      else kill(request.kill);
    })
    .on('close', end);
}
