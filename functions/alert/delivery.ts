/** Delivers a message once: under a lease, to every channel that has not had it, and written down. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertArchive } from '../clients/bucket/alert-archive.ts';
import type { Message, Topics } from '../clients/send/topics.ts';
import type { Channel, FindingsTable } from '../clients/table/findings-table.ts';

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
  /** The archive gets this long; then the message goes out without. */
  archiveMs: number;
  /** Pauses before another attempt to write down what was published: a copy is sent if all attempts fail. */
  recordPausesMs: readonly number[];
}

/** Longer than the function's timeout, and shorter than Lambda's first pause before a retry, one minute. */
export const DELIVERY_LEASE_MS = 45_000;

/** What became of the message. */
export interface Sent {
  /** Channels published to this time; none for a duplicate. */
  channels: Channel[];
  duplicate: boolean;
  /** What is not in the archive, and why. */
  archiveFailed?: string;
}

/** Another invocation is delivering this message: come back when its lease has ended. */
export class DeliveryHeldError extends Error {
  override name = 'DeliveryHeldError';
}

/**
 * Does the work unless it was done.
 *
 * @param key of the lease in the findings table
 * @param steps.work with the channels that have had the message
 * @param steps.done writes down that it is done
 * @returns undefined when it was done before
 * @throws {DeliveryHeldError} when another invocation is at it
 */
export async function once<T>(
  key: string,
  { table }: Clients,
  settings: Settings,
  { work, done }: { work(had: readonly Channel[]): Promise<T>; done(): Promise<void> },
): Promise<T | undefined> {
  const delivery = await table.leaseDelivery(key, settings.leaseMs);
  if (delivery.state === 'done') return undefined;
  if (delivery.state === 'held')
    throw new DeliveryHeldError(`${key} is being delivered until ${new Date(delivery.until).toISOString()}`);
  try {
    const result = await work(delivery.delivered);
    await persist(done, settings);
    return result;
  } catch (error) {
    // If this fails, too, the lease ends by itself; the first error is the one to report.
    await table.releaseDelivery(key, delivery.token).catch(() => undefined);
    throw error;
  }
}

/** @param had channels that have had it @returns the others, which have it now */
export async function publish(
  key: string,
  had: readonly Channel[],
  messages: Record<Channel, () => Message>,
  { table, topics }: Clients,
  settings: Settings,
): Promise<Channel[]> {
  const channels: Channel[] = [];
  // The topic comes first and is written down at once: trouble with chat must not repeat the mail.
  for (const channel of settings.chat ? (['topic', 'chat'] as const) : (['topic'] as const)) {
    if (had.includes(channel)) continue;
    await topics.publish(channel, messages[channel]());
    await persist(() => table.delivered(key, channel), settings);
    channels.push(channel);
  }
  return channels;
}

type Stored = { place: string } | { failed: string };

/** One object in the archive. The message goes out without it, be it that it cannot be made or that it cannot be stored. */
export async function stored(
  { key, body, contentType }: { key: string; body(): string; contentType: string },
  { archive }: Clients,
  { archiveMs }: Settings,
): Promise<Stored> {
  const deadline = new AbortController();
  try {
    const late = sleep(archiveMs, undefined, { signal: deadline.signal }).then(() => {
      throw new Error(`no answer within ${archiveMs} ms`);
    });
    late.catch(() => undefined);
    return { place: await Promise.race([archive.store(key, body(), contentType), late]) };
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
    return { failed: `${key.split('/').at(-1)}: ${reason}` };
  } finally {
    deadline.abort();
  }
}

export function failures(...objects: Stored[]): Pick<Sent, 'archiveFailed'> {
  const failed = objects.flatMap((object) => ('failed' in object ? [object.failed] : []));
  return failed.length > 0 ? { archiveFailed: failed.join('; ') } : {};
}

/** Writes down, more than once if need be. */
export async function persist(write: () => Promise<void>, { recordPausesMs }: Settings): Promise<void> {
  for (const pause of recordPausesMs) {
    try {
      return await write();
    } catch {
      await sleep(pause);
    }
  }
  await write();
}
