import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { record } from '../../kit/json.ts';
import { UID } from '../../kubernetes/names/kubernetes.ts';
import type { LeaseHolder } from '../table/containment-register.ts';

/** A process of this computer holds it; when that is dead, the lease is free. */
interface Holder extends LeaseHolder {
  pid: number;
  host: string;
}

/** A rival wins at most so often in a row before we give up. */
const MAX_ROUNDS = 20;

/**
 * Leases between processes: files `lease-<uid>.<n>`; the one with the highest number counts. Whoever takes a free
 * lease over makes the file of the next number, which only one can. Files are there whole or not at all.
 */
export class LeaseFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async lease(
    uid: string,
    execution: string,
    until: number,
    now: number,
    over?: string,
  ): Promise<LeaseHolder | undefined> {
    const holder: Holder = { execution, until, pid: process.pid, host: hostname() };
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const { number, last } = await this.#last(uid);
      if (last && isHeld(last, now) && last.execution !== execution && last.execution !== over)
        return { execution: last.execution, until: last.until };
      if (!(await this.#write(this.#file(uid, number + 1), holder, link))) continue;
      // Somebody may have gone on from a later one, and taken away the file that ours would have met.
      if ((await this.#last(uid)).number !== number + 1) continue;
      await this.#forget(uid, number);
      return undefined;
    }
    throw new Error(`the lease on ${uid} changes hands too fast`);
  }

  async giveBack(uid: string, execution: string): Promise<void> {
    const { number, last } = await this.#last(uid);
    if (last?.execution === execution) await this.#write(this.#file(uid, number), { ...last, until: 0 }, rename);
  }

  async #last(uid: string): Promise<{ number: number; last?: Holder }> {
    const number = Math.max(0, ...(await this.#numbers(uid)));
    if (number === 0) return { number };
    try {
      return { number, last: holderIn(await readFile(this.#file(uid, number), 'utf8')) };
    } catch (error) {
      // Taken away meanwhile: there is a later one.
      if (Object(error).code === 'ENOENT') return this.#last(uid);
      throw new Error(`the lease file ${this.#file(uid, number)} cannot be read; delete it if nothing runs`, {
        cause: error,
      });
    }
  }

  async #numbers(uid: string): Promise<number[]> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const prefix = `lease-${uid}.`;
    const names = (await readdir(this.#directory)).filter((name) => name.startsWith(prefix));
    return names.map((name) => Number(name.slice(prefix.length))).filter((number) => Number.isInteger(number));
  }

  async #forget(uid: string, upTo: number): Promise<void> {
    const old = (await this.#numbers(uid)).filter((number) => number <= upTo);
    await Promise.all(old.map((number) => rm(this.#file(uid, number), { force: true })));
  }

  /** @returns false where such a file must not be there, and is */
  async #write(file: string, holder: Holder, settle: (from: string, to: string) => Promise<void>): Promise<boolean> {
    const unfinished = join(this.#directory, `.${randomUUID()}`);
    try {
      await writeFile(unfinished, `${JSON.stringify(holder)}\n`, { mode: 0o600, flag: 'wx', flush: true });
      await settle(unfinished, file);
      return true;
    } catch (error) {
      if (Object(error).code === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(unfinished, { force: true });
    }
  }

  #file(uid: string, number: number): string {
    if (!UID.test(uid)) throw new Error(`no UID of a namespace: ${JSON.stringify(uid)}`);
    return join(this.#directory, `lease-${uid}.${number}`);
  }
}

/** @throws TypeError where it is something else */
function holderIn(json: string): Holder {
  const { execution, until, pid, host } = record(JSON.parse(json));
  if (typeof execution !== 'string' || typeof until !== 'number' || typeof pid !== 'number' || typeof host !== 'string')
    throw new TypeError('not the holder of a lease');
  return { execution, until, pid, host };
}

function isHeld({ until, host, pid }: Holder, now: number): boolean {
  return until > now && !(host === hostname() && isDead(pid));
}

function isDead(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // Of another user (EPERM) it lives.
    return Object(error).code === 'ESRCH';
  }
}
