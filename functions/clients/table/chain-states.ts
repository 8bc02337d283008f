import type { Cluster } from '../../contract/finding.ts';

/** What was found broken in the chain of a cluster, and told. */
export interface ChainState {
  /** When it was examined first. In epoch milliseconds. */
  watchedSince: number;
  /** By the link's id: since when it was seen broken, in epoch milliseconds, and what was told of it. */
  broken: Record<string, { since: number; says: string }>;
}

/** Where *watch* keeps it, so that each break is told once, and its end. One *watch* writes about a cluster. */
export interface ChainStates {
  read(cluster: Cluster): Promise<ChainState | undefined>;
  write(cluster: Cluster, state: ChainState): Promise<void>;
}
