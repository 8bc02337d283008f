import type { DrillSighting } from '../../contract/drill.ts';
import type { Cluster } from '../../contract/finding.ts';
import { clusterKey } from '../../contract/item-keys.ts';
import type { Drill, DrillArrivals, Drills } from '../table/drills.ts';

/** Drills in memory. */
export class LocalDrills implements Drills, DrillArrivals {
  readonly #kept = new Map<string, Drill & { auditId?: string }>();

  async register(drill: Drill): Promise<void> {
    if (this.#kept.has(drill.nonce)) throw new Error('a drill with this nonce is registered already');
    this.#kept.set(drill.nonce, { ...drill });
  }

  async arrived({ nonce, namespace, principal, auditId, at }: DrillSighting, cluster: Cluster): Promise<boolean> {
    const drill = this.#kept.get(nonce);
    if (!drill || clusterKey(drill.cluster) !== clusterKey(cluster)) return false;
    if (drill.namespace !== namespace || drill.principal !== principal) return false;
    if (drill.from > at || drill.until < at || (drill.auditId ?? auditId) !== auditId) return false;
    drill.auditId = auditId;
    return true;
  }
}
