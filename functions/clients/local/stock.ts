import type { Cluster } from '../../contract/finding.ts';
import type { Stock, StockState } from '../table/stock.ts';

/** The stock of namespaces in memory, for the demo and for tests. */
export class LocalStock implements Stock {
  readonly items = new Map<string, { since?: number; triedAt?: number; atLeast: number; uids: Set<string> }>();

  async read(cluster: Cluster): Promise<StockState> {
    const { uids, ...rest } = this.#of(cluster);
    return { ...rest, uids: new Set(uids) };
  }

  async try(cluster: Cluster, at: number): Promise<void> {
    this.#of(cluster).triedAt ??= at;
  }

  async begin(cluster: Cluster, since: number): Promise<void> {
    this.#of(cluster).since = since;
  }

  async add(cluster: Cluster, uids: readonly string[]): Promise<void> {
    for (const uid of uids) this.#of(cluster).uids.add(uid);
  }

  async remove(cluster: Cluster, uids: readonly string[]): Promise<void> {
    for (const uid of uids) this.#of(cluster).uids.delete(uid);
  }

  async count(cluster: Cluster, atLeast: number): Promise<void> {
    this.#of(cluster).atLeast = atLeast;
  }

  #of(cluster: Cluster) {
    const key = JSON.stringify(cluster);
    const item = this.items.get(key) ?? { atLeast: 0, uids: new Set<string>() };
    this.items.set(key, item);
    return item;
  }
}
