import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { EvidenceStore } from '../bucket/evidence-store.ts';

/** No name begins with a dot: neither `..`, nor what is still being written. */
const KEY = /^[^./\\\0][^/\\\0]*(?:\/[^./\\\0][^/\\\0]*)*$/;

/**
 * A directory in place of the evidence bucket, for its owner's eyes only. A file is there whole or not at all, also
 * after a killed process.
 */
export class LocalEvidenceStore implements EvidenceStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = resolve(directory);
  }

  place(key: string): string {
    return join(this.#directory, key);
  }

  async put(key: string, body: string | Uint8Array): Promise<void> {
    await this.#write(key, body, rename);
  }

  async putFirst(key: string, body: string | Uint8Array): Promise<boolean> {
    try {
      await this.#write(key, body, link);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return absentAs(undefined, readFile(this.#fileOf(key)));
  }

  /** A directory forgets nothing by itself. */
  async markReleased(): Promise<void> {}

  async list(prefix: string): Promise<string[]> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const root = folder === '' ? this.#directory : this.#fileOf(folder.slice(0, -1));
    return (await this.#below(root, folder)).filter((key) => key.startsWith(prefix)).sort();
  }

  async #below(directory: string, folder: string): Promise<string[]> {
    const entries = await absentAs([], readdir(directory, { withFileTypes: true }));
    const keys = entries
      .filter(({ name }) => KEY.test(name))
      .map(async (entry) => {
        if (!entry.isDirectory()) return [folder + entry.name];
        return this.#below(join(directory, entry.name), `${folder}${entry.name}/`);
      });
    return (await Promise.all(keys)).flat();
  }

  /** @param settle gives the written file its name */
  async #write(
    key: string,
    body: string | Uint8Array,
    settle: (from: string, to: string) => Promise<void>,
  ): Promise<void> {
    const file = this.#fileOf(key);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const unfinished = join(dirname(file), `.${randomUUID()}`);
    try {
      await writeFile(unfinished, body, { mode: 0o600, flag: 'wx', flush: true });
      await settle(unfinished, file);
    } finally {
      await rm(unfinished, { force: true });
    }
  }

  #fileOf(key: string): string {
    if (!KEY.test(key)) throw new Error(`no key of the evidence store: ${JSON.stringify(key)}`);
    return join(this.#directory, key);
  }
}

const codeOf = (error: unknown): unknown => Object(error).code;

async function absentAs<T, U>(value: U, found: Promise<T>): Promise<T | U> {
  try {
    return await found;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return value;
    throw error;
  }
}
