import { availableParallelism } from 'node:os';
import type { Cluster, Finding } from '../../../functions/contract/finding.ts';
import { InputError } from '../../input/input.ts';
import { s3PlaceOf } from '../../input/s3-place.ts';
import { harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import type { Task } from '../task.ts';
import { inputsOf, type ReplayInput } from './inputs.ts';
import { inParts } from './parts.ts';
import { ReplayProgress } from './progress.ts';
import type { FileEnd, Listener } from './read-file.ts';
import { ReplayState } from './state.ts';
import { type OnEnd, readBeside } from './threads.ts';
import { findingLine, HEADER, summary, type Tally } from './wording.ts';

export interface ReplayOptions {
  json: boolean;
  /** What the user says of the cluster, where the input does not. */
  cluster: Cluster;
  /** A file that tells which objects were read before. */
  state?: string;
}

/** Below it, starting threads takes longer than they save. In bytes. */
const LARGE = 64_000_000;
/** S3 answers after a while, and much at once. A thread for its objects is worth its start from so many on, or from so many bytes. */
const THREADS_A_CORE = 2;
const OBJECTS_A_THREAD = 8;
const BYTES_A_THREAD = 16_000_000;
/** Each thread takes memory. */
const MAX_THREADS = 16;

/**
 * Prints the findings in recorded logs, in the order of the files; large ones are read side by side, as are objects in S3. A
 * file that cannot be read does not stop the others.
 *
 * @returns the exit code: the worst of all files
 * @throws ReaderGone when nobody reads the output any more
 * @throws InputError where the state is none, or is for nothing; what AWS answers
 */
export async function replay(names: readonly string[], options: ReplayOptions, task: Task): Promise<ExitCode> {
  if (options.state !== undefined && !names.some(s3PlaceOf))
    throw new InputError('a state is kept of objects in S3 alone: leave --state out, or name s3://BUCKET/PREFIX');
  const state = options.state === undefined ? undefined : await ReplayState.open(options.state, options.cluster);
  const whole = await inputsOf(names, state, task);
  // A pipe has no length.
  const isKnown = whole.every(({ bytes }) => bytes !== undefined);
  const total = isKnown ? whole.reduce((sum, { bytes = 0 }) => sum + bytes, 0) : undefined;
  const run = new Replay(options, task, new ReplayProgress(task, total));
  const onEnd: OnEnd = async (input, { code }) => {
    if (code !== EXIT.wrong) await state?.add(input);
  };
  const cores = availableParallelism();
  const inputs = cores > 1 && (total ?? 0) >= LARGE ? await inParts(whole) : whole;
  const threads = threadsFor(inputs, total, cores);
  const ends =
    threads > 1
      ? await readBeside(inputs, options.cluster, threads, run, onEnd)
      : await readEach(inputs, options, task, run, onEnd);
  run.problems(ends.reduce((sum, { problems }) => sum + problems, 0));
  // Of nothing there are no numbers.
  if (ends.length === 0 || ends.some(({ code }) => code !== EXIT.wrong)) await run.summary();
  return Math.max(EXIT.done, ...ends.map(({ code }) => code)) as ExitCode;
}

function threadsFor(inputs: readonly ReplayInput[], total = 0, cores = 1): number {
  if (!inputs.some(({ etag }) => etag !== undefined)) return total < LARGE ? 1 : Math.min(inputs.length, cores);
  const worth = Math.ceil(Math.max(inputs.length / OBJECTS_A_THREAD, total / BYTES_A_THREAD));
  return Math.min(inputs.length, worth, THREADS_A_CORE * cores, MAX_THREADS);
}

async function readEach(
  inputs: readonly ReplayInput[],
  { cluster }: ReplayOptions,
  task: Task,
  run: Replay,
  onEnd: OnEnd,
): Promise<FileEnd[]> {
  // What judges is loaded by each thread, where there are some.
  const { readFile } = await import('./read-file.ts');
  const ends: FileEnd[] = [];
  for (const input of inputs) {
    const end = await readFile(input, { stdin: task.stdin, cluster }, run);
    await onEnd(input, end);
    ends.push(end);
  }
  return ends;
}

class Replay implements Listener {
  private readonly progress: ReplayProgress;
  private readonly options: ReplayOptions;
  private readonly task: Task;
  private readonly tally: Tally = { events: 0, findings: new Map(), others: 0, problems: 0 };
  private headed = false;

  constructor(options: ReplayOptions, task: Task, progress: ReplayProgress) {
    this.options = options;
    this.task = task;
    this.progress = progress;
  }

  bytes(count: number): void {
    this.progress.addBytes(count);
  }

  records(events: number, others: number): void {
    this.tally.events += events;
    this.tally.others += others;
    this.progress.addRecords(events + others);
  }

  problems(count: number): void {
    this.tally.problems += count;
  }

  note(line: string): void {
    this.task.note(line);
  }

  /** The numbers go where they do not mix with JSON, and there only when somebody should see them. */
  async summary(): Promise<void> {
    const lines = summary(this.tally);
    if (!this.options.json) await this.task.print(`${lines.join('\n')}\n`);
    else if (this.task.isWatched || this.tally.problems > 0) for (const line of lines) this.task.note(line);
  }

  async finding(finding: Finding): Promise<void> {
    const { findings } = this.tally;
    findings.set(finding.outcome, (findings.get(finding.outcome) ?? 0) + 1);
    if (this.options.json) await this.task.print(`${harmlessJson(finding)}\n`);
    else await this.task.print(this.headed ? findingLine(finding) : HEADER + findingLine(finding));
    this.headed = true;
  }
}
