import type { Cluster } from '../../contract/finding.ts';
import type { Kubernetes } from './kubernetes.ts';

/** A cluster as *watch* sees it: it reads, and asks for what it may not do. */
export interface WatchedKubernetes extends Kubernetes {
  /**
   * Asks to create a namespace, as a dry run that stores nothing.
   *
   * @throws the refusal, with the code 403, where all is well
   */
  askToCreateNamespace(name: string, fieldManager: string, signal: AbortSignal): Promise<void>;
}

/** Connects to a cluster as the identity of *watch*. */
export interface WatchedAccess {
  /** @throws when the cluster cannot be described; whether it can be reached shows at the first call */
  connect(cluster: Cluster, signal: AbortSignal): Promise<WatchedKubernetes>;
}
