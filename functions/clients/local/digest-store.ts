import type { DigestEntry } from '../../contract/digest.ts';
import type { Audiences } from '../../contract/digest-audiences.ts';
import type { DigestRow, DigestWindow } from '../../contract/digest-message.ts';
import {
  DIGEST_GRACE_MS,
  type DigestStore,
  type DueDigest,
  type GateEntry,
  type GateState,
  StoredDigests,
} from '../table/digests.ts';

interface Gate {
  ids: string[];
  kinds: string[];
  worst: number;
  refused: boolean;
  followed?: string;
}

interface Digest {
  window: DigestWindow;
  rows: Map<string, DigestRow>;
  /** On the agenda, from when on; undefined once it was sent. */
  due: number | undefined;
  tries: number;
}

/** Gates and digests in memory: the same promises as those in DynamoDB, for the demo and for tests. */
export class LocalDigestStore implements DigestStore {
  readonly gates = new Map<string, Gate>();
  readonly digests = new Map<string, Digest>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async enter(
    gate: string,
    { findingId, kind, weight, refused }: GateEntry,
    most: number,
  ): Promise<{ isIn: boolean; state: GateState }> {
    const state = this.gates.get(gate) ?? { ids: [], kinds: [], worst: -1, refused: false };
    this.gates.set(gate, state);
    state.refused ||= refused;
    const { ids, kinds } = state;
    const isLet = weight > state.worst || (ids.length < most && !kinds.includes(kind));
    if (isLet && !ids.includes(findingId)) {
      ids.push(findingId);
      if (!kinds.includes(kind)) kinds.push(kind);
      state.worst = Math.max(state.worst, weight);
    }
    return { isIn: ids.includes(findingId), state: { ids: [...ids], kinds: [...kinds], worst: state.worst } };
  }

  async follow(gate: string, findingId: string): Promise<boolean> {
    const state = this.gates.get(gate);
    if (!state?.refused) return false;
    state.followed ??= findingId;
    return state.followed === findingId;
  }

  async count(window: DigestWindow, { row, about, sample }: DigestEntry): Promise<void> {
    const digest = this.digests.get(window.id) ?? {
      window,
      rows: new Map<string, DigestRow>(),
      due: window.until + DIGEST_GRACE_MS,
      tries: 0,
    };
    this.digests.set(window.id, digest);
    const before = digest.rows.get(row);
    digest.rows.set(row, {
      ...about,
      count: (before?.count ?? 0) + 1,
      first: before?.first ?? sample,
      latest: sample,
    });
  }

  async due(limit: number): Promise<DueDigest[]> {
    return [...this.digests]
      .flatMap(([id, { due, tries }]) => (due !== undefined && due <= this.#now() ? [{ id, tries, due }] : []))
      .sort((a, b) => a.due - b.due)
      .slice(0, limit)
      .map(({ id, tries }) => ({ id, tries }));
  }

  async take(id: string, until: number): Promise<boolean> {
    const digest = this.digests.get(id);
    if (digest?.due === undefined || digest.due > this.#now()) return false;
    digest.due = until;
    digest.tries++;
    return true;
  }

  async rows(
    id: string,
    most: number,
  ): Promise<{ window: DigestWindow; rows: DigestRow[]; complete: boolean } | undefined> {
    const digest = this.digests.get(id);
    if (!digest) return undefined;
    const rows = [...digest.rows.values()].sort((a, b) => b.weight - a.weight);
    return { window: digest.window, rows: rows.slice(0, most), complete: rows.length <= most };
  }

  async close(id: string): Promise<void> {
    const digest = this.digests.get(id);
    if (digest) digest.due = undefined;
  }
}

/** Digests in memory. @param now epoch milliseconds */
export const localDigests = (now: () => number = Date.now, audiences?: Audiences): StoredDigests =>
  new StoredDigests(new LocalDigestStore(now), now, audiences);
