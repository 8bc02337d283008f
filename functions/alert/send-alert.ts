/** Sends an alert once: stored, sent to every destination that has not had it, and written down. */

import type { Digests } from '../clients/table/digests.ts';
import type { Deliveries } from '../clients/table/findings-table.ts';
import type { Alert } from '../contract/alert.ts';
import { alertFolder } from '../contract/alert-key.ts';
import type { AssessmentSnapshot } from '../contract/investigation.ts';
import type { DigestReason } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';
import { type AutoStart, type AutoStartClients, type AutoStartSettings, decideAutoStart } from './auto-start.ts';
import { contentsOf } from './contents.ts';
import * as delivery from './delivery.ts';
import { digestReason, isGrave } from './digest/route.ts';
import { notStarted } from './follow-up/not-started.ts';
import { sendFollowUp } from './follow-up/send-follow-up.ts';
import { type LaterLook, nextLook, revisionOf, verdictOf } from './later-look.ts';
import { momentOf } from './moment.ts';
import { reportOf } from './report/report.ts';
import { type StateMachineArns, withPlaybooks } from './state-machine-arns.ts';

export interface AlertClients extends delivery.DeliveryClients {
  table: Deliveries;
  digests: Digests;
  /** Absent where nothing starts by itself. */
  autoStart?: AutoStartClients;
}

export interface AlertSettings extends delivery.DeliverySettings {
  /** @default none */
  playbooks?: StateMachineArns;
  /** Namespaces that are never contained, beside those of Kubernetes itself; `*` stands for any text. */
  protectedNamespaces?: readonly string[];
  /** @default never */
  autoStart?: AutoStartSettings;
  /** IANA name of the time zone of those who read the mails. @default UTC alone */
  timeZone?: string;
  /** ARN of the IAM policy of those who may read the reports, which say so. @default not known */
  readers?: string | undefined;
}

/** What became of the alert. */
export interface AlertResult extends delivery.DeliveryResult {
  /** It is reported in a digest, for this reason. */
  digested?: DigestReason;
  /** Where it is configured: whether isolation was started, or why not. */
  autoStart?: AutoStart;
}

/**
 * @param look for a further look at the finding; it is sent only if it is an update, and written down in any case
 * @param now epoch milliseconds
 * @throws when any destination did not take the alert or the table failed; what was done is written down, so that a
 *   retry does the rest only
 * @throws {DeliveryHeldError} when another invocation is delivering it
 */
export async function sendAlert(
  alert: Alert,
  clients: AlertClients,
  settings: AlertSettings,
  look?: LaterLook,
  now: () => number = Date.now,
): Promise<AlertResult> {
  const { table, digests } = clients;
  const revision = revisionOf(alert, look);
  const next = nextLook(alert, look);
  const verdict = verdictOf(alert, look?.previous);
  const contents = contentsOf(alert);
  let told = verdict;
  const sent = await delivery.deliverOnce<Omit<AlertResult, 'duplicate'>>(revision, clients, settings, {
    work: async (message) => {
      if (look && !alert.update) return { destinations: [] };
      const reason = await digestReason(alert, look, digests, settings, now());
      if (reason === undefined) return deliver(message);
      told = digestedVerdict(verdict, reason === 'accepted');
      await archived(alert, message, settings.readers);
      await message.once('digest', () => digests.add(alert.finding, reason, verdict.severity));
      return { destinations: [], digested: reason };
    },
    done: () => (look ? table.alerted(revision) : table.alerted(revision, { ...told, contents }, next)),
  });
  // Also for a duplicate: the process that delivered may have died before it came to this.
  if (look) {
    const { previous } = look;
    const stays = previous.digested && (previous.accepted ? alert.update === undefined : !isGrave(alert, settings));
    const digested = sent?.digested !== undefined || stays === true;
    const accepted = sent?.digested === 'accepted' || (stays === true && previous.accepted === true);
    const seen = digested ? digestedVerdict(verdict, accepted) : verdict;
    await delivery.writeDown(
      () => table.looked(alert.id, look.number, { ...seen, contents }, alert.update !== undefined, next),
      settings,
    );
  }
  return sent ? { ...sent, duplicate: false } : { destinations: [], duplicate: true };

  /**
   * Whether isolation starts by itself is decided before the alert is sent, so that it can say so, and isolation is started
   * after: a crash in between costs no alert, and the retry starts it.
   */
  async function deliver(message: delivery.Delivery): Promise<Omit<AlertResult, 'duplicate'>> {
    const { playbooks = {}, protectedNamespaces } = settings;
    const ready = withPlaybooks(alert, playbooks, protectedNamespaces);
    const decision = await decideAutoStart(ready, clients.autoStart, settings.autoStart, protectedNamespaces, now());
    const announced = decision?.state === 'starting' ? { ...ready, autoStart: decision.execution } : ready;
    const stored = await archived(announced, message, settings.readers);
    const sent = await message.send((destination) => destination.alert(stored, momentOf(now(), settings.timeZone)));
    if (decision?.state !== 'starting') return { ...sent, ...defined({ autoStart: decision }) };
    const autoStart = await decision.start();
    if (autoStart.state === 'failed')
      // The alert said that it would be started. Not fatal: there is an alarm, and the alert says what to do then.
      await sendFollowUp(notStarted(alert, decision.execution, now()), clients, settings, now).catch(() => undefined);
    return { ...sent, autoStart };
  }
}

/** What is only counted in the digest of the day is not a first message about the finding. */
function digestedVerdict(verdict: AssessmentSnapshot, accepted: boolean): AssessmentSnapshot {
  const { first: _, reach: __, ...counted } = verdict;
  return accepted ? { ...counted, digested: true, accepted } : { ...verdict, digested: true };
}

/** The alert with the places of its record and its report in the archive, as far as they could be stored. */
async function archived(alert: Alert, message: delivery.Delivery, readers?: string): Promise<Alert> {
  const update = alert.update ? `update-${alert.update.look}/` : '';
  const folder = alertFolder(alert.finding.cluster, alert.id) + update;
  const [archive, report] = await Promise.all([
    message.store({
      key: `${folder}alert.json`,
      contentType: 'application/json',
      body: () => `${JSON.stringify(alert, undefined, 2)}\n`,
    }),
    message.store({
      key: `${folder}report.html`,
      contentType: 'text/html; charset=utf-8',
      body: () => reportOf(alert, readers),
    }),
  ]);
  return { ...alert, ...defined({ archive, report }) };
}
