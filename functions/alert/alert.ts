/** Sends an alert once: stored, published to every channel that has not had it, and written down. */
import { setTimeout as sleep } from 'node:timers/promises';
import { alertFolder } from '../alert-key.ts';
import type { AlertArchive } from '../clients/alert-archive.ts';
import type { Channel, FindingsTable } from '../clients/findings-table.ts';
import type { Topics } from '../clients/topics.ts';
import type { Alert } from '../finding.ts';
import { chatOf } from './chat.ts';
import { envelopeOf } from './envelope.ts';
import { type Look, nextLook, revisionOf, verdictOf } from './look.ts';
import { reportOf } from './report/report.ts';

export interface Clients {
  table: Pick<FindingsTable, 'leaseDelivery' | 'delivered' | 'alerted' | 'releaseDelivery' | 'looked'>;
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
  /** Why the alert or its report is not in the archive. */
  archiveFailed?: string;
}

/** Another invocation is delivering this finding: come back when its lease has ended. */
export class DeliveryHeldError extends Error {
  override name = 'DeliveryHeldError';
}

/**
 * @param look for a further look at the finding; it is sent only if it is an update, and written down in any case
 * @throws when any channel did not take the alert or the table failed; what was done is written down, so that a retry
 *   does the rest only
 * @throws {DeliveryHeldError} when another invocation is at it
 */
export async function send(alert: Alert, clients: Clients, settings: Settings, look?: Look): Promise<Sent> {
  const { table } = clients;
  const revision = revisionOf(alert, look);
  const delivery = await table.leaseDelivery(revision, settings.leaseMs);
  const next = nextLook(alert, look);
  // Also for a duplicate: the process that delivered may have died before it came to this.
  const looked = async (): Promise<void> => {
    if (look) await table.looked(alert.id, look.number, verdictOf(alert), alert.update !== undefined, next);
  };
  if (delivery.state === 'done') {
    await looked();
    return { channels: [], duplicate: true };
  }
  if (delivery.state === 'held')
    throw new DeliveryHeldError(
      `finding ${alert.id} is being delivered until ${new Date(delivery.until).toISOString()}`,
    );
  try {
    const sent =
      look && !alert.update ? { channels: [] } : await deliver(alert, revision, delivery.delivered, clients, settings);
    await persist(
      () => (look ? table.alerted(revision) : table.alerted(revision, verdictOf(alert), next)),
      settings.recordPausesMs,
    );
    await persist(looked, settings.recordPausesMs);
    return { ...sent, duplicate: false };
  } catch (error) {
    // If this fails, too, the lease ends by itself; the first error is the one to report.
    await table.releaseDelivery(revision, delivery.token).catch(() => undefined);
    throw error;
  }
}

/** To the archive, and to every channel that has not had it. */
async function deliver(
  alert: Alert,
  revision: string,
  had: readonly Channel[],
  { table, topics, archive }: Clients,
  settings: Settings,
): Promise<Omit<Sent, 'duplicate'>> {
  const folder = alert.update ? `update-${alert.update.look}/` : '';
  const store = (name: string, body: () => string, contentType: string) =>
    stored({ key: archiveKey(alert, folder + name), body, contentType }, archive, settings.archiveMs);
  const [json, report] = await Promise.all([
    store('alert.json', () => `${JSON.stringify(alert, undefined, 2)}\n`, 'application/json'),
    store('report.html', () => reportOf(alert), 'text/html; charset=utf-8'),
  ]);
  const whole = {
    ...alert,
    ...('place' in json && { archive: json.place }),
    ...('place' in report && { report: report.place }),
  };
  const channels: Channel[] = [];
  // The topic comes first and is written down at once: trouble with chat must not repeat the mail.
  for (const channel of settings.chat ? (['topic', 'chat'] as const) : (['topic'] as const)) {
    if (had.includes(channel)) continue;
    await topics.publish(channel, channel === 'topic' ? envelopeOf(whole) : chatOf(whole));
    await persist(() => table.delivered(revision, channel), settings.recordPausesMs);
    channels.push(channel);
  }
  const failed = [json, report].flatMap((object) => ('failed' in object ? [object.failed] : []));
  return { channels, ...(failed.length > 0 && { archiveFailed: failed.join('; ') }) };
}

/** One object in the archive. The alert goes out without it, be it that it cannot be made or that it cannot be stored. */
async function stored(
  { key, body, contentType }: { key: string; body(): string; contentType: string },
  archive: AlertArchive,
  ms: number,
): Promise<{ place: string } | { failed: string }> {
  const deadline = new AbortController();
  try {
    const late = sleep(ms, undefined, { signal: deadline.signal }).then(() => {
      throw new Error(`no answer within ${ms} ms`);
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

export const archiveKey = ({ id, finding: { cluster } }: Alert, name = 'alert.json'): string =>
  alertFolder(cluster, id) + name;

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
