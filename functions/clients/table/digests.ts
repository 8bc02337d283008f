import {
  type DigestEntry,
  digestOf,
  entryOf,
  type Gates,
  gatesOf,
  hourOf,
  kindOf,
  PROMPT,
  refusalGateOf,
  SINGLES,
  weightOf,
  windowsOf,
} from '../../contract/digest.ts';
import type { Audiences } from '../../contract/digest-audiences.ts';
import type { Digest, DigestRow, DigestWindow } from '../../contract/digest-message.ts';
import type { Finding } from '../../contract/finding.ts';
import { type DigestReason, REFUSED_OUTCOMES, type Severity } from '../../contract/vocabulary.ts';

/**
 * What is reported on its own, and what is reported in a digest when its hour, day or week has ended.
 *
 * ```
 * detect, alert:  isSingle ──▶ yes: an alert of its own     watch:  due ──▶ take ──▶ read ──▶ (to alert)
 *                          └─▶ no: add                      alert:  (send) ──▶ close
 * ```
 */
export interface DigestGatekeeper {
  /**
   * Whether the finding is reported on its own: the first of its kind by its actor in the hour, as long as actor and cluster have
   * not had too many, or worse than what was told about them. The answer is the same when the same finding asks again.
   *
   * @param hour of the event, `2026-11-23T07`
   * @param severity what an investigation found; absent where there was none
   */
  isSingle(finding: Finding, hour: string, severity?: Severity): Promise<boolean>;
  /** Whether the creation is investigated at once; else when there is capacity. Decided like {@link isSingle}. */
  isPrompt(finding: Finding, hour: string): Promise<boolean>;
  /**
   * Whether it is the first success of an actor who was refused in this hour or the one before. The answer is the same when
   * the same finding asks again.
   */
  followsRefusal(finding: Finding): Promise<boolean>;
  /**
   * Counts the finding in the digests of this time, one for each frequency that an audience has. Not idempotent.
   *
   * @param severity what a later look found, with `looked-at` only
   */
  add(finding: Finding, reason: DigestReason, severity?: Severity): Promise<void>;
}

/** The gatekeeper of digests, and the digests that are to be sent. */
export interface Digests extends DigestGatekeeper {
  /** Digests whose time has ended and that were not sent, the oldest first. */
  due(limit: number): Promise<DueDigest[]>;
  /** Takes one of them on, once: nobody else gets it before `until` (epoch milliseconds). @returns whether it was free */
  take(id: string, until: number): Promise<boolean>;
  /** Its content; undefined where there is no such digest. */
  read(id: string): Promise<Digest | undefined>;
  /** It was sent, or is given up. */
  close(id: string): Promise<void>;
}

/** What *watch* does with it. */
export type DueDigests = Pick<Digests, 'due' | 'take' | 'read' | 'close'>;

export interface DueDigest {
  id: string;
  /** How often it was taken already, in vain. */
  tries: number;
}

/** What a gate knows of the findings of an hour that were reported on their own. */
export interface GateState {
  /** Their ids, and what kinds they were of. */
  ids: readonly string[];
  kinds: readonly string[];
  /** The greatest of their weights. */
  worst: number;
}

/** Where gates are kept, and what is counted for a digest. Every write is conditional: of many at once, as many win as may. */
export interface DigestGates {
  /**
   * Lets a finding through a gate if it is worse than all before, or if fewer than `most` and none of its kind came before.
   *
   * @returns whether it is, or was, let through, and the gate as it is now
   */
  enter(gate: string, entry: GateEntry, most: number): Promise<{ isIn: boolean; state: GateState }>;
  /** @returns whether the gate has let a refusal ask, and this is the first finding to follow it, or was */
  follow(gate: string, findingId: string): Promise<boolean>;
  /** Counts in a row of the digest, which is made where it is missing, and is due a little after its end. */
  count(window: DigestWindow, entry: DigestEntry): Promise<void>;
}

/** The gates of digests, and the digests that are read and sent. */
export interface DigestStore extends DigestGates {
  due(limit: number): Promise<DueDigest[]>;
  take(id: string, until: number): Promise<boolean>;
  /** @param most rows are read, those of the greatest weight first */
  rows(id: string, most: number): Promise<{ window: DigestWindow; rows: DigestRow[]; complete: boolean } | undefined>;
  close(id: string): Promise<void>;
}

