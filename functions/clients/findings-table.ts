import type { Finding } from '../finding.ts';

/**
 * Where each finding's way through the pipeline is written down, so that redelivery and crashes neither lose an alert
 * nor double it.
 *
 * ```
 * detect:  claim ──▶ (invoke investigate) ──▶ handedOver          alert:  lease ──▶ (publish) ──▶ delivered
 * ```
 * A claim and a lease run out by themselves: whoever died holding one is replaced. `now` is epoch milliseconds.
 */
export interface FindingsTable {
  /**
   * Takes the finding up, once. `owned`: go on. `held`: somebody else is at it until `until` (or died; try again
   * afterwards). `done`: it has been handed over already.
   */
  claim(finding: Finding, leaseMs: number): Promise<Claim>;
  /** Gives the claim back after a failed hand-over, so that a retry need not wait for the lease. */
  releaseClaim(id: string, token: string): Promise<void>;
  /** The asynchronous invoke was accepted: duplicates end here from now on. */
  handedOver(id: string, token: string): Promise<void>;
  /** Writes a finding down that does not alert by itself. Idempotent. */
  record(finding: Finding): Promise<void>;
  /**
   * True for the one finding that speaks for its actor in its hour, and true again when the same finding asks again
   * (a retry); false for every other.
   *
   * @param key actor and hour
   */
  speaksFor(key: string, findingId: string): Promise<boolean>;
  /** The same as {@link claim}, for publishing: also says which channels have had the alert already. */
  leaseDelivery(findingId: string, leaseMs: number): Promise<Delivery>;
  /** A channel has the alert: a fact, whoever holds the lease. */
  delivered(findingId: string, channel: Channel): Promise<void>;
  /** All channels have it: the finding is alerted. */
  alerted(findingId: string): Promise<void>;
  /** Gives the delivery lease back after a failure. */
  releaseDelivery(findingId: string, token: string): Promise<void>;
}

export type Channel = 'topic' | 'chat';

export type Claim = { state: 'owned'; token: string } | { state: 'held'; until: number } | { state: 'done' };

export type Delivery =
  | { state: 'owned'; token: string; delivered: Channel[] }
  | { state: 'held'; until: number }
  | { state: 'done' };
