/** Delivers a message once: under a lease, to every destination that has not had it, and written down. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertArchive } from '../clients/bucket/alert-archive.ts';
import type { Message, Sender } from '../clients/send/sender.ts';
import type { Deliveries } from '../clients/table/findings-table.ts';
import { defined } from '../kit/defined.ts';
import type { Destination, Transport } from './destinations/destination.ts';

export interface DeliveryClients {
  table: Omit<Deliveries, 'looked'>;
  senders: Readonly<Record<Transport['kind'], Sender>>;
  archive: AlertArchive;
}

export interface DeliverySettings {
  /** In the order in which they get a message. */
  destinations: readonly Destination[];
  /** {@link DELIVERY_LEASE_MS}. */
  leaseMs: number;
  /** The archive gets this long; then the message goes out without. */
  archiveMs: number;
  /** Pauses before another attempt to write down what was sent: a copy is sent if all attempts fail. */
  recordPausesMs: readonly number[];
}

/** Longer than the function's timeout, and shorter than Lambda's first pause before a retry, one minute. */
export const DELIVERY_LEASE_MS = 45_000;

/** What became of the message. */
export interface DeliveryResult {
  /** The ids of the destinations that it was sent to this time; none for a duplicate. */
  destinations: string[];
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
 * @param steps.work sends the message
 * @param steps.done writes down that it is done
 * @returns undefined when it was done before
 * @throws {DeliveryHeldError} when another invocation is delivering it
 */
export async function deliverOnce<T>(
  key: string,
  clients: DeliveryClients,
  settings: DeliverySettings,
  { work, done }: { work(delivery: Delivery): Promise<T>; done(): Promise<void> },
): Promise<T | undefined> {
  const { table } = clients;
  const lease = await table.leaseDelivery(key, settings.leaseMs);
  if (lease.state === 'done') return undefined;
  if (lease.state === 'held')
    throw new DeliveryHeldError(`${key} is being delivered until ${new Date(lease.until).toISOString()}`);
  try {
    const result = await work(new Delivery(key, lease.delivered, clients, settings));
    await writeDown(done, settings);
    return result;
  } catch (error) {
    // If this fails, too, the lease ends by itself; the first error is the one to report.
    await table.releaseDelivery(key, lease.token).catch(() => undefined);
    throw error;
  }
}

/** A file for the archive. */
interface File {
  key: string;
  contentType: string;
  body(): string;
}

/** A message under its lease. */
export class Delivery {
  readonly #key: string;
  readonly #had: readonly string[];
  readonly #clients: DeliveryClients;
  readonly #settings: DeliverySettings;
  readonly #failures: string[] = [];

  /** @param had the ids of the destinations that have had the message */
  constructor(key: string, had: readonly string[], clients: DeliveryClients, settings: DeliverySettings) {
    this.#key = key;
    this.#had = had;
    this.#clients = clients;
    this.#settings = settings;
  }

  /**
   * Puts a file into the archive. The message goes out without it, whether it cannot be made or cannot be stored;
   * {@link send} tells.
   *
   * @returns its place
   */
  async store({ key, contentType, body }: File): Promise<string | undefined> {
    const { archiveMs } = this.#settings;
    const deadline = new AbortController();
    try {
      const late = sleep(archiveMs, undefined, { signal: deadline.signal }).then(() => {
        throw new Error(`no answer within ${archiveMs} ms`);
      });
      late.catch(() => undefined);
      return await Promise.race([this.#clients.archive.store(key, body(), contentType), late]);
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
      this.#failures.push(`${key.split('/').at(-1)}: ${reason}`);
      return undefined;
    } finally {
      deadline.abort();
    }
  }

  /** Does something at most once for this message, as far as it was written down. */
  async once(what: string, work: () => Promise<void>): Promise<void> {
    if (this.#had.includes(what)) return;
    await work();
    await writeDown(() => this.#clients.table.delivered(this.#key, what), this.#settings);
  }

  /**
   * Sends the message to every destination that has not had it. Each is written down at once, and a failure of one
   * neither keeps the message from another nor repeats it there.
   *
   * @param words the message for a destination
   * @throws the first error of a destination that did not take it, or of the table
   */
  async send(words: (destination: Destination) => Message): Promise<Omit<DeliveryResult, 'duplicate'>> {
    const { table, senders } = this.#clients;
    const destinations: string[] = [];
    const errors: unknown[] = [];
    for (const destination of this.#settings.destinations) {
      const { id, transport } = destination;
      if (this.#had.includes(id)) continue;
      try {
        const messageId = await senders[transport.kind].send(id, words(destination));
        const receipt = messageId === undefined ? undefined : { at: new Date().toISOString(), messageId };
        await writeDown(() => table.delivered(this.#key, id, receipt), this.#settings);
        destinations.push(id);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
    return {
      destinations,
      ...defined({ archiveFailed: this.#failures.length > 0 ? this.#failures.join('; ') : undefined }),
    };
  }
}

/** Writes down, more than once if need be. */
export async function writeDown(
  write: () => Promise<void>,
  { recordPausesMs }: Pick<DeliverySettings, 'recordPausesMs'>,
): Promise<void> {
  for (const pause of recordPausesMs) {
    try {
      return await write();
    } catch {
      await sleep(pause);
    }
  }
  await write();
}
