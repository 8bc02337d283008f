/** The twin's certificate authority. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { run } from './commands.ts';

/** Serves (names, addresses) or identifies a client (`commonName` is the user, `organizations` are the groups). */
export interface Leaf {
  /** Of the files. */
  name: string;
  commonName: string;
  organizations?: string[];
  dnsNames?: string[];
  ipAddresses?: string[];
}

export interface KeyPair {
  certificate: string;
  key: string;
}

export class Certificates {
  readonly #folder: string;
  readonly #program: string;

  constructor(runFolder: string, binaries: Binaries) {
    this.#folder = join(runFolder, 'pki');
    this.#program = binaries.certificates;
    mkdirSync(this.#folder);
  }

  /** Path of a file of the authority: `ca.crt`, and `sa.key` and `sa.pub` that sign and check ServiceAccount tokens. */
  file(name: 'ca.crt' | 'sa.key' | 'sa.pub'): string {
    return join(this.#folder, name);
  }

  /** Paths of what was issued under this name. */
  pair(name: string): KeyPair {
    return { certificate: join(this.#folder, `${name}.crt`), key: join(this.#folder, `${name}.key`) };
  }

  async issue(...leaves: Leaf[]): Promise<void> {
    await run(this.#program, [this.#folder], { input: JSON.stringify(leaves) });
  }
}
