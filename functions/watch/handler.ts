/**
 * *watch*: runs on a schedule, once for each network from which clusters are reached, and looks after what no event brings
 * forward. What it does is a table of jobs (`jobs.ts`).
 *
 * - Retried: nothing by Lambda; the next run of the schedule does it. A job that failed, or did not end in its time, is due
 *   again at the next run. What is taken from the agenda comes back by itself after a pause, unless *alert* has said that it
 *   is done: a crash anywhere on the way loses nothing. A second investigation of the same look sends no second message,
 *   because *alert* holds a lease for each look.
 * - Dropped: a finding or a digest that was tried in vain for about a day and a half, and a look for two hours and a half;
 *   they are counted (`Problem`, of `alert-missing`). What was deferred and not looked at within six hours: it was told in a
 *   digest.
 * - Bounded: each job by its deadline; of the agenda so many a run, in fair shares of clusters and actors.
 * - Alarms: failed invocations (a run in which something failed fails at its end, when all jobs are done), a schedule that
 *   does not run, and what was given up.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { JobRuns } from '../clients/table/job-runs.ts';
import type { Cluster } from '../contract/finding.ts';
import { PROBLEM_METRIC, type Problem } from '../contract/problems.ts';
import type { Job, JobSummary, WatchSettings } from './job.ts';
import { runJobs } from './run-jobs.ts';

/** Something could not be handled: the run counts as failed, so that somebody is told. */
class JobsFailedError extends Error {
  override readonly name = 'JobsFailedError';
}

export interface WatchOptions<Clients> {
  jobs: readonly Job<Clients>[];
  clients: Clients;
  runs: JobRuns;
  settings: WatchSettings;
  /** The clusters that this function reaches. */
  clusters: readonly Cluster[];
  /** @default the clock */
  now?: () => number;
}

/** What each job did that was due, by its id. */
export type WatchSummary = Record<string, JobSummary>;

/** The Lambda handler, with all that it is to use. */
export function createHandler<Clients>({
  jobs,
  clients,
  runs,
  settings,
  clusters,
  now = Date.now,
}: WatchOptions<Clients>): (event: unknown, context: Context) => Promise<WatchSummary> {
  const logger = new Logger({ serviceName: 'watch' });
  const metrics = new Metrics({ namespace: 'NamespaceSentinel', serviceName: 'watch', logger });
  const problem = (name: Problem, count: number): void => {
    metrics.singleMetric().addDimension('problem', name).addMetric(PROBLEM_METRIC, MetricUnit.Count, count);
  };
  const failed = (job: string, what: string, error: unknown): void =>
    logger.error('not handled', { job, what, error: error as Error });
  const unknown = (job: string, what: string, error: unknown): void =>
    logger.warn('not known', { job, what, error: error as Error });
  return middy()
    .use(injectLambdaContext(logger))
    .handler(async () => {
      const results = await runJobs(jobs, { clients, runs, settings, clusters, now, failed, unknown, problem });
      for (const { job, failed: failures, summary } of results) logger.info('job done', { job, failures, ...summary });
      const broken = results.filter(({ failed: failures }) => failures > 0);
      if (broken.length > 0)
        throw new JobsFailedError(
          `could not handle everything: ${broken.map(({ job, failed: failures }) => `${failures} in ${job}`).join(', ')}`,
        );
      return Object.fromEntries(results.map(({ job, summary = {} }) => [job, summary]));
    });
}