export interface GateEntry {
  findingId: string;
  kind: string;
  weight: number;
  /** The finding is of a refused request: that is remembered whether it is let through or not. */
  refused: boolean;
}

/** A digest is sent so long after its end, so that what was being counted then is in it. Milliseconds. */
export const DIGEST_GRACE_MS = 2 * 60_000;

/** More rows are not read: they would be those of as many actors in one hour, day or week of one cluster. */
const MAX_ROWS_READ = 5_000;
/** How many gates are remembered. */
const MAX_REMEMBERED = 1_000;
const HOUR_MS = 3_600_000;

/** The rules of `contract/digest.ts` over what is stored. */
export class StoredDigestGates implements DigestGatekeeper {
  readonly #store: DigestGates;
  readonly #now: () => number;
  readonly #audiences: Audiences | undefined;
  /** Gates only ever get narrower: who was not let through then is not let through now. Spares most writes of a flood. */
  readonly #gates = new Map<string, GateState & { refused: boolean }>();

  /** @param audiences @default everybody gets the digest of the hour */
  constructor(store: DigestGates, now: () => number = Date.now, audiences?: Audiences) {
    this.#store = store;
    this.#now = now;
    this.#audiences = audiences;
  }

  isSingle(finding: Finding, hour: string, severity?: Severity): Promise<boolean> {
    return this.#pass(finding, gatesOf(finding, hour), SINGLES, severity);
  }

  isPrompt(finding: Finding, hour: string): Promise<boolean> {
    return this.#pass(finding, gatesOf(finding, hour, 'investigated'), PROMPT);
  }

  async #pass(
    finding: Finding,
    gates: Gates,
    most: Readonly<Record<keyof Gates, number>>,
    severity?: Severity,
  ): Promise<boolean> {
    const { id: findingId, outcome } = finding;
    const entry: GateEntry = {
      findingId,
      kind: kindOf(finding),
      weight: weightOf(finding, severity),
      refused: REFUSED_OUTCOMES.includes(outcome),
    };
    return (
      (await this.#enter(gates.actor, entry, most.actor)) &&
      // The kinds are the actor's: others may do the same.
      (await this.#enter(gates.cluster, { ...entry, kind: findingId }, most.cluster))
    );
  }

  async #enter(gate: string, entry: GateEntry, most: number): Promise<boolean> {
    const { findingId, kind, weight, refused } = entry;
    const known = this.#gates.get(gate);
    const isShut = known && weight <= known.worst && (known.ids.length >= most || known.kinds.includes(kind));
    if (isShut && (known.refused || !refused)) return known.ids.includes(findingId);
    const { isIn, state } = await this.#store.enter(gate, entry, most);
    if (this.#gates.size >= MAX_REMEMBERED) this.#gates.clear();
    this.#gates.set(gate, { ...state, refused: refused || known?.refused === true });
    return isIn;
  }

  async followsRefusal(finding: Finding): Promise<boolean> {
    const now = this.#now();
    const [thisHour, before] = [now, now - HOUR_MS].map((at) => refusalGateOf(finding, hourOf(at)));
    const follow = async (gate = '') => this.#store.follow(gate, finding.id);
    return (await follow(thisHour)) || (await follow(before));
  }

  async add(finding: Finding, reason: DigestReason, severity?: Severity): Promise<void> {
    const entry = entryOf(finding, reason, severity);
    const windows = windowsOf(finding.cluster, this.#now(), reason, this.#audiences);
    await Promise.all(windows.map((window) => this.#store.count(window, entry)));
  }
}

export class StoredDigests extends StoredDigestGates implements Digests {
  readonly #store: DigestStore;

  constructor(store: DigestStore, now?: () => number, audiences?: Audiences) {
    super(store, now, audiences);
    this.#store = store;
  }

  due(limit: number): Promise<DueDigest[]> {
    return this.#store.due(limit);
  }

  take(id: string, until: number): Promise<boolean> {
    return this.#store.take(id, until);
  }

  async read(id: string): Promise<Digest | undefined> {
    const found = await this.#store.rows(id, MAX_ROWS_READ);
    return found && digestOf(found.window, found.rows, found.complete);
  }

  close(id: string): Promise<void> {
    return this.#store.close(id);
  }
}
