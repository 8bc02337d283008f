/** Runs the jobs that are due, side by side, so that none waits for another and none fails with another. */
import type { JobRuns } from '../clients/table/job-runs.ts';
import type { Cluster } from '../contract/finding.ts';
import type { Problem } from '../contract/problems.ts';
import { MINUTE_MS, SCHEDULE_MINUTES } from '../contract/schedule.ts';
import type { Job, JobSummary, WatchSettings } from './job.ts';

/** EventBridge starts a run some seconds early or late. */
const JITTER_MS = MINUTE_MS;

export interface Run<Clients> {
  clients: Clients;
  runs: JobRuns;
  settings: WatchSettings;
  clusters: readonly Cluster[];
  now(): number;
  /** Is told about each thing that could not be handled. */
  failed(job: string, what: string, error: unknown): void;
  unknown(job: string, what: string, error: unknown): void;
  problem(problem: Problem, count: number): void;
}

/** What became of a job: how many things failed in it, and what it did; no summary where it did not come to an end. */
export interface JobResult {
  job: string;
  failed: number;
  summary?: JobSummary;
}

/** @returns the results of those that were due; throws nothing that a job threw */
export async function runJobs<Clients>(jobs: readonly Job<Clients>[], run: Run<Clients>): Promise<JobResult[]> {
  const results = await Promise.all(jobs.map((job) => runJob(job, run)));
  return results.filter((result) => result !== undefined);
}

async function runJob<Clients>(job: Job<Clients>, run: Run<Clients>): Promise<JobResult | undefined> {
  const result: JobResult = { job: job.id, failed: 0 };
  const failed = (what: string, error: unknown): void => {
    result.failed++;
    run.failed(job.id, what, error);
  };
  const everyRun = job.everyMinutes <= SCHEDULE_MINUTES;
  try {
    const period = job.everyMinutes * MINUTE_MS - JITTER_MS;
    if (!everyRun && !(await run.runs.begin(job.id, run.now(), period))) return undefined;
    const { clients, settings, clusters, now, problem } = run;
    const controller = new AbortController();
    const unknown = (what: string, error: unknown): void => run.unknown(job.id, what, error);
    const context = { unknown, clients, settings, clusters, now, problem, failed, signal: controller.signal };
    result.summary = await within(job.deadlineMs, controller, () => job.run(context));
  } catch (error) {
    failed(job.id, error);
  }
  if ((result.failed > 0 || result.summary?.['postponed'] === true) && !everyRun)
    await run.runs.again(job.id).catch((error) => run.failed(job.id, 'to be done again', error));
  return result;
}

/** @throws when the work is not done in time; it is told to stop, and not waited for */
async function within<T>(ms: number, controller: AbortController, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`not done within ${ms / 1000} s`);
      controller.abort(error);
      reject(error);
    }, ms);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
