import type { EvidenceStore } from '../../functions/clients/bucket/evidence-store.ts';

/** The evidence bucket in memory. */
export class MemoryStore implements EvidenceStore {
  readonly files = new Map<string, Buffer>();
  place(key: string): string {
    return `s3://evidence/${key}`;
  }
  async put(key: string, body: string | Uint8Array): Promise<void> {
    this.files.set(key, Buffer.from(body));
  }
  async putFirst(key: string, body: string | Uint8Array): Promise<boolean> {
    if (this.files.has(key)) return false;
    await this.put(key, body);
    return true;
  }
  async get(key: string): Promise<Uint8Array | undefined> {
    return this.files.get(key);
  }
  readonly released = new Set<string>();
  async markReleased(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.released.add(key);
  }
  async list(prefix: string): Promise<string[]> {
    return [...this.files.keys()].filter((key) => key.startsWith(prefix)).sort();
  }
}
