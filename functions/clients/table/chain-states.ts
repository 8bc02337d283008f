import type { ChainState } from '../../contract/chain-state.ts';
import type { Cluster } from '../../contract/finding.ts';

/** Where *watch* keeps it, so that each break is told once, and its end. One *watch* writes about a cluster. */
export interface ChainStates {
  read(cluster: Cluster): Promise<ChainState | undefined>;
  write(cluster: Cluster, state: ChainState): Promise<void>;
}
