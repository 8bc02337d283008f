/**
 * Keeps snapshots, evidence and what the steps did: encrypted, versioned, retained. Keys are paths with `/`; what is in
 * here may be sensitive, and leaves it by reference only.
 */
export interface EvidenceStore {
  /** Where a key is, for a person: `s3://bucket/…`, or a path. */
  place(key: string): string;
  /** @throws when it could not be stored */
  put(key: string, body: string | Uint8Array, contentType: string): Promise<void>;
  /** Stores only where there is nothing yet. @returns whether it did */
  putFirst(key: string, body: string | Uint8Array, contentType: string): Promise<boolean>;
  /** @returns undefined where there is nothing */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Marks what need not be kept longer than other evidence any more. */
  markReleased(keys: readonly string[]): Promise<void>;
  /** The keys that begin like this, in their order. */
  list(prefix: string): Promise<string[]>;
}
