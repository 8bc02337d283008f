import { createHash } from 'node:crypto';
import type { RejectedRecord } from '../clients/send/rejected-records.ts';
import { fit } from '../contract/sizes.ts';

/** Where a record came from. */
export type RecordOrigin = Pick<RejectedRecord, 'logGroup' | 'logStream' | 'eventId'>;

/** SQS takes 1 MiB a message, its attributes included. */
const MAX_BYTES = 1_000_000;

/** A record to keep for a person: whole if the queue takes it, else its beginning; with hash and origin in any case. */
export function rejectedRecord(reason: string, record: string, origin: RecordOrigin = {}): RejectedRecord {
  const whole: RejectedRecord = {
    reason,
    ...origin,
    bytes: Buffer.byteLength(record),
    sha256: createHash('sha256').update(record).digest('hex'),
    record,
  };
  return fit(whole, MAX_BYTES, ['reason', 'logGroup', 'logStream', 'eventId', 'bytes', 'sha256']).value;
}
