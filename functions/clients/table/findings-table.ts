import { createHash } from 'node:crypto';
import { actorKey } from '../../contract/actor-key.ts';
import type { Contents } from '../../contract/contents.ts';
import type { Deletion } from '../../contract/deletion.ts';
import type { Finding } from '../../contract/finding.ts';
import type { Closure, LastingEnd } from '../../contract/follow-up.ts';
import type { AssessmentSnapshot } from '../../contract/investigation.ts';
import { SEVERITIES } from '../../contract/vocabulary.ts';
import type { FindingLookup } from './finding-lookup.ts';

/**
 * Where each finding's way through the pipeline is written down, so that redelivery and crashes neither lose an alert
 * nor double it.
 *
 * ```
 * detect:  claim ──▶ (invoke investigate) ──▶ handedOver          alert:  lease ──▶ (publish) ──▶ delivered
 * watch:   due ──▶ take ──▶ (invoke investigate, again)           alert:  … ──▶ looked
 * ```
 * A claim and a lease run out by themselves: whoever died holding one is replaced.
 *
 * A finding that was claimed is on the agenda of *watch* until it is alerted, and then for each further look. One that is told
 * in a digest may be on it, too, to be looked at. What is
 * taken from the agenda comes back by itself unless somebody says that it is done: *alert*, by `alerted` or `looked`.
 */
export interface FindingsTable extends Claims, Deliveries, Agenda, Closures, FindingLookup {}

/** What *detect* does with it. */
export interface Claims {
  /**
   * Takes the finding up, once. `owned`: go on. `held`: somebody else is working on it until `until` (or died; try
   * again afterwards). `done`: it has been handed over already, with what was written down of it then.
   */
  claim(finding: Finding, leaseMs: number): Promise<Claim>;
  /** Gives the claim back after a failed hand-over, so that a retry need not wait for the lease. */
  releaseClaim(id: string, token: string): Promise<void>;
  /** The asynchronous invoke was accepted: duplicates end here from now on. */
  handedOver(id: string, token: string): Promise<void>;
  /** Writes a finding down that does not alert by itself. Idempotent. */
  record(finding: Finding): Promise<void>;
  /**
   * Writes a finding down that is reported in a digest. Idempotent.
   *
   * @param lookAt it is put on the agenda to be looked at when there is capacity
   * @returns `owned`: it is the caller's to count in a digest, for `leaseMs`: nobody else does meanwhile, and nobody at all
   *   once {@link counted} says that it was
   */
  recordForDigest(finding: Finding, lookAt: boolean, leaseMs: number): Promise<DigestClaim>;
  /** The finding is counted in a digest. */
  counted(findingId: string): Promise<void>;
  /**
   * Writes down with a finding that its namespace was deleted. Idempotent: the first request that succeeded counts.
   *
   * @returns whether there is such a finding
   */
  deleted(deletion: Deletion): Promise<boolean>;
}

/** A verdict, and what the look has seen in the namespace: kept beside it, until a later look sees something again. */
export interface Seen extends AssessmentSnapshot {
  contents?: Contents;
}

/** What *alert* does with it. The key is the finding's id, or that of an item of its own for what follows an alert. */
export interface Deliveries {
  /** The same as {@link Claims.claim}, for publishing: also says which destinations have had the alert already. */
  leaseDelivery(key: string, leaseMs: number): Promise<DeliveryLease>;
  /**
   * A destination, by its id, has the alert: a fact, whoever holds the lease.
   *
   * @param receipt that the service took it, where it gave one
   */
  delivered(key: string, destination: string, receipt?: Receipt): Promise<void>;
  /**
   * All destinations have it: the finding is alerted. With `told` it is kept what was told; with `next`, the first further
   * look is put on the agenda.
   */
  alerted(key: string, told?: Seen, next?: NextLook): Promise<void>;
  /** A playbook has contained or released the namespace: kept with its finding, where there is one. The latest end stays. */
  playbookEnded(findingId: string, end: LastingEnd): Promise<void>;
  /** Gives the delivery lease back after a failure. */
  releaseDelivery(key: string, token: string): Promise<void>;
  /**
   * A further look is over. The next one is put on the agenda, or none. Of no effect where that look is not awaited, or
   * not any more.
   *
   * @param look its number: 1, 2, …
   * @param isTold whether on-call was told about this verdict
   */
  looked(findingId: string, look: number, verdict: Seen, isTold: boolean, next?: NextLook): Promise<void>;
}

