import type { Alert } from '../finding.ts';

/** What was alerted. */
export interface FindingRecords {
  /** The whole of the last alert about a finding; undefined where it was not kept. */
  alert(findingId: string): Promise<Alert | undefined>;
}
