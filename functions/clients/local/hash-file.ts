import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { Unreadable } from '../../contract/errors.ts';
import { readJson } from '../../contract/read.ts';
import type { HashedKind } from '../table/containment-register.ts';

/** Hashes that were noted, within one process. */
export class HashesInMemory {
  readonly #hashes = new Map<string, string[]>();

  async note(kind: HashedKind, key: string, sha256: string): Promise<void> {
    this.#hashes.set(`${kind} ${key}`, [...(await this.of(kind, key)), sha256]);
  }

  async of(kind: HashedKind, key: string): Promise<string[]> {
    return this.#hashes.get(`${kind} ${key}`) ?? [];
  }
}

const lineSchema = z.object({ kind: z.string(), key: z.string(), sha256: z.string() });
type Line = z.infer<typeof lineSchema>;

/**
 * Hashes that were noted, in a file of one line each, for its owner's eyes only. It shows that a file was damaged or swapped;
 * whoever may write in the directory may write here as well.
 */
export class HashFile {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  get #file(): string {
    return join(this.#directory, 'hashes.jsonl');
  }

  async note(kind: HashedKind, key: string, sha256: string): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const line: Line = { kind, key, sha256 };
    await appendFile(this.#file, `${JSON.stringify(line)}\n`, { mode: 0o600, flush: true });
  }

  /** @throws when the file cannot be read */
  async of(kind: HashedKind, key: string): Promise<string[]> {
    const lines = (await this.#lines()).filter((line) => line.kind === kind && line.key === key);
    return lines.map(({ sha256 }) => sha256);
  }

  async #lines(): Promise<Line[]> {
    const text = await readFile(this.#file, 'utf8').catch((error) => {
      if (Object(error).code === 'ENOENT') return '';
      throw error;
    });
    return text.split('\n').flatMap((line) => {
      try {
        return [readJson(lineSchema, line, 'line of noted hashes')];
      } catch (error) {
        if (error instanceof Unreadable) return []; // the end of a process that was killed
        throw error;
      }
    });
  }
}
