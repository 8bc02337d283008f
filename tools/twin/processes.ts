/** Starts and ends the processes of a twin, and the folder that holds all they write. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExpectedError } from '../../bin/expected-error.ts';
import { tail } from './commands.ts';
import type { Answer, ProcessSpec, Request } from './guardian.ts';
import { FOLDER_PREFIX, OWNER_FILE, ownerOf } from './leftovers.ts';

/** A process of the twin ended, or did not become ready; the message has the last lines of its log. */
class ProcessError extends ExpectedError {
  override name = 'ProcessError';
}

export interface StartSpec {
  name: string;
  command: string;
  args: string[];
  /** Default: PATH and HOME only, so that nothing of the caller's shell decides what a process does. */
  env?: Record<string, string>;
  /** Default: the twin's folder. */
  cwd?: string;
}

/** What a process of the twin sees of the caller's environment. */
export const bareEnvironment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
});

export class Processes {
  /** Holds everything the twin writes; removed with it. */
  readonly folder: string;
  readonly #guardian: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #pids = new Map<string, number>();
  readonly #ended = new Map<string, string>();
  #closing = false;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), FOLDER_PREFIX));
    writeFileSync(join(this.folder, OWNER_FILE), ownerOf(process.pid));
    mkdirSync(join(this.folder, 'logs'));
    this.#guardian = spawn(process.execPath, [join(import.meta.dirname, 'guardian.ts'), this.folder], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...bareEnvironment(), NODE_NO_WARNINGS: '1' },
      cwd: this.folder,
      detached: true,
    });
    this.#gone = new Promise((resolve) => {
      this.#guardian.on('exit', () => {
        this.#killAll();
        resolve();
      });
      this.#guardian.on('error', () => resolve());
    });
    this.#guardian.stdin?.on('error', () => {});
    const { stdout } = this.#guardian;
    if (stdout) createInterface({ input: stdout }).on('line', (line) => this.#take(JSON.parse(line)));
  }

  #take(answer: Answer): void {
    if ('started' in answer) this.#pids.set(answer.started, answer.pid);
    else {
      this.#pids.delete(answer.ended);
      this.#ended.set(answer.ended, answer.how);
    }
  }

  /** The guardian went first: whatever it left is ours to end. */
  #killAll(): void {
    if (!this.#closing) this.#ended.set('guardian', 'ended');
    for (const pid of this.#pids.values()) {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // gone already
      }
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #send(request: Request): void {
    this.#guardian.stdin?.write(`${JSON.stringify(request)}\n`);
  }

  /** Number of a process that runs. @throws ProcessError when it does not */
  pid(name: string): number {
    const pid = this.#pids.get(name);
    if (pid === undefined) throw new ProcessError(`${name} does not run\n${this.logTail(name)}`);
    return pid;
  }

  /** The file that takes the process's output. */
  log(name: string): string {
    return join(this.folder, 'logs', `${name}.log`);
  }

  /** @throws ProcessError when there is no such program */
  async start(spec: StartSpec): Promise<void> {
    const { name, command, args, env = bareEnvironment(), cwd = this.folder } = spec;
    const process: ProcessSpec = { name, command, args, env, cwd, log: this.log(name) };
    this.#ended.delete(name);
    this.#send({ start: process });
    const started = async () => this.#pids.has(name) || this.#ended.get(name)?.startsWith('exit code') === true;
    await this.until(started, { what: `${name} started`, process: name, everyMs: 2 });
  }

  /**
   * Runs a program to its end, under the guardian as every other: it ends with the twin.
   *
   * @throws ProcessError when it ends with another code than 0, or the time is up
   */
  async run(spec: StartSpec, timeoutMs = 5 * 60_000): Promise<void> {
    await this.start(spec);
    const ended = async () => this.#ended.has(spec.name);
    await this.until(ended, { what: `${spec.name} is done`, timeoutMs }).catch(async (error) => {
      await this.stop(spec.name);
      throw error;
    });
    const how = this.#ended.get(spec.name);
    if (how !== 'exit code 0') throw new ProcessError(`${spec.name}: ${how}\n${this.logTail(spec.name, 40)}`);
  }

  /** Kills the process and its children; returns when it is gone. */
  async stop(name: string): Promise<void> {
    this.#send({ kill: name });
    while (this.#pids.has(name) && !this.#ended.has('guardian')) await sleep(5);
  }

  /**
   * Waits until the check holds; a check that throws does not hold yet.
   *
   * @throws ProcessError when the process that it waits for ends, or the time is up
   */
  async until(
    check: () => Promise<boolean>,
    wait: { what: string; process?: string; timeoutMs?: number; everyMs?: number },
  ): Promise<void> {
    const { what, process = 'guardian', timeoutMs = 60_000, everyMs = 50 } = wait;
    const deadline = performance.now() + timeoutMs;
    let why = '';
    const holds = async () => {
      try {
        return await check();
      } catch (error) {
        why = ` (${error})`;
        return false;
      }
    };
    while (!(await holds())) {
      const how = this.#ended.get(process) ?? this.#ended.get('guardian');
      if (how) throw new ProcessError(`${what}: ${process} ended (${how})\n${this.logTail(process)}`);
      if (performance.now() > deadline)
        throw new ProcessError(`${what}: not after ${timeoutMs / 1000} s${why}\n${this.logTail(process)}`);
      await sleep(everyMs);
    }
  }

  /** The last lines that the process wrote. */
  logTail(name: string, lines = 20): string {
    try {
      return tail(readFileSync(this.log(name), 'utf8'), lines);
    } catch {
      return '';
    }
  }

  /** Ends every process and removes the folder. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#guardian.stdin?.end();
    await this.#gone;
  }
}
