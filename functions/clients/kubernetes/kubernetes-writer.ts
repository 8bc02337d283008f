import type { Cluster } from '../../contract/finding.ts';
import type { Kubernetes, KubernetesObject } from './kubernetes.ts';

export interface WriteOptions {
  /** Asks the API server to do everything but store it (`dryRun=All`). */
  dryRun?: boolean;
}

export interface DeleteOptions extends WriteOptions {
  /** Another object of that name is left alone (409). */
  uid?: string;
  resourceVersion?: string;
  /** What becomes of what it owns. The kind's own default where absent. */
  propagation?: 'Background' | 'Foreground' | 'Orphan';
  gracePeriodSeconds?: number;
}

/**
 * Writes to a cluster. All calls honour the signal, repeat what failed for the moment, and throw `KubernetesError` like
 * {@link Kubernetes}. Because of the repeats a call may have been done although it throws: whoever writes reads back.
 */
interface KubernetesWriter {
  /**
   * @param path of the listing, or of a subresource that is created (`…/pods/x/exec`)
   * @returns what the API server stored, or would store
   */
  create(path: string, object: object, signal: AbortSignal, options?: WriteOptions): Promise<KubernetesObject>;
  /**
   * @param change a JSON merge patch (RFC 7386): null removes, arrays are replaced. With `metadata.uid` it fails on another
   *   object of that name (409, for a namespace 422), with `metadata.resourceVersion` on a changed one (409).
   */
  patch(path: string, change: object, signal: AbortSignal, options?: WriteOptions): Promise<KubernetesObject>;
  /** @returns false where there was no such object (404) */
  remove(path: string, signal: AbortSignal, options?: DeleteOptions): Promise<boolean>;
  /**
   * What is not JSON and of any length, as a container's log. Not repeated once a part was taken.
   *
   * @param path with the query
   * @param take is handed each part as it comes
   */
  stream(path: string, signal: AbortSignal, take: (part: Uint8Array) => void): Promise<void>;
}

export type WritableKubernetes = Kubernetes & KubernetesWriter;

/** Connects to a cluster as the function's own identity. */
export interface WritableAccess {
  /** @throws when the cluster cannot be described; whether it can be reached shows at the first call */
  connect(cluster: Cluster, signal: AbortSignal): Promise<WritableKubernetes>;
}
