/** Sends an alert once: stored, published to every channel that has not had it, and written down. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertArchive } from '../clients/alert-archive.ts';
import type { Channel, FindingsTable } from '../clients/findings-table.ts';
import type { Topics } from '../clients/topics.ts';
import type { Alert } from '../finding.ts';
import { chatOf } from './chat.ts';
import { envelopeOf } from './envelope.ts';
import { ACCOUNT, CLUSTER, matching, REGION } from './grammar.ts';

export interface Clients {
  table: Pick<FindingsTable, 'leaseDelivery' | 'delivered' | 'alerted' | 'releaseDelivery'>;
  topics: Topics;
  archive: AlertArchive;
}

export interface Settings {
  /** Whether there is a topic for chat. */
  chat: boolean;
  /** {@link DELIVERY_LEASE_MS}. */
  leaseMs: number;
  /** The archive gets this long; then the alert goes out without. */
  archiveMs: number;
  /** Pauses before another attempt to write down what was published: a copy is sent if all attempts fail. */
  recordPausesMs: readonly number[];
}

/** Longer than the function's timeout, and shorter than Lambda's first pause before a retry, one minute. */
export const DELIVERY_LEASE_MS = 45_000;

/** What became of the alert. */
export interface Sent {
  /** Channels published to this time; none for a duplicate. */
  channels: Channel[];
  duplicate: boolean;
  /** Why the alert is not in the archive. */
  archiveFailed?: string;
}

/** Another invocation is delivering this finding: come back when its lease has ended. */
export class DeliveryHeldError extends Error {
  override name = 'DeliveryHeldError';
}

/**
 * @throws when any channel did not take the alert or the table failed; what was done is written down, so that a retry
 *   does the rest only
 * @throws {DeliveryHeldError} when another invocation is at it
 */
export async function send(alert: Alert, { table, topics, archive }: Clients, settings: Settings): Promise<Sent> {
  const delivery = await table.leaseDelivery(alert.id, settings.leaseMs);
  if (delivery.state === 'done') return { channels: [], duplicate: true };
  if (delivery.state === 'held')
    throw new DeliveryHeldError(
      `finding ${alert.id} is being delivered until ${new Date(delivery.until).toISOString()}`,
    );
  try {
    const stored = await store(alert, archive, settings.archiveMs);
    const whole = 'place' in stored ? { ...alert, archive: stored.place } : alert;
    const channels: Channel[] = [];
    // The topic comes first and is written down at once: trouble with chat must not repeat the mail.
    for (const channel of settings.chat ? (['topic', 'chat'] as const) : (['topic'] as const)) {
      if (delivery.delivered.includes(channel)) continue;
      await topics.publish(channel, channel === 'topic' ? envelopeOf(whole) : chatOf(whole));
      await persist(() => table.delivered(alert.id, channel), settings.recordPausesMs);
      channels.push(channel);
    }
    await persist(() => table.alerted(alert.id), settings.recordPausesMs);
    return { channels, duplicate: false, ...('failed' in stored && { archiveFailed: stored.failed }) };
  } catch (error) {
    // If this fails, too, the lease ends by itself; the first error is the one to report.
    await table.releaseDelivery(alert.id, delivery.token).catch(() => undefined);
    throw error;
  }
}

async function store(alert: Alert, archive: AlertArchive, ms: number): Promise<{ place: string } | { failed: string }> {
  const deadline = new AbortController();
  try {
    const late = sleep(ms, undefined, { signal: deadline.signal }).then(() => {
      throw new Error(`no answer within ${ms} ms`);
    });
    late.catch(() => undefined);
    const body = `${JSON.stringify(alert, undefined, 2)}\n`;
    return { place: await Promise.race([archive.store(archiveKey(alert), body, 'application/json'), late]) };
  } catch (error) {
    return { failed: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error' };
  } finally {
    deadline.abort();
  }
}

/** `alerts/<account>/<region>/<cluster>/<id>/alert.json`, with `unknown` for what is missing or no valid name. */
export function archiveKey({ id, finding: { cluster } }: Alert): string {
  const account = matching(ACCOUNT, cluster.account) ?? 'unknown';
  const region = matching(REGION, cluster.region) ?? 'unknown';
  return `alerts/${account}/${region}/${matching(CLUSTER, cluster.name) ?? 'unknown'}/${id}/alert.json`;
}

async function persist(write: () => Promise<void>, pausesMs: readonly number[]): Promise<void> {
  for (const pause of pausesMs) {
    try {
      return await write();
    } catch {
      await sleep(pause);
    }
  }
  await write();
}
