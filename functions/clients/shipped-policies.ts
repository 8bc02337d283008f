import type { KubernetesObject } from './kubernetes.ts';

/** The admission policies as `cluster/` ships them. */
export interface ShippedPolicies {
  /** Names of the policies, and of their bindings, that hold everybody: the freeze and the label. */
  readonly names: readonly string[];
  /**
   * Compares an object of the cluster with the one that is shipped under its kind and name, as a whole. What an installation
   * may set (further protected namespaces and exempt identities) is no difference: {@link settings} tells it.
   *
   * @returns what differs, each a sentence; empty where nothing does
   */
  differences(live: KubernetesObject): string[];
  /** What this installation has set, each a sentence: a person should know whom it exempts. */
  settings(live: KubernetesObject): string[];
}
