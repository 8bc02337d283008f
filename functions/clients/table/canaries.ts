import type { CanarySighting } from '../../contract/canary.ts';
import type { Cluster } from '../../contract/finding.ts';

/** A canary that *watch* is about to send. */
export interface Canary {
  nonce: string;
  cluster: Cluster;
  /** IAM ARN of the role that sends it. */
  principal: string;
  /** Epoch milliseconds. */
  sentAt: number;
}

/** What *watch* knows of the canaries of a cluster. In epoch milliseconds; absent where there has been none. */
export interface CanaryState {
  /** The newest one that the API server refused. */
  sentAt?: number;
  /** When the newest of those that arrived was sent. */
  arrivedAt?: number;
  /** UID of the namespace kube-system, by which a cluster is known that was made again under its name. */
  clusterUid?: string;
  /** The same, as the last canary saw it. */
  seenUid?: string;
}

/** What *watch* does with them. */
export interface Canaries {
  /** Before it is sent, so that it is known when it arrives. */
  keep(canary: Canary): Promise<void>;
  /** The API server refused it, as it should. */
  sent(canary: Canary, clusterUid: string | undefined): Promise<void>;
  state(cluster: Cluster): Promise<CanaryState>;
  /** From now on the cluster is known by this UID. */
  know(cluster: Cluster, clusterUid: string): Promise<void>;
}

/** A canary that has come to *detect*. */
export interface CanaryArrival extends CanarySighting {
  /** Whether the subscription delivered it; otherwise *watch* has read it in the log, which says nothing of the way. */
  isDelivered: boolean;
}

/** What *detect* does with them. */
export interface CanaryArrivals {
  /**
   * Takes a canary for seen, once, and for arrived where it was delivered: a second event with its nonce is not a canary. The same
   * event may come again.
   *
   * @returns when it was sent; undefined where no such canary was kept for this cluster and identity, or another event had it
   */
  arrived(arrival: CanaryArrival, cluster: Cluster): Promise<number | undefined>;
}
