import type { JobRuns } from '../table/job-runs.ts';

/** When jobs ran last, in memory. */
export class LocalJobRuns implements JobRuns {
  readonly #begun = new Map<string, number>();

  async begin(job: string, at: number, periodMs: number): Promise<boolean> {
    const begun = this.#begun.get(job);
    if (begun !== undefined && begun > at - periodMs) return false;
    this.#begun.set(job, at);
    return true;
  }

  async again(job: string): Promise<void> {
    this.#begun.delete(job);
  }
}
