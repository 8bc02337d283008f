import { stat } from 'node:fs/promises';
import type { Task } from '../task.ts';

const EVERY_MS = 100;
/** Looking at the clock for each event would cost more than the event. */
const EVERY_EVENTS = 256;

/** How far the work has come. */
export class ReplayProgress {
  private readonly task: Task;
  private readonly total: number | undefined;
  private bytes = 0;
  private events = 0;
  private drawnAt = Date.now();

  /** @param total length of the input in bytes, where it is known */
  constructor(task: Task, total: number | undefined) {
    this.task = task;
    this.total = total;
  }

  addBytes(count: number): void {
    this.bytes += count;
    this.draw();
  }

  addEvents(count: number): void {
    const before = this.events;
    this.events += count;
    if (Math.floor(before / EVERY_EVENTS) < Math.floor(this.events / EVERY_EVENTS)) this.draw();
  }

  private draw(): void {
    if (!this.task.isWatched || Date.now() - this.drawnAt < EVERY_MS) return;
    this.drawnAt = Date.now();
    const part = this.total ? ` of ${megabytes(this.total)}, ${Math.floor((100 * this.bytes) / this.total)} %` : '';
    this.task.waitFor(`${megabytes(this.bytes)}${part}; ${this.events} events`);
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** The length of all files in bytes; undefined when one has none (a pipe) or cannot be looked at. */
export async function totalBytes(files: readonly string[]): Promise<number | undefined> {
  let total = 0;
  for (const file of files) {
    const found = file === '-' ? undefined : await stat(file).catch(() => undefined);
    if (!found?.isFile()) return undefined;
    total += found.size;
  }
  return total;
}
