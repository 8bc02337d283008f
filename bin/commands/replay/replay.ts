import type { Cluster, Finding } from '../../../functions/contract/finding.ts';
import { InputError } from '../../input/input.ts';
import { harmlessInTerminal, harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import { RecordedLog } from '../recorded-log.ts';
import type { Task } from '../task.ts';
import { ReplayProgress, totalBytes } from './progress.ts';
import { findingLine, HEADER, summary, type Tally } from './wording.ts';

export interface ReplayOptions {
  json: boolean;
  /** What the user says of the cluster, where the input does not. */
  cluster: Cluster;
}

/**
 * Prints the findings in recorded logs. A file that cannot be read does not stop the others.
 *
 * @returns the exit code: the worst of all files
 * @throws ReaderGone when nobody reads the output any more
 */
export async function replay(files: readonly string[], options: ReplayOptions, task: Task): Promise<ExitCode> {
  const run = new Replay(options, task, new ReplayProgress(task, await totalBytes(files)));
  const codes: ExitCode[] = [];
  for (const file of files) codes.push(await run.file(file));
  // Of nothing there are no numbers.
  if (codes.some((code) => code !== EXIT.wrong)) await run.summary();
  return Math.max(...codes) as ExitCode;
}

class Replay {
  readonly progress: ReplayProgress;
  private readonly options: ReplayOptions;
  private readonly task: Task;
  private readonly tally: Tally = { events: 0, findings: new Map(), others: 0, problems: 0 };
  private headed = false;

  constructor(options: ReplayOptions, task: Task, progress: ReplayProgress) {
    this.options = options;
    this.task = task;
    this.progress = progress;
  }

  async file(file: string): Promise<ExitCode> {
    const log = new RecordedLog(file, {
      stdin: this.task.stdin,
      cluster: this.options.cluster,
      note: (line) => this.task.note(line),
      onBytes: (count) => this.progress.addBytes(count),
      onPassed: (events) => {
        this.tally.events += events;
        this.progress.addEvents(events);
      },
    });
    try {
      for await (const { verdict } of log.records()) {
        if (verdict.kind === 'other') this.tally.others += 1;
        else this.tally.events += 1;
        this.progress.addEvents(1);
        if (verdict.kind === 'finding') await this.finding(verdict.finding);
      }
      this.tally.problems += log.problems;
      return log.problems > 0 ? EXIT.attention : EXIT.done;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      for (const line of error.message.split('\n')) this.task.note(harmlessInTerminal(line));
      return EXIT.wrong;
    }
  }

  /** The numbers go where they do not mix with JSON, and there only when somebody should see them. */
  async summary(): Promise<void> {
    const lines = summary(this.tally);
    if (!this.options.json) await this.task.print(`${lines.join('\n')}\n`);
    else if (this.task.isWatched || this.tally.problems > 0) for (const line of lines) this.task.note(line);
  }

  private async finding(finding: Finding): Promise<void> {
    const { findings } = this.tally;
    findings.set(finding.outcome, (findings.get(finding.outcome) ?? 0) + 1);
    if (this.options.json) await this.task.print(`${harmlessJson(finding)}\n`);
    else await this.task.print(this.headed ? findingLine(finding) : HEADER + findingLine(finding));
    this.headed = true;
  }
}
