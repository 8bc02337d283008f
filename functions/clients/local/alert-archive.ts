import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AlertArchive } from '../bucket/alert-archive.ts';

/** A folder in place of the evidence bucket. */
export class LocalAlertArchive implements AlertArchive {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async store(key: string, body: string): Promise<string> {
    const file = join(this.#folder, key);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, body);
    return file;
  }
}
