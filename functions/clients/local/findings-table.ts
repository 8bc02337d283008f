import { randomUUID } from 'node:crypto';
import type { Finding } from '../../finding.ts';
import type { Channel, Claim, Delivery, FindingsTable } from '../findings-table.ts';

interface Item {
  finding?: Finding;
  state: 'claimed' | 'handed-over' | 'recorded' | 'alerted';
  token?: string;
  leaseUntil: number;
  delivered: Channel[];
}

/** The findings table in memory: the same promises as the one in DynamoDB, for the demo and for tests. */
export class LocalFindingsTable implements FindingsTable {
  readonly items = new Map<string, Item>();
  readonly speakers = new Map<string, string>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async claim(finding: Finding, leaseMs: number): Promise<Claim> {
    const item = this.items.get(finding.id);
    if (item && item.state !== 'claimed') return { state: 'done' };
    if (item && item.leaseUntil > this.#now()) return { state: 'held', until: item.leaseUntil };
    const token = randomUUID();
    this.items.set(finding.id, { finding, state: 'claimed', token, leaseUntil: this.#now() + leaseMs, delivered: [] });
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

  async speaksFor(key: string, findingId: string): Promise<boolean> {
    if (!this.speakers.has(key)) this.speakers.set(key, findingId);
    return this.speakers.get(key) === findingId;
  }

  async leaseDelivery(findingId: string, leaseMs: number): Promise<Delivery> {
    const item = this.items.get(findingId) ?? { state: 'handed-over', leaseUntil: 0, delivered: [] };
    if (item.state === 'alerted') return { state: 'done' };
    if (item.state !== 'claimed' && item.leaseUntil > this.#now()) return { state: 'held', until: item.leaseUntil };
    const token = randomUUID();
    // Whoever delivers has been handed the finding, even if detect died before it could write that down.
    this.items.set(findingId, { ...item, state: 'handed-over', token, leaseUntil: this.#now() + leaseMs });
    return { state: 'owned', token, delivered: [...item.delivered] };
  }

  async delivered(findingId: string, channel: Channel): Promise<void> {
    const item = this.items.get(findingId);
    if (item && !item.delivered.includes(channel)) item.delivered.push(channel);
  }

  async alerted(findingId: string): Promise<void> {
    const item = this.items.get(findingId);
    if (item) item.state = 'alerted';
  }

  async releaseDelivery(findingId: string, token: string): Promise<void> {
    const item = this.items.get(findingId);
    if (item?.token === token && item.state === 'handed-over') item.leaseUntil = 0;
  }
}
