import type { Cluster } from '../../contract/finding.ts';
import type { GapState, Gaps } from '../table/gaps.ts';

/** Gaps in memory, for tests. */
export class LocalGaps implements Gaps {
  readonly items = new Map<string, GapState>();

  async read(cluster: Cluster): Promise<GapState | undefined> {
    return structuredClone(this.items.get(JSON.stringify(cluster)));
  }

  async write(cluster: Cluster, state: GapState): Promise<void> {
    this.items.set(JSON.stringify(cluster), structuredClone(state));
  }
}
