import { setImmediate as nextTurn } from 'node:timers/promises';

/** Findings handled side by side: a burst of a thousand creations has to fit into one invocation. */
const WIDTH = 25;

/** Work that goes on while further lines are judged, at most {@link WIDTH} at a time. */
export class Tasks {
  readonly #running = new Set<Promise<void>>();
  readonly #failed: (error: unknown) => void;

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** Begins it, and lets it send its first request before the next line is judged. */
  async begin(work: () => Promise<void>): Promise<void> {
    while (this.#running.size >= WIDTH) await Promise.race(this.#running);
    const task = work()
      .catch(this.#failed)
      .finally(() => this.#running.delete(task));
    this.#running.add(task);
    await nextTurn();
  }

  async end(): Promise<void> {
    await Promise.all(this.#running);
  }
}
