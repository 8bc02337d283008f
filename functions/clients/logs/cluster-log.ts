import type { Cluster } from '../../contract/finding.ts';
import type { DeliveredEvent } from '../send/detector.ts';

/** The filter by which *detect* gets the audit log of a cluster. */
export interface ClusterFilter {
  /** When it was made, in epoch milliseconds. */
  since: number;
  pattern: string;
}

/** What is asked of the log. */
export interface LogPage {
  /** Epoch milliseconds; both are within. */
  from: number;
  to: number;
  /** In the syntax of filter patterns. */
  pattern: string;
  /** Where the page before ended. */
  token?: string;
}

/** The log group of a cluster, as *watch* looks at it. */
export interface ClusterLog {
  /** What *detect* must see; the first one is that of the filter which every cluster has. */
  readonly patterns: readonly string[];
  /** Our filters on the log group. @throws as the service does: `ResourceNotFoundException` where there is no log group */
  filters(cluster: Cluster, signal: AbortSignal): Promise<ClusterFilter[]>;
  /** Log events that match, by their stream. A page may be empty and not the last one. */
  events(
    cluster: Cluster,
    page: LogPage,
    signal: AbortSignal,
  ): Promise<{ events: (DeliveredEvent & { logStream: string })[]; token?: string }>;
}
