import type { Alert } from '../../contract/alert.ts';
import type { Cluster } from '../../contract/finding.ts';

/** What was alerted. */
export interface FindingRecords {
  /** The whole of the last alert about a finding; undefined where it was not kept. */
  alert(findingId: string, cluster: Cluster): Promise<Alert | undefined>;
}
