/**
 * The main topic: `MessageStructure: json` with the alert as JSON for machines (`default`: SQS, HTTPS, Lambda) and as prose
 * for `email`, and the attributes for filter policies.
 */

import * as z from 'zod/mini';
import type { Message } from '../../clients/send/sender.ts';
import type { Alert } from '../../contract/alert.ts';
import { digestSeverity } from '../../contract/digest.ts';
import { isAddressName } from '../../contract/digest-audiences.ts';
import type { Digest } from '../../contract/digest-message.ts';
import type { Finding } from '../../contract/finding.ts';
import { fitFollowUp } from '../../contract/fit-follow-up.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import { gradesFrom, SEVERITIES } from '../../contract/vocabulary.ts';
import { defined } from '../../kit/defined.ts';
import { emailAddress, unique } from '../../kit/schemas.ts';
import { digestEmail } from '../digest/email.ts';
import { fitDigest } from '../digest/fit-digest.ts';
import { digestSubject } from '../digest/words.ts';
import { digestFrequency } from '../digest-frequency.ts';
import { emailOf } from '../email.ts';
import { fitAlert } from '../fit-alert.ts';
import { followUpEmail } from '../follow-up/email.ts';
import { followUpAudience } from '../follow-up/state.ts';
import { aboutOf, followUpSubject, matterOf } from '../follow-up/words.ts';
import { CLUSTER, LABEL } from '../grammar.ts';
import { subjectOf } from '../headline.ts';
import { type Moment, momentOf } from '../moment.ts';
import { nameOr } from '../name-or.ts';
import { audienceOf } from '../news.ts';
import type { StateMachineArns } from '../state-machine-arns.ts';
import { destination, type Places } from './destination.ts';

const emails = z.array(
  z.strictObject({
    address: emailAddress.check(
      z.describe('Where alerts go. Amazon SNS sends a message that must be confirmed first.'),
    ),
    minSeverity: z
      ._default(z.enum(SEVERITIES), 'LOW')
      .check(z.describe('Send only alerts of this severity or above, and those whose severity is not known.')),
    digest: digestFrequency,
  }),
);

/** SNS counts body, subject and attributes together: 262,144 bytes. We stay 8 KiB below. */
export const MAX_ENVELOPE_BYTES = 262_144 - 8 * 1024;

export const topic = destination({
  id: 'topic',
  transport: {
    kind: 'sns',
    name: 'Alert',
    displayName: 'Namespace Sentinel',
    description: 'Alerts: e-mail and JSON',
  },
  maxBytes: MAX_ENVELOPE_BYTES,
  alert: envelopeOf,
  followUp: followUpEnvelope,
  digest: digestEnvelope,
  config: {
    key: 'emails',
    schema: z._default(emails.check(unique('address')), []).check(z.describe('Who gets the alerts by e-mail.')),
    subscriptions: (options) =>
      options.map(({ address, minSeverity, digest }) => ({
        to: 'email',
        address,
        digest,
        // Who wants all gets all, whatever a later version calls its severities.
        ...defined({ severities: minSeverity === 'LOW' ? undefined : gradesFrom(minSeverity) }),
      })),
  },
});

/** The least that is tried. */
const MIN_BYTES = 1024;

function envelopeOf(alert: Alert, moment: Moment = momentOf(Date.now())): Message {
  return enveloped({
    subject: subjectOf(alert),
    email: emailOf(alert, moment),
    attributes: topicAttributes(alert),
    value: alert,
    within: (maxBytes) => fitAlert(alert, maxBytes),
  });
}

/** By which filter policies let an alert through. */
export function topicAttributes(alert: Alert): Record<string, string> {
  const { cluster, namespace, outcome } = alert.finding;
  return { severity: audienceOf(alert), outcome, ...placeAttributes({ cluster, namespace }) };
}

