import { availableParallelism } from 'node:os';
import type { Cluster, Finding } from '../../../functions/contract/finding.ts';
import { harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import type { Task } from '../task.ts';
import { ReplayProgress, totalBytes } from './progress.ts';
import { type FileEnd, type Listener, readFile } from './read-file.ts';
import { readBeside } from './threads.ts';
import { findingLine, HEADER, summary, type Tally } from './wording.ts';

export interface ReplayOptions {
  json: boolean;
  /** What the user says of the cluster, where the input does not. */
  cluster: Cluster;
}

/** Below it, starting threads takes longer than they save. In bytes. */
const LARGE = 64_000_000;

/**
 * Prints the findings in recorded logs, in the order of the files; large ones are read side by side. A file that cannot be
 * read does not stop the others.
 *
 * @returns the exit code: the worst of all files
 * @throws ReaderGone when nobody reads the output any more
 */
export async function replay(files: readonly string[], options: ReplayOptions, task: Task): Promise<ExitCode> {
  const total = await totalBytes(files);
  const run = new Replay(options, task, new ReplayProgress(task, total));
  const threads = (total ?? 0) < LARGE ? 1 : Math.min(files.length, availableParallelism());
  const ends =
    threads > 1 ? await readBeside(files, options.cluster, threads, run) : await readEach(files, options, task, run);
  run.problems(ends.reduce((sum, { problems }) => sum + problems, 0));
  // Of nothing there are no numbers.
  if (ends.some(({ code }) => code !== EXIT.wrong)) await run.summary();
  return Math.max(...ends.map(({ code }) => code)) as ExitCode;
}

async function readEach(
  files: readonly string[],
  { cluster }: ReplayOptions,
  task: Task,
  run: Replay,
): Promise<FileEnd[]> {
  const ends: FileEnd[] = [];
  for (const file of files) ends.push(await readFile(file, { stdin: task.stdin, cluster }, run));
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
