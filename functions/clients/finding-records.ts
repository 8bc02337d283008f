import type { Alert, Cluster } from '../finding.ts';

/** What was alerted. */
export interface FindingRecords {
  /**
   * The whole of the last alert about a finding.
   *
   * @param cluster of the finding, as far as it is known
   * @returns undefined where none was kept
   * @throws where that cannot be told
   */
  alert(findingId: string, cluster: Cluster): Promise<Alert | undefined>;
}
