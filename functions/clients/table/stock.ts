import type { Cluster } from '../../contract/finding.ts';

/** The namespaces of a cluster that are explained: by a finding, or because they were there before the cluster was watched. */
export interface StockState {
  /** Since when the cluster is watched, in epoch milliseconds; absent where no stock was ever taken, or it is lost. */
  since?: number;
  /** When it was first tried to take it, in epoch milliseconds; absent where it never was, or where that is lost as well. */
  triedAt?: number;
  /** How many were in it at least when it was last written: with fewer, some are lost. */
  atLeast: number;
  uids: ReadonlySet<string>;
}

/** The stock of namespaces. It does not expire: a namespace may live for years. */
export interface Stock {
  read(cluster: Cluster): Promise<StockState>;
  /** It is tried to take the stock: the cluster may be out of reach for long. */
  try(cluster: Cluster, at: number): Promise<void>;
  /** The stock is taken: what is older than that was there before, and is in it. */
  begin(cluster: Cluster, since: number): Promise<void>;
  add(cluster: Cluster, uids: readonly string[]): Promise<void>;
  /** These exist no more; UIDs never come again. */
  remove(cluster: Cluster, uids: readonly string[]): Promise<void>;
  /** After adding and before removing, so that a run that dies in between never looks like a loss. */
  count(cluster: Cluster, atLeast: number): Promise<void>;
}
