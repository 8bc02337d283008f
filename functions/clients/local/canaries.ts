import type { Cluster } from '../../contract/finding.ts';
import { clusterKey } from '../../contract/item-keys.ts';
import type { Canaries, Canary, CanaryArrival, CanaryArrivals, CanaryState } from '../table/canaries.ts';

/** Canaries in memory. */
export class LocalCanaries implements Canaries, CanaryArrivals {
  readonly #kept = new Map<string, Canary & { auditId?: string }>();
  readonly #states = new Map<string, CanaryState>();

  async keep(canary: Canary): Promise<void> {
    this.#kept.set(canary.nonce, canary);
  }

  async sent({ cluster, sentAt }: Canary, clusterUid: string | undefined): Promise<void> {
    const state = await this.state(cluster);
    const uids = clusterUid ? { seenUid: clusterUid, clusterUid: state.clusterUid ?? clusterUid } : {};
    this.#states.set(clusterKey(cluster), { ...state, sentAt, ...uids });
  }

  async state(cluster: Cluster): Promise<CanaryState> {
    return this.#states.get(clusterKey(cluster)) ?? {};
  }

  async know(cluster: Cluster, clusterUid: string): Promise<void> {
    this.#states.set(clusterKey(cluster), { ...(await this.state(cluster)), clusterUid });
  }

  async arrived(
    { nonce, principal, auditId, isDelivered }: CanaryArrival,
    cluster: Cluster,
  ): Promise<number | undefined> {
    const canary = this.#kept.get(nonce);
    if (!canary || canary.principal !== principal || clusterKey(canary.cluster) !== clusterKey(cluster))
      return undefined;
    if (canary.auditId !== undefined && canary.auditId !== auditId) return undefined;
    canary.auditId = auditId;
    if (!isDelivered) return canary.sentAt;
    const state = await this.state(cluster);
    this.#states.set(clusterKey(cluster), { ...state, arrivedAt: Math.max(state.arrivedAt ?? 0, canary.sentAt) });
    return canary.sentAt;
  }
}