/** What *watch* does with it. */
export interface Agenda {
  /** What of that kind is on the agenda by now, the newest first. */
  due(kind: AgendaKind, limit: number): Promise<Due[]>;
  /**
   * Takes one of them on, once: nobody else gets it before `until` (epoch milliseconds); then it is due again.
   *
   * @returns undefined when another one has it, or it is done
   */
  take(id: string, until: number): Promise<Taken | undefined>;
  /** Takes it from the agenda for good, although it is not done. */
  letGo(id: string): Promise<void>;
}

/** What *decide* does with it. */
export interface Closures {
  /** What is known of a finding; undefined where it was neither claimed nor recorded here. */
  read(id: string): Promise<FindingRecord | undefined>;
  /**
   * A person has decided that it was legitimate: kept with it, and no further look is taken. The last decision counts.
   *
   * @returns false, and nothing is done, where it is not known, or not alerted yet: its alert must not be lost
   */
  close(id: string, closure: Closure): Promise<boolean>;
}

export interface FindingRecord {
  /** Absent where the table does not hold it: *alert* had it without a claim. */
  finding?: Finding;
  /** Whether it may be closed: its alert is out, or it is one that does not alert by itself. */
  settled: boolean;
  closed?: Closure;
  /** Its namespace was deleted. */
  deleted?: Deletion;
  /** What a look found last; absent where none was taken. */
  latest?: AssessmentSnapshot;
}

/** That a service took a message. */
export interface Receipt {
  /** RFC 3339. */
  at: string;
  /** The id that it gave the message. */
  messageId: string;
}

export interface NextLook {
  /** Counted from the claim. */
  afterMinutes: number;
}

/**
 * - `alert`: claimed, and not alerted.
 * - `look`: alerted, and to be looked at again.
 * - `deferred`: reported in a digest without an investigation, which it gets where there is capacity.
 */
export type AgendaKind = 'alert' | 'look' | 'deferred';

/** Something on the agenda. */
export interface Due {
  id: string;
  /** How often it was taken already, in vain. */
  tries: number;
  /** Whose it is, for fair shares: empty where an earlier version wrote it. */
  cluster: string;
  actor: string;
  /** How much it matters: the greater the sooner. */
  rank: number;
}

/** What is deferred is looked at within this time or not at all, in milliseconds: twice what a flood of ten thousand takes. */
export const DEFERRED_FOR_MS = 12 * 3_600_000;

/** Whose a finding is, in the index. Hashed: a user name can be longer than an attribute of an index should be. */
export function shareOf({ cluster: { account, region, name }, actor }: Finding): Pick<Due, 'cluster' | 'actor'> {
  const hash = (...parts: (string | undefined)[]): string =>
    createHash('sha256')
      .update(JSON.stringify(parts.map((part) => part ?? null)))
      .digest('hex')
      .slice(0, 16);
  return { cluster: hash(account, region, name), actor: hash(actorKey(actor)) };
}

/** What nobody has looked at yet comes first, then the gravest. */
export const rankOf = ({ severity }: AssessmentSnapshot): number =>
  severity ? SEVERITIES.indexOf(severity) + 1 : SEVERITIES.length + 1;

export interface Taken {
  /** Absent where the table does not hold it: *alert* had it without a claim. */
  finding?: Finding;
  /** Which look is awaited; 0 where it has not been alerted. */
  look: number;
  /** What on-call was told last. */
  told?: AssessmentSnapshot;
  /** Its namespace was deleted. */
  deleted?: Deletion;
}

/** How long a claimed finding may be on its way to its alert, in milliseconds: longer than all retries that it may meet. */
export const TAKE_UP_AFTER_MS = 10 * 60_000;

/** The index of the table by which the agenda is read: partition key `agenda`, sort key `due` (epoch milliseconds). */
export const AGENDA_INDEX = 'agenda';
/** The index by which a finding is found by its short id: partition key `shortId`. It holds the keys alone. */
export const SHORT_ID_INDEX = 'short-id';
/** What the index `agenda` holds of an item besides its keys. */
export const AGENDA_ATTRIBUTES: readonly string[] = ['tries', 'shareCluster', 'shareActor', 'shareRank'];

export type Claim = { state: 'owned'; token: string } | { state: 'held'; until: number } | Done;

export type DigestClaim = { state: 'owned' } | Done;

/** @property known the finding as it was written down, as JSON text; absent where an item without it is in the way */
interface Done {
  state: 'done';
  known?: string;
}

export type DeliveryLease =
  | { state: 'owned'; token: string; delivered: string[] }
  | { state: 'held'; until: number }
  | { state: 'done' };