function followUpEnvelope(
  followUp: FollowUp,
  playbooks: StateMachineArns,
  places: Places,
  moment: Moment = momentOf(Date.now()),
): Message {
  return enveloped({
    subject: followUpSubject(followUp),
    email: followUpEmail(followUp, playbooks, places, moment),
    attributes: {
      severity: followUpAudience(followUp),
      outcome: matterOf(followUp),
      ...placeAttributes(aboutOf(followUp)),
    },
    value: { ...followUp, ...places },
    within: (maxBytes) => fitFollowUp({ ...followUp, ...places }, maxBytes),
  });
}

function digestEnvelope(digest: Digest, places: Places, moment: Moment = momentOf(Date.now())): Message {
  const { cluster, frequency, to } = digest;
  return enveloped({
    subject: digestSubject(digest),
    email: digestEmail(digest, places, moment),
    attributes: {
      severity: digestSeverity(digest),
      outcome: 'digest',
      cluster: nameOr(CLUSTER, cluster.name),
      namespace: '(several)',
      // By the names of the addresses, not by the frequency: so a changed configuration keeps nothing from an address.
      ...defined({ digest: to && [frequency ?? 'hourly', ...to.filter(isAddressName)] }),
    },
    value: { ...digest, ...places },
    within: (maxBytes) => fitDigest({ ...digest, ...places }, maxBytes),
  });
}

interface Contents<T> {
  subject: string;
  email: string;
  /** For filter policies; all of {@link placeAttributes}, `severity` and `outcome` are always there. */
  attributes: Message['attributes'];
  /** For machines. */
  value: T;
  /**
   * The value in at most this many bytes of JSON text, at least {@link MIN_BYTES}; `cut` says what had to be left out.
   */
  within(maxBytes: number): T;
}

/** The message, never larger than SNS takes; `cut` in its JSON says what had to be left out. */
function enveloped<T extends Enveloped>({ subject, email, attributes, value, within }: Contents<T>): Message {
  const message = (json: string): Message => ({
    subject,
    body: JSON.stringify({ default: json, email }),
    byProtocol: true,
    attributes,
  });
  const room = MAX_ENVELOPE_BYTES - envelopeBytes(message(''));
  return message(jsonWithin(value, within, room));
}

/** What any message has. */
interface Enveloped {
  schemaVersion: number;
  id: string;
  cut?: string[];
}

/** Bytes as SNS counts them. */
export function envelopeBytes({ subject = '', body, attributes }: Message): number {
  const parts = Object.entries(attributes).flatMap(([name, value]) =>
    typeof value === 'string' ? [name, 'String', value] : [name, 'String.Array', JSON.stringify(value)],
  );
  return [subject, body, ...parts].reduce((sum, part) => sum + Buffer.byteLength(part), 0);
}

/**
 * Of the attributes for filter policies, those that say where. All are always there, because `anything-but` and the like
 * match no message that lacks the attribute. {@link nameOr} words each. A policy for a least severity must list `UNKNOWN` as well.
 */
const placeAttributes = ({ cluster, namespace }: Pick<Finding, 'cluster' | 'namespace'>): Record<string, string> => ({
  cluster: nameOr(CLUSTER, cluster.name),
  namespace: nameOr(LABEL, namespace.name),
});

/** @param room bytes that the text may take as a string within JSON */
function jsonWithin<T extends Enveloped>(whole: T, within: Contents<T>['within'], room: number): string {
  const text = JSON.stringify(whole);
  if (bytesWithin(text) <= room) return text;
  // Quotation marks and backslashes double within the envelope, so the share for the value itself has to be found.
  for (let budget = room; budget >= MIN_BYTES; ) {
    const shorter = JSON.stringify(within(budget));
    const bytes = bytesWithin(shorter);
    if (bytes <= room) return shorter;
    budget = Math.floor(budget * Math.min(0.9, (0.97 * room) / bytes));
  }
  return JSON.stringify({ schemaVersion: whole.schemaVersion, id: whole.id, cut: ['everything'] });
}

const bytesWithin = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2;
