import { beforeEach, describe, expect, test } from '@jest/globals';
import { LocalJobRuns } from '../../functions/clients/local/job-runs.ts';
import type { JobRuns } from '../../functions/clients/table/job-runs.ts';
import { RUN_SECONDS, SCHEDULE_MINUTES } from '../../functions/contract/schedule.ts';
import type { Job } from '../../functions/watch/job.ts';
import { JOBS, jobsOf } from '../../functions/watch/jobs.ts';
import { runJobs } from '../../functions/watch/run-jobs.ts';

const MINUTE = 60_000;

let now: number;
let runs: JobRuns;
let told: string[];
beforeEach(() => {
  now = 1_000 * MINUTE;
  runs = new LocalJobRuns();
  told = [];
});

const job = (id: string, run: Job<object>['run'], over: Partial<Job<object>> = {}): Job<object> => ({
  id,
  scope: 'stack',
  everyMinutes: SCHEDULE_MINUTES,
  deadlineMs: 1_000,
  needs: { aws: [], kubernetes: [] },
  run,
  ...over,
});

const runAll = (...jobs: Job<object>[]) =>
  runJobs(jobs, {
    clients: {},
    runs,
    settings: { maxPerRun: 1, role: '' },
    clusters: [],
    now: () => now,
    failed: (id, what, error) => told.push(`${id}: ${what}: ${(error as Error).message}`),
    unknown: () => {},
    problem: () => {},
  });

describe('the jobs of a run', () => {
  test('go on where one fails, another never ends, and the item of a third cannot be written', async () => {
    const broken = job('broken', () => Promise.reject(new Error('no')));
    const endless = job('endless', () => new Promise<never>(() => {}), { deadlineMs: 20 });
    const refused = job('refused', async () => ({}), { everyMinutes: 60 });
    runs = {
      begin: () => Promise.reject(new Error('throttled')),
      again: () => Promise.reject(new Error('throttled')),
    };
    const done = job('done', async () => ({ seen: 3 }));
    expect(await runAll(broken, endless, refused, done)).toEqual([
      { job: 'broken', failed: 1 },
      { job: 'endless', failed: 1 },
      { job: 'refused', failed: 1 },
      { job: 'done', failed: 0, summary: { seen: 3 } },
    ]);
    expect(told.toSorted()).toEqual([
      'broken: broken: no',
      'endless: endless: not done within 0.02 s',
      'refused: refused: throttled',
      'refused: to be done again: throttled',
    ]);
  });

  test('are told to stop when their time is over', async () => {
    const stopped: boolean[] = [];
    const late = job(
      'late',
      ({ signal }) =>
        new Promise<never>(() => {
          signal.addEventListener('abort', () => stopped.push(true));
        }),
      { deadlineMs: 10 },
    );
    await runAll(late);
    expect(stopped).toEqual([true]);
  });

  test('are done once in their period, although runs begin early and late', async () => {
    let times = 0;
    const hourly = job('hourly', async () => ({ times: ++times }), { everyMinutes: 60 });
    for (let run = 0; run < 25; run++) {
      now = (1_000 + run * SCHEDULE_MINUTES) * MINUTE + (run % 2) * 20_000;
      await runAll(hourly);
    }
    expect(times).toBe(3); // after 0, 60 and 120 minutes
  });

  test('are due at the next run after they failed', async () => {
    let times = 0;
    const hourly = job(
      'hourly',
      async ({ failed }) => {
        if (++times === 1) failed('one of them', new Error('no'));
        return {};
      },
      { everyMinutes: 60 },
    );
    await runAll(hourly);
    now += 5 * MINUTE;
    await runAll(hourly);
    now += 5 * MINUTE;
    await runAll(hourly);
    expect(times).toBe(2);
  });
});

describe('the table of jobs', () => {
  test('names each once, with a period that the schedule can keep and a deadline within the run', () => {
    const ids = JOBS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { everyMinutes, deadlineMs } of JOBS) {
      expect(everyMinutes % SCHEDULE_MINUTES).toBe(0);
      expect(deadlineMs).toBeLessThanOrEqual((RUN_SECONDS - 10) * 1_000);
    }
  });

  test('is done whole by the first network, and for the clusters of each network by the others', () => {
    expect(jobsOf(true)).toEqual(JOBS);
    expect(jobsOf(false).map(({ scope }) => scope)).toEqual(jobsOf(false).map(() => 'network'));
  });

  test('asks clusters only from within their network', () => {
    const asking = JOBS.filter(({ needs }) => needs.kubernetes.length > 0);
    expect(asking.filter(({ scope }) => scope !== 'network')).toEqual([]);
  });
});
