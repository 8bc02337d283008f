import type { S3Client } from '@aws-sdk/client-s3';
import { S3EvidenceStore } from './s3-evidence-store.ts';
import { StoredFindingRecords } from './stored-finding-records.ts';

/** Alerts in the evidence bucket. */
export class S3FindingRecords extends StoredFindingRecords {
  constructor(s3: S3Client, bucket: string) {
    super(new S3EvidenceStore(s3, bucket));
  }
}
