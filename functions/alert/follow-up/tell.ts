/** Tells a follow-up once: stored beside the alert, published like it, and written down. */
import { alertFolder } from '../../contract/alert-key.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import * as delivery from '../delivery.ts';
import type { Playbooks } from '../playbooks.ts';
import { containmentReportOf } from '../report/report.ts';
import { followUpChat } from './chat.ts';
import { followUpEnvelope } from './envelope.ts';

export interface Settings extends delivery.Settings {
  playbooks?: Playbooks;
}

/** The key of its lease: among the findings, and never that of one. */
const followUpKey = ({ messageId }: FollowUp): string => `followup#${messageId}`;

/**
 * @throws when any channel did not take it or the table failed; what was done is written down, so that a retry does the
 *   rest only
 * @throws {DeliveryHeldError} when another invocation is at it
 */
export async function tell(followUp: FollowUp, clients: delivery.Clients, settings: Settings): Promise<delivery.Sent> {
  const key = followUpKey(followUp);
  const { playbooks = {} } = settings;
  const sent = await delivery.once(key, clients, settings, {
    work: async (had) => {
      const file = fileOf(followUp);
      const store = (name: string, body: () => string, contentType: string) =>
        delivery.stored({ key: name, body, contentType }, clients, settings);
      const json = await store(`${file}.json`, () => `${JSON.stringify(followUp, undefined, 2)}\n`, 'application/json');
      const firstReport = 'place' in json ? json.place.replace(/containment\/[^/]*$/, 'report.html') : undefined;
      const report = await store(
        `${file}.html`,
        () => containmentReportOf(followUp, playbooks, firstReport),
        'text/html; charset=utf-8',
      );
      const places = {
        ...('place' in json && { archive: json.place }),
        ...('place' in report && { report: report.place }),
      };
      const messages = {
        topic: () => followUpEnvelope(followUp, playbooks, places),
        chat: () => followUpChat(followUp, playbooks, places),
      };
      const channels = await delivery.publish(key, had, messages, clients, settings);
      return { channels, ...delivery.failures(json, report) };
    },
    done: () => clients.table.alerted(key),
  });
  return sent ? { ...sent, duplicate: false } : { channels: [], duplicate: true };
}

/** Beside the alert, in a folder of its own; named by the message, as one execution may ask and then end. */
const fileOf = ({ id, target, messageId }: FollowUp): string =>
  `${alertFolder(target.cluster, id)}containment/${messageId.slice(-200).replace(/[^\w-]/g, '-')}`;
