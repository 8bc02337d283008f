import { shortInTerminal } from '../harmless.ts';
import type { Task } from '../task.ts';

/** One line of what happened. */
export interface StoryLine {
  /** RFC 3339, by the clock of the recording. */
  at: string;
  /** Of the stage: `Detect`, `Isolate`. */
  stage: string;
  /** A step, or a mail. */
  what: string;
  text: string;
}

/** Of a line. */
const WIDTH = 110;
/** Where the text of a line begins. */
const INDENT = 31;

/** Tells what happens as it happens, and keeps it. */
export class Story {
  readonly moments: StoryLine[] = [];
  readonly #task: Task;
  readonly #now: () => number;
  readonly #silent: boolean;
  #stage = 'Read the recording';

  /** @param now epoch milliseconds; `silent` keeps it without a word */
  constructor(task: Task, now: () => number, silent: boolean) {
    this.#task = task;
    this.#now = now;
    this.#silent = silent;
  }

  /** The stage, for a sentence. */
  get at(): string {
    return this.#stage;
  }

  /** What is waited for, on a terminal. */
  waitFor(what: string): void {
    this.#task.waitFor(what);
  }

  async say(text: string): Promise<void> {
    if (!this.#silent) await this.#task.print(`${text}\n`);
  }

  /** Begins a stage. @param about a few words */
  async stage(name: string, about: string): Promise<void> {
    this.#stage = name;
    this.waitFor(name);
    await this.say(`\n${name}: ${about}`);
  }

  /** Tells one thing that has happened. @param maxLines how many lines it may take */
  async tell(what: string, text: string, maxLines = 1): Promise<void> {
    const at = new Date(this.#now()).toISOString();
    this.moments.push({ at, stage: this.#stage, what, text });
    const room = WIDTH - INDENT;
    const safe = shortInTerminal(text, maxLines * room);
    const lines = maxLines === 1 ? [safe] : wrapped(safe, room);
    await this.say(`  ${at.slice(11, 19)}  ${what.padEnd(18)} ${lines.join(`\n${' '.repeat(INDENT)}`)}`);
  }
}

/** At spaces; a longer word stands by itself. */
function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
