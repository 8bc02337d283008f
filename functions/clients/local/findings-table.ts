import { randomUUID } from 'node:crypto';
import type { Made, Objects } from '../../contract/contents.ts';
import type { Deletion } from '../../contract/deletion.ts';
import type { Finding } from '../../contract/finding.ts';
import type { Closure, LastingEnd } from '../../contract/follow-up.ts';
import { isShortened } from '../../contract/ids.ts';
import type { AssessmentSnapshot } from '../../contract/investigation.ts';
import type { AssessedFinding } from '../../contract/known-creator.ts';
import { defined } from '../../kit/defined.ts';
import type { FoundFinding } from '../table/finding-lookup.ts';
import {
  type AgendaKind,
  type Claim,
  DEFERRED_FOR_MS,
  type DeliveryLease,
  type DigestClaim,
  type Due,
  type FindingRecord,
  type FindingsTable,
  type NextLook,
  type Receipt,
  rankOf,
  type Seen,
  shareOf,
  TAKE_UP_AFTER_MS,
  type Taken,
} from '../table/findings-table.ts';

interface Item {
  finding?: Finding;
  state: 'claimed' | 'handed-over' | 'recorded' | 'alerted';
  token?: string;
  leaseUntil: number;
  delivered: string[];
  receipts?: Record<string, Receipt>;
  claimedAt?: number;
  /** On the agenda, from when on. */
  due?: number | undefined;
  tries?: number;
  look?: number | undefined;
  told?: AssessmentSnapshot;
  latest?: AssessmentSnapshot;
  closed?: Closure;
  deleted?: Deletion;
  objects?: Objects;
  made?: Made;
  playbookEnd?: LastingEnd;
  /** Who counts it in a digest has until then, in epoch milliseconds. */
  countedBy?: number;
  agenda?: AgendaKind;
}

const MINUTE_MS = 60_000;

