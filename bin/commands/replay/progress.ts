import type { Task } from '../task.ts';
import { megabytes } from './wording.ts';

const EVERY_MS = 100;
/** Looking at the clock for each event would cost more than the event. */
const EVERY_EVENTS = 256;
/** From then on an estimate is worth being told. */
const SURE_MS = 1_000;

/** How far the work has come. */
export class ReplayProgress {
  private readonly task: Task;
  private readonly total: number | undefined;
  private bytes = 0;
  private events = 0;
  private readonly beganAt = Date.now();
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

  addRecords(count: number): void {
    const before = this.events;
    this.events += count;
    if (Math.floor(before / EVERY_EVENTS) < Math.floor(this.events / EVERY_EVENTS)) this.draw();
  }

  private draw(): void {
    if (!this.task.isWatched || Date.now() - this.drawnAt < EVERY_MS) return;
    this.drawnAt = Date.now();
    const part = this.total ? ` of ${megabytes(this.total)}, ${Math.floor((100 * this.bytes) / this.total)} %` : '';
    this.task.waitFor(`${megabytes(this.bytes)}${part}${this.estimate()}; ${this.events} events`);
  }

  /** The time that the rest takes, if it goes on as fast; nothing as long as that is not yet known. */
  private estimate(): string {
    const passed = Date.now() - this.beganAt;
    if (!this.total || passed < SURE_MS || this.bytes === 0) return '';
    return `, about ${Math.ceil((passed * Math.max(0, this.total - this.bytes)) / this.bytes / 1_000)} s left`;
  }
}
