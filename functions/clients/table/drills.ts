import type { DrillSighting } from '../../contract/drill.ts';
import type { Cluster } from '../../contract/finding.ts';

/** A drill that is about to be held. */
export interface Drill {
  nonce: string;
  cluster: Cluster;
  /** Name of the namespace that it will make. */
  namespace: string;
  /** `canonicalArn` of who makes it. */
  principal: string;
  /** Within which the namespace is made, in epoch milliseconds. */
  from: number;
  until: number;
}

/** What `sentinel drill` does with them. */
export interface Drills {
  /** Before the namespace is made, so that it is known when it arrives. @throws when the nonce was registered before */
  register(drill: Drill): Promise<void>;
}

/** What *detect* does with them. */
export interface DrillArrivals {
  /**
   * Takes a namespace for that of a drill, once: a second request with its nonce is not one. The same request may come again.
   *
   * @returns whether such a drill was registered for this cluster, name, identity and time, and no other request had it
   */
  arrived(sighting: DrillSighting, cluster: Cluster): Promise<boolean>;
}
