import type { RejectedRecord, RejectedRecords } from '../send/rejected-records.ts';

/** A queue that keeps what it is given. */
export class LocalRejectedRecords implements RejectedRecords {
  readonly kept: RejectedRecord[] = [];

  async keep(record: RejectedRecord): Promise<void> {
    this.kept.push(record);
  }
}
