import { stat } from 'node:fs/promises';
import type { Io } from '../io.ts';

const EVERY_MS = 100;
/** Looking at the clock for each event would cost more than the event. */
const EVERY_EVENTS = 256;

/** How far the work has come, on one line of a terminal that is wiped before anything else is written there. */
export class Progress {
  private readonly stderr: Io['stderr'];
  private readonly total: number | undefined;
  private bytes = 0;
  private events = 0;
  private drawnAt = Date.now();
  private drawn = false;

  /** @param total length of the input in bytes, where it is known */
  constructor(stderr: Io['stderr'], total: number | undefined) {
    this.stderr = stderr;
    this.total = total;
  }

  addBytes(count: number): void {
    this.bytes += count;
    this.draw();
  }

  addEvent(): void {
    this.events += 1;
    if (this.events % EVERY_EVENTS === 0) this.draw();
  }

  wipe(): void {
    if (this.drawn) this.stderr.write('\r\x1b[K');
    this.drawn = false;
  }

  private draw(): void {
    if (!this.stderr.isTTY || Date.now() - this.drawnAt < EVERY_MS) return;
    this.drawnAt = Date.now();
    this.drawn = true;
    const part = this.total ? ` of ${megabytes(this.total)}, ${Math.floor((100 * this.bytes) / this.total)} %` : '';
    this.stderr.write(`\r${megabytes(this.bytes)}${part}; ${this.events} events\x1b[K`);
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
