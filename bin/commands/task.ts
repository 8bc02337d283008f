import { createInterface } from 'node:readline';
import { defined } from '../../functions/kit/defined.ts';
import { shortInTerminal } from './harmless.ts';
import { type Io, Output } from './io.ts';

/** How often a terminal is told how long something takes already. */
const TICK_MS = 1_000;
/** Shorter than this nothing is said about the time. */
const SHORT_MS = 2_000;
const ERASE = '\r\x1b[K';

/** How patient a command is. */
export interface CommandLimits {
  /** A cluster that says nothing for so long is given up, in milliseconds. */
  silenceMs: number;
  /** Between two questions to a service that takes its time, or few of them, in milliseconds. @default the command's own */
  pollMs?: number;
}

export const COMMAND_LIMITS: CommandLimits = { silenceMs: 15_000 };

/** What a command is given: the streams, and one line of a terminal that says what is waited for. */
export class Task {
  readonly stdin: Io['stdin'];
  readonly limits: CommandLimits;
  readonly #stderr: Io['stderr'];
  readonly #stdout: Output;
  readonly #ticks: NodeJS.Timeout | undefined;
  #waiting: { what: string; since: number } | undefined;
  #drawn = false;
  /** The cluster, table or folder that the work is about; told when the work fails. */
  about: string | undefined;

  constructor({ stdin, stdout, stderr }: Io, limits = COMMAND_LIMITS) {
    this.stdin = stdin;
    this.limits = limits;
    this.#stderr = stderr;
    this.#stdout = new Output(stdout);
    if (stderr.isTTY) this.#ticks = setInterval(() => this.#draw(), TICK_MS).unref();
  }

  /** Whether a person looks at what is noted. */
  get isWatched(): boolean {
    return this.#stderr.isTTY === true;
  }

  /** Whether somebody can be asked. */
  get isInteractive(): boolean {
    return this.stdin.isTTY === true;
  }

  /**
   * Says what is waited for from now on. A terminal shows it at once, and how long it has taken; nothing else does.
   *
   * @param what the beginning of a line, as `Isolate network`; undefined for nothing
   */
  waitFor(what: string | undefined): void {
    this.#waiting = what === undefined ? undefined : { what, since: Date.now() };
    if (what === undefined) this.#wipe();
    else this.#draw();
  }

  /** Writes to standard output. @throws {ReaderGone} {OutputError} */
  async print(text: string): Promise<void> {
    this.#wipe();
    await this.#stdout.write(text);
  }

  /** Writes a line to standard error. */
  note(line: string): void {
    this.#wipe();
    this.#stderr.write(`${line}\n`);
  }

  /**
   * Asks for a line of standard input.
   *
   * @param signal ends the waiting
   * @returns undefined at the end of the input, or when the signal aborts
   */
  async ask(prompt: string, signal?: AbortSignal): Promise<string | undefined> {
    this.waitFor(undefined);
    this.#stderr.write(prompt);
    // No terminal of its own, so that Ctrl-C stays a signal to the process.
    const lines = createInterface({ input: this.stdin, terminal: false, ...defined({ signal }) });
    try {
      for await (const line of lines) return line.trim();
      return undefined;
    } finally {
      lines.close();
    }
  }

  /** Leaves the terminal as it was. */
  end(): void {
    clearInterval(this.#ticks);
    this.waitFor(undefined);
  }

  #draw(): void {
    if (!this.#waiting || !this.isWatched) return;
    const { what, since } = this.#waiting;
    const passed = Date.now() - since;
    const time = passed < SHORT_MS ? '' : ` ${Math.round(passed / 1_000)} s`;
    const width = Math.max(20, this.#stderr.columns ?? 80) - time.length - 3;
    this.#stderr.write(`${ERASE}${shortInTerminal(what, width)} …${time}`);
    this.#drawn = true;
  }

  #wipe(): void {
    if (this.#drawn) this.#stderr.write(ERASE);
    this.#drawn = false;
  }
}
