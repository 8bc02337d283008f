import type { ChainState } from '../../contract/chain-state.ts';
import type { Cluster } from '../../contract/finding.ts';

/** What a state is about: the chain from a cluster, or something else that *watch* compares. */
export interface ChainPlace extends Cluster {
  /** Absent for the chain of a cluster, and for subscriptions, which have no cluster. */
  about?: 'roles' | 'roles-unread' | 'cluster-side' | 'cluster-writes';
}

/** Where *watch* keeps it, so that each break is told once, and its end. One *watch* writes about a cluster. */
export interface ChainStates {
  read(place: ChainPlace): Promise<ChainState | undefined>;
  write(place: ChainPlace, state: ChainState): Promise<void>;
}
