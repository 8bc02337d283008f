/** Sends an alert once: stored, published to every channel that has not had it, and written down. */

import type { Channel, FindingsTable } from '../clients/table/findings-table.ts';
import type { Alert } from '../contract/alert.ts';
import { alertFolder } from '../contract/alert-key.ts';
import { type AutoStart, type AutoStartClients, type AutoStartSettings, decided } from './auto-start.ts';
import { chatOf } from './chat.ts';
import { withPlaybooks } from './contain.ts';
import * as delivery from './delivery.ts';
import { envelopeOf } from './envelope.ts';
import { notStarted } from './follow-up/not-started.ts';
import { tell } from './follow-up/tell.ts';
import { type Look, nextLook, revisionOf, verdictOf } from './look.ts';
import type { Playbooks } from './playbooks.ts';
import { reportOf } from './report/report.ts';

export interface Clients extends delivery.Clients {
  table: delivery.Clients['table'] & Pick<FindingsTable, 'looked'>;
  /** Absent where nothing starts by itself. */
  autoStart?: AutoStartClients;
}

export interface Settings extends delivery.Settings {
  /** @default none */
  playbooks?: Playbooks;
  /** Namespaces that are never contained, beside those of Kubernetes itself; `*` stands for any text. */
  protectedNamespaces?: readonly string[];
  /** @default never */
  autoStart?: AutoStartSettings;
}

/** What became of the alert. */
export interface Sent extends delivery.Sent {
  /** Where it is configured: whether isolation was started, or why not. */
  autoStart?: AutoStart;
}

/**
 * @param look for a further look at the finding; it is sent only if it is an update, and written down in any case
 * @param now epoch milliseconds
 * @throws when any channel did not take the alert or the table failed; what was done is written down, so that a retry
 *   does the rest only
 * @throws {DeliveryHeldError} when another invocation is at it
 */
export async function send(
  alert: Alert,
  clients: Clients,
  settings: Settings,
  look?: Look,
  now: () => number = Date.now,
): Promise<Sent> {
  const { table } = clients;
  const revision = revisionOf(alert, look);
  const next = nextLook(alert, look);
  const sent = await delivery.once<Omit<Sent, 'duplicate'>>(revision, clients, settings, {
    work: async (had) =>
      look && !alert.update ? { channels: [] } : await deliver(alert, revision, had, clients, settings, now),
    done: () => (look ? table.alerted(revision) : table.alerted(revision, verdictOf(alert), next)),
  });
  // Also for a duplicate: the process that delivered may have died before it came to this.
  if (look)
    await delivery.persist(
      () => table.looked(alert.id, look.number, verdictOf(alert), alert.update !== undefined, next),
      settings,
    );
  return sent ? { ...sent, duplicate: false } : { channels: [], duplicate: true };
}

/**
 * To the archive, and to every channel that has not had it. Whether isolation starts by itself is decided before, so that
 * the alert can say it, and it is started after: a crash in between costs no alert, and the retry starts it.
 */
async function deliver(
  alert: Alert,
  revision: string,
  had: readonly Channel[],
  clients: Clients,
  settings: Settings,
  now: () => number,
): Promise<Omit<Sent, 'duplicate'>> {
  const { playbooks = {}, protectedNamespaces } = settings;
  const ready = withPlaybooks(alert, playbooks, protectedNamespaces);
  const decision = await decided(ready, clients.autoStart, settings.autoStart, protectedNamespaces, now());
  const told = decision?.state === 'starting' ? { ...ready, autoStart: decision.execution } : ready;
  const folder = alert.update ? `update-${alert.update.look}/` : '';
  const store = (name: string, body: () => string, contentType: string) =>
    delivery.stored(
      { key: alertFolder(alert.finding.cluster, alert.id) + folder + name, body, contentType },
      clients,
      settings,
    );
  const [json, report] = await Promise.all([
    store('alert.json', () => `${JSON.stringify(told, undefined, 2)}\n`, 'application/json'),
    store('report.html', () => reportOf(told), 'text/html; charset=utf-8'),
  ]);
  const whole = {
    ...told,
    ...('place' in json && { archive: json.place }),
    ...('place' in report && { report: report.place }),
  };
  const messages = { topic: () => envelopeOf(whole), chat: () => chatOf(whole) };
  const channels = await delivery.publish(revision, had, messages, clients, settings);
  const autoStart = decision?.state === 'starting' ? await decision.start() : decision;
  if (autoStart?.state === 'failed' && told.autoStart)
    // The alert said that it would be started. Not fatal: there is an alarm, and the alert says what to do then.
    await tell(notStarted(told, told.autoStart, now()), clients, settings).catch(() => undefined);
  return { channels, ...delivery.failures(json, report), ...(autoStart && { autoStart }) };
}
