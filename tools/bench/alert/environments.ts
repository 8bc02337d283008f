/** Execution environments of a function, as Lambda has them: a process each, one event at a time, kept for the next event. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What Lambda's runtime does. Its answers tell what the process has taken since it began, in milliseconds of processor time. */
const RUNTIME = `
const { handler } = require(process.argv[2]);
process.on('message', async ({ event, name }) => {
  const context = { functionName: name, awsRequestId: 'bench', getRemainingTimeInMillis: () => 60_000 };
  const answer = await handler(event, context).then((result) => ({ result }), (error) => ({ error: String(error && error.stack) }));
  const { user, system } = process.cpuUsage();
  process.send({ ...answer, processor: (user + system) / 1_000 });
});
process.send('ready');
`;

export interface Handled {
  result: unknown;
  /** Of the process so far, in milliseconds. */
  processor: number;
  /** Whether a new environment handled it. */
  wasCold: boolean;
}

export class Environments {
  readonly #name: string;
  readonly #bundle: string;
  readonly #env: Record<string, string>;
  readonly #runtime: string;
  readonly #all = new Set<ChildProcess>();
  readonly #idle: ChildProcess[] = [];

  /** @param bundle its file; the runtime is written beside it */
  constructor(name: string, bundle: string, env: Record<string, string>) {
    this.#name = name;
    this.#bundle = bundle;
    this.#env = env;
    this.#runtime = join(bundle, '..', 'runtime.cjs');
    writeFileSync(this.#runtime, RUNTIME);
  }

  /** Hands the event to an idle environment, else to a new one. @throws when the function did */
  async handle(event: unknown): Promise<Handled> {
    const idle = this.#idle.pop();
    const environment = idle ?? (await this.#begin());
    environment.send({ event, name: this.#name });
    const [{ result, error, processor }] = await once(environment, 'message');
    this.#idle.push(environment);
    if (error) throw new Error(`${this.#name} failed: ${error}`);
    return { result, processor, wasCold: !idle };
  }

  /** Ends all: the next event meets a cold function. */
  async end(): Promise<void> {
    this.#idle.length = 0;
    await Promise.all(
      [...this.#all].map(async (environment) => {
        const ended = once(environment, 'exit');
        environment.kill('SIGKILL');
        await ended;
      }),
    );
    this.#all.clear();
  }

  async #begin(): Promise<ChildProcess> {
    const environment = spawn(process.execPath, [this.#runtime, this.#bundle], {
      env: { PATH: process.env['PATH'], ...this.#env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#all.add(environment);
    const [said] = await Promise.race([once(environment, 'message'), once(environment, 'exit')]);
    if (said !== 'ready') throw new Error(`${this.#name} cannot be loaded`);
    return environment;
  }
}
