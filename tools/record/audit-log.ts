/** Reads the audit log of a running API server. */
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export class AuditLog {
  readonly #path: string;
  #from = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** What is written from now on will be read; what is there already will not. */
  async skip(): Promise<void> {
    const file = await open(this.#path);
    this.#from = (await file.stat()).size;
    await file.close();
  }

  /** The complete lines that have been written since the mark, ended with a newline each. */
  async read(): Promise<string> {
    const file = await open(this.#path);
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(size - this.#from);
      await file.read(bytes, 0, bytes.length, this.#from);
      return bytes.subarray(0, bytes.lastIndexOf('\n') + 1).toString();
    } finally {
      await file.close();
    }
  }

  /**
   * What was written, once the event with this id is part of it.
   *
   * @throws when it does not come
   */
  async readTo(auditID: string): Promise<string> {
    for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(100)) {
      const text = await this.read();
      if (text.includes(`"auditID":"${auditID}"`)) return text;
    }
    throw new Error(`no audit event with the id ${auditID}`);
  }
}