/** The findings table in memory: the same promises as the one in DynamoDB, for the demo and for tests. */
export class LocalFindingsTable implements FindingsTable {
  readonly items = new Map<string, Item>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async claim(finding: Finding, leaseMs: number): Promise<Claim> {
    const item = this.items.get(finding.id);
    if (item && item.state !== 'claimed') return doneWith(item);
    if (item && item.leaseUntil > this.#now()) return { state: 'held', until: item.leaseUntil };
    const token = randomUUID();
    const now = this.#now();
    this.items.set(finding.id, {
      finding,
      state: 'claimed',
      token,
      leaseUntil: now + leaseMs,
      delivered: [],
      claimedAt: now,
      agenda: 'alert',
      due: now + TAKE_UP_AFTER_MS,
      tries: 0,
    });
    return { state: 'owned', token };
  }

  async releaseClaim(id: string, token: string): Promise<void> {
    const item = this.items.get(id);
    if (item?.state === 'claimed' && item.token === token) item.leaseUntil = 0;
  }

  async handedOver(id: string, token: string): Promise<void> {
    const item = this.items.get(id);
    if (item?.state === 'claimed' && item.token === token) Object.assign(item, { state: 'handed-over', leaseUntil: 0 });
  }

  async record(finding: Finding): Promise<void> {
    if (!this.items.has(finding.id))
      this.items.set(finding.id, { finding, state: 'recorded', leaseUntil: 0, delivered: [] });
  }

  async recordForDigest(finding: Finding, lookAt: boolean, leaseMs: number): Promise<DigestClaim> {
    const item = this.items.get(finding.id);
    const countedBy = this.#now() + leaseMs;
    if (item) {
      if (item.countedBy === undefined || item.countedBy > this.#now()) return doneWith(item);
      item.countedBy = countedBy;
      return { state: 'owned' };
    }
    this.items.set(finding.id, {
      finding,
      state: 'recorded',
      leaseUntil: 0,
      delivered: [],
      countedBy,
      ...(lookAt && { agenda: 'deferred', due: this.#now(), look: 1, told: { indicators: {}, digested: true } }),
    });
    return { state: 'owned' };
  }

  async counted(findingId: string): Promise<void> {
    const item = this.items.get(findingId);
    delete item?.countedBy;
  }

  async deleted(deletion: Deletion): Promise<boolean> {
    const item = this.items.get(deletion.findingId);
    if (item) item.deleted ??= deletion;
    return item !== undefined;
  }

  async leaseDelivery(findingId: string, leaseMs: number): Promise<DeliveryLease> {
    const item = this.items.get(findingId) ?? { state: 'handed-over', leaseUntil: 0, delivered: [] };
    if (item.state === 'alerted') return { state: 'done' };
    if (item.state !== 'claimed' && item.leaseUntil > this.#now()) return { state: 'held', until: item.leaseUntil };
    const token = randomUUID();
    // Whoever delivers has been handed the finding, even if detect died before it could write that down.
    this.items.set(findingId, { ...item, state: 'handed-over', token, leaseUntil: this.#now() + leaseMs });
    return { state: 'owned', token, delivered: [...item.delivered] };
  }

  async delivered(findingId: string, destination: string, receipt?: Receipt): Promise<void> {
    const item = this.items.get(findingId);
    if (item && !item.delivered.includes(destination)) item.delivered.push(destination);
    if (item && receipt) item.receipts = { ...item.receipts, [destination]: receipt };
  }

  async alerted(findingId: string, seen?: Seen, next?: NextLook): Promise<void> {
    const item = this.items.get(findingId);
    if (!item) return;
    const { contents, ...told } = seen ?? { indicators: {} };
    Object.assign(item, { state: 'alerted', look: 1, ...(seen && { told, latest: told }), ...contents });
    this.#plan(item, next);
  }

  async looked(
    findingId: string,
    look: number,
    { contents, ...verdict }: Seen,
    isTold: boolean,
    next?: NextLook,
  ): Promise<void> {
    const item = this.items.get(findingId);
    if (item?.look !== look) return;
    Object.assign(item, { look: look + 1, latest: verdict, ...(isTold && { told: verdict }), ...contents });
    this.#plan(item, next);
  }

  async playbookEnded(findingId: string, end: LastingEnd): Promise<void> {
    const item = this.items.get(findingId);
    if (item && (item.playbookEnd?.at ?? '') < end.at) item.playbookEnd = end;
  }

  async due(kind: AgendaKind, limit: number): Promise<Due[]> {
    const now = this.#now();
    const from = kind === 'deferred' ? now - DEFERRED_FOR_MS : 0;
    const due = [];
    for (const [id, item] of this.items)
      if (item.agenda === kind && item.due !== undefined && item.due >= from && item.due <= now) due.push({ id, item });
    return due
      .sort((a, b) => (b.item.due ?? 0) - (a.item.due ?? 0))
      .slice(0, limit)
      .map(({ id, item: { tries = 0, finding, latest } }) => ({
        id,
        tries,
        ...(finding ? shareOf(finding) : { cluster: '', actor: '' }),
        rank: latest ? rankOf(latest) : 0,
      }));
  }

  async take(id: string, until: number): Promise<Taken | undefined> {
    const item = this.items.get(id);
    if (item?.due === undefined || item.due > this.#now()) return undefined;
    Object.assign(item, { due: until, tries: (item.tries ?? 0) + 1 });
    const { finding, agenda, look = 1, told, deleted } = item;
    return defined({ finding, look: agenda === 'alert' ? 0 : look, told, deleted });
  }

  async letGo(id: string): Promise<void> {
    const item = this.items.get(id);
    if (item) item.due = undefined;
  }

  async read(id: string): Promise<FindingRecord | undefined> {
    const item = this.items.get(id);
    if (!item) return undefined;
    const { finding, closed, deleted, latest } = item;
    return defined({ finding, settled: isSettled(item), closed, deleted, latest });
  }

  async find(id: string): Promise<FoundFinding> {
    const alike = [...this.items.keys()].filter((each) => each === id || (isShortened(id) && each.startsWith(id)));
    const [only, ...others] = alike;
    if (only === undefined) return { state: 'unknown' };
    if (others.length > 0) return { state: 'ambiguous' };
    return { state: 'found', id: only, ...defined({ finding: this.items.get(only)?.finding }) };
  }

  async close(id: string, closure: Closure): Promise<boolean> {
    const item = this.items.get(id);
    if (!item || !isSettled(item)) return false;
    Object.assign(item, { closed: closure, due: undefined, look: undefined });
    return true;
  }

  /** For the baseline. */
  assessed(findingId: string): AssessedFinding | undefined {
    const { finding, told, latest } = this.items.get(findingId) ?? {};
    return finding && { finding, verdicts: [told, latest].filter((verdict) => verdict !== undefined) };
  }

  #plan(item: Item, next: NextLook | undefined): void {
    item.due = next && (item.claimedAt ?? this.#now()) + next.afterMinutes * MINUTE_MS;
    item.tries = 0;
    item.agenda = 'look';
  }

  async releaseDelivery(findingId: string, token: string): Promise<void> {
    const item = this.items.get(findingId);
    if (item?.token === token && item.state === 'handed-over') item.leaseUntil = 0;
  }
}

const isSettled = ({ state }: Item): boolean => state === 'alerted' || state === 'recorded';

const doneWith = ({ finding }: Item): { state: 'done'; known?: string } => ({
  state: 'done',
  ...(finding && { known: JSON.stringify(finding) }),
});
