/** A drill without a deployment: the same playbooks run on this computer, and the audit log is what a person hands over. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Alert } from '../../../functions/contract/alert.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { counted } from '../../../functions/kit/words.ts';
import type { ChosenCluster } from '../contain/cluster.ts';
import { recordsOfAlert } from '../contain/known-finding.ts';
import { ProgressLines } from '../contain/progress.ts';
import { type LocalRun, runHere } from '../contain/start.ts';
import { investigated } from '../investigate/investigated.ts';
import { RecordedLog, recordsOf } from '../recorded-log.ts';
import type { Task } from '../task.ts';
import type { DrillLimits, Recorded } from './course.ts';
import { epochOf } from './epoch.ts';
import type { Wait } from './link.ts';
import type { DrillPlaybooks, RunEnd, RunStart } from './playbooks.ts';
import { endOf, within } from './playbooks.ts';
import type { Staged } from './stage.ts';

/** The files of the audit log, and what *detect* and *investigate* make of them. */
export class RecordedLinks implements Recorded {
  #alert: Alert | undefined;
  readonly #cluster: ChosenCluster;
  readonly #files: readonly string[];
  readonly #limits: DrillLimits;
  readonly #task: Task;

  constructor(cluster: ChosenCluster, files: readonly string[], limits: DrillLimits, task: Task) {
    this.#cluster = cluster;
    this.#files = files;
    this.#limits = limits;
    this.#task = task;
  }

  alert(): Alert | undefined {
    return this.#alert;
  }

  links(staged: Staged): readonly Wait[] {
    const { logMs, investigationMs } = this.#limits;
    return [
      {
        id: 'finding',
        name: 'finding in the audit log',
        limitMs: logMs,
        fix: 'are these the files into which the API server writes now, one of each API server?',
        ask: () => this.#find(staged),
      },
      {
        id: 'investigation',
        name: 'investigation',
        limitMs: investigationMs,
        fix: 'try "sentinel investigate" with the same files',
        ask: () => this.#investigate(staged),
      },
    ];
  }

  async #find({ uid }: Staged) {
    const options = { stdin: this.#task.stdin, cluster: this.#cluster.cluster, note: () => undefined };
    for await (const { verdict } of recordsOf(this.#files.map((file) => new RecordedLog(file, options)))) {
      if (verdict.kind !== 'finding' || verdict.finding.namespace.uid !== uid) continue;
      const { id, request } = verdict.finding;
      const at = epochOf(request.at);
      return { ...defined({ at }), says: `The audit log has it, and it is the finding ${id}.` };
    }
    return undefined;
  }

  async #investigate({ name }: Staged) {
    const { own: kubernetes, cluster } = this.#cluster;
    const alert = await investigated({ namespace: name, cluster, kubernetes, auditLog: this.#files }, this.#task);
    if (!alert?.assessment) return undefined;
    this.#alert = alert;
    const { evidence = [], assessment } = alert;
    const silent = evidence.filter(({ status }) => status === 'not-checked').length;
    return { says: `${assessment.severity}, by ${counted(evidence.length, 'check')}, ${silent} without an answer.` };
  }
}

/** The playbooks on this computer. What they keep is in a folder of the drill's own. */
export class LocalDrillPlaybooks implements DrillPlaybooks {
  readonly where = 'the lines above';
  readonly seesSessions: boolean;
  hasIsolated = false;
  readonly #cluster: ChosenCluster;
  readonly #directory: string;
  readonly #options: LocalOptions;
  readonly #task: Task;
  #running: Promise<LocalRun> | undefined;

  private constructor(cluster: ChosenCluster, directory: string, options: LocalOptions, task: Task) {
    this.#cluster = cluster;
    this.#directory = directory;
    this.#options = options;
    this.#task = task;
    this.seesSessions = options.auditLog.length > 0;
  }

  static async open(cluster: ChosenCluster, options: LocalOptions, task: Task): Promise<LocalDrillPlaybooks> {
    return new LocalDrillPlaybooks(cluster, await mkdtemp(join(tmpdir(), 'sentinel-drill-')), options, task);
  }

  async run({ playbook, mode, target }: RunStart, signal: AbortSignal): Promise<RunEnd> {
    await this.settled(signal);
    const alert = this.#options.alert();
    if (mode !== 'plan') this.hasIsolated = true;
    const { auditLog, asMyself } = this.#options;
    const run = runHere(
      {
        playbook,
        target: { ...target, cluster: this.#cluster.cluster },
        cluster: this.#cluster,
        asMyself,
        directory: this.#directory,
        auditLog,
        input: { mode, auditLogMinutes: this.seesSessions ? MINUTES : 0, ...defined({ findingId: alert?.id }) },
        ...defined({ findings: alert && recordsOfAlert(alert) }),
      },
      this.#task,
      new ProgressLines(this.#task),
    );
    this.#running = run;
    const { end, report } = await within(run, signal);
    if (report) return endOf(report);
    const [outcome, summary] = end.succeeded ? ['unknown', 'It ended without a report.'] : [end.error, end.cause];
    return { outcome, summary, open: [], proofs: [] };
  }

  async settled(signal: AbortSignal): Promise<void> {
    if (this.#running) await within(this.#running, signal).catch(() => signal.throwIfAborted());
  }

  async forget(needed: boolean): Promise<string | undefined> {
    if (needed) return this.#directory;
    await rm(this.#directory, { recursive: true, force: true });
    return undefined;
  }
}

/** The log of a drill's few minutes is there at once, or not at all. */
const MINUTES = 1;

export interface LocalOptions {
  auditLog: readonly string[];
  asMyself: boolean;
  /** What the investigation came to. */
  alert(): Alert | undefined;
}
