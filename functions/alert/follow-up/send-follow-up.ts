/** Sends a follow-up once: stored beside the alert, sent like it, and written down. */

import { alertFolder } from '../../contract/alert-key.ts';
import type { FollowUp, LastingEnd } from '../../contract/follow-up.ts';
import { ITEM_KEYS } from '../../contract/item-keys.ts';
import { defined } from '../../kit/defined.ts';
import * as delivery from '../delivery.ts';
import type { Places } from '../destinations/destination.ts';
import { momentOf } from '../moment.ts';
import { containmentReportOf } from '../report/report.ts';
import type { StateMachineArns } from '../state-machine-arns.ts';

export interface FollowUpSettings extends delivery.DeliverySettings {
  playbooks?: StateMachineArns;
  /** ARN of the IAM policy of those who may read the reports, which say so. @default not known */
  readers?: string | undefined;
  /** IANA name of the readers' time zone. @default UTC alone */
  timeZone?: string;
}

/** The key of its lease: among the findings, and never that of one. */
const followUpKey = ({ messageId }: FollowUp): string => ITEM_KEYS.followUp + messageId;

/**
 * @param now epoch milliseconds
 * @throws when any destination did not take it or the table failed; what was done is written down, so that a retry does
 *   the rest only
 * @throws {DeliveryHeldError} when another invocation is delivering it
 */
export async function sendFollowUp(
  followUp: FollowUp,
  clients: delivery.DeliveryClients,
  settings: FollowUpSettings,
  now: () => number = Date.now,
): Promise<delivery.DeliveryResult> {
  const key = followUpKey(followUp);
  const { playbooks = {}, readers } = settings;
  const moment = momentOf(now(), settings.timeZone);
  const sent = await delivery.deliverOnce(key, clients, settings, {
    work: async (message) => {
      const places = await archived(followUp, playbooks, message, readers);
      return message.send((destination) => destination.followUp(followUp, playbooks, places, moment));
    },
    done: async () => {
      const end = endOf(followUp);
      if (end) await clients.table.playbookEnded(followUp.id, end);
      await clients.table.alerted(key);
    },
  });
  return sent ? { ...sent, duplicate: false } : { destinations: [], duplicate: true };
}

/** What the namespace is in since: not where nothing was changed. */
const LASTING: readonly (string | undefined)[] = ['contained', 'partly-contained', 'released', 'partly-released'];

const endOf = ({ outcome, at }: FollowUp): LastingEnd | undefined =>
  outcome && LASTING.includes(outcome) ? { outcome, at } : undefined;

/** Stores its record and its report, as far as that is possible. */
async function archived(
  followUp: FollowUp,
  playbooks: StateMachineArns,
  message: delivery.Delivery,
  readers?: string,
): Promise<Places> {
  const file = fileOf(followUp);
  const archive = await message.store({
    key: `${file}.json`,
    contentType: 'application/json',
    body: () => `${JSON.stringify(followUp, undefined, 2)}\n`,
  });
  const firstReport = archive?.replace(/containment\/[^/]*$/, 'report.html');
  const report = await message.store({
    key: `${file}.html`,
    contentType: 'text/html; charset=utf-8',
    body: () => containmentReportOf(followUp, playbooks, firstReport, readers),
  });
  return defined({ archive, report });
}

/** Beside the alert, in a folder of its own; named by the message, as one execution may ask and then end. */
const fileOf = ({ id, target, messageId }: FollowUp): string =>
  `${alertFolder(target.cluster, id)}containment/${messageId.slice(-200).replace(/[^\w-]/g, '-')}`;
