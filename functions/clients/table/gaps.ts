import type { Cluster } from '../../contract/finding.ts';

/** What *watch* knows of the delivery of a cluster's log. In epoch milliseconds. */
export interface GapState {
  /** Until when the log was delivered, as far as was seen. */
  seenUntil: number;
  /** When the newest canary that had arrived was sent; absent where there was none. */
  canaryAt?: number;
  /** When the filter was made by which it was; absent where there was none. */
  filterSince?: number;
  /** What was not delivered, and has not been read again yet. */
  gap?: Gap;
}

interface Gap {
  /** Everything before that was read again. */
  from: number;
  to: number;
  /** How much of the log is read at once: less where it did not end in time. */
  sliceMs: number;
}

/** Where the log of a cluster was not delivered. */
export interface Gaps {
  read(cluster: Cluster): Promise<GapState | undefined>;
  write(cluster: Cluster, state: GapState): Promise<void>;
}
