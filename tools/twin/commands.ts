/** Runs a program to its end. */
import { spawn } from 'node:child_process';
import { ExpectedError } from '../../bin/expected-error.ts';

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string;
  /** Ends the program (SIGKILL) and fails; milliseconds, default 15 minutes. */
  timeoutMs?: number;
}

export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

/** A program ended with another code than 0, or was ended. */
class CommandError extends ExpectedError {
  override name = 'CommandError';
}

/** A program, or a version of it, that the machine lacks; the message says how to fix that. */
export class MissingPrerequisite extends ExpectedError {
  override name = 'MissingPrerequisite';
}

/**
 * Runs a program and gives back whatever it answered, whatever its exit code.
 *
 * @throws MissingPrerequisite when there is no such program; CommandError when it was ended
 */
export function finish(command: string, args: string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: 'pipe',
    });
    // not spawn's own time-out: that one keeps the process waiting when there is no such program
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 15 * 60_000);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(error.code === 'ENOENT' ? new MissingPrerequisite(`${command} is not installed`) : error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code !== null) return resolve({ code, stdout, stderr });
      reject(new CommandError(`${command} ${args.join(' ')}: ended by ${signal}\n${tail(stderr || stdout)}`));
    });
    child.stdin.on('error', () => {}); // a program may end without reading
    child.stdin.end(options.input ?? '');
  });
}

/**
 * Runs a program that has to succeed; gives back its standard output.
 *
 * @throws MissingPrerequisite, CommandError
 */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await finish(command, args, options);
  if (code === 0) return stdout;
  throw new CommandError(`${command} ${args.join(' ')}: exit code ${code}\n${tail(stderr || stdout)}`);
}

/** The last lines of a text, for a message. */
export const tail = (text: string, lines = 30): string => text.trimEnd().split('\n').slice(-lines).join('\n');
