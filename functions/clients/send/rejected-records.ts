/** A record that could not be understood, kept for a person. */
export interface RejectedRecord {
  /** What is wrong with it, in one sentence. */
  reason: string;
  /** Where it came from: log group, stream and event id as far as they are known. */
  logGroup?: string;
  logStream?: string;
  eventId?: string;
  /** The record; its beginning only, where it exceeds the queue's limit. */
  record: string;
  /** UTF-8 bytes and SHA-256 of the whole record. */
  bytes: number;
  sha256: string;
}

/** Keeps records that could not be understood. */
export interface RejectedRecords {
  /** @throws when the record could not be kept. */
  keep(record: RejectedRecord): Promise<void>;
}
