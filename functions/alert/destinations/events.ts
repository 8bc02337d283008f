/**
 * Events on a bus of Amazon EventBridge, for tickets, SIEMs and whatever else rules send them to. The fields at the top of a `detail`
 * are there for patterns and input transformers: names that are not known, or not valid, are in parentheses.
 */

import * as z from 'zod/mini';
import type { Message } from '../../clients/send/sender.ts';
import type { Alert } from '../../contract/alert.ts';
import { digestSeverity } from '../../contract/digest.ts';
import type { Digest } from '../../contract/digest-message.ts';
import { EVENT_SOURCE } from '../../contract/event-source.ts';
import type { Cluster } from '../../contract/finding.ts';
import { fitFollowUp } from '../../contract/fit-follow-up.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import { gradeOf } from '../../contract/grade.ts';
import { jsonBytes } from '../../contract/sizes.ts';
import { fitDigest } from '../digest/fit-digest.ts';
import { digestHeadline, isDrill } from '../digest/words.ts';
import { busEvent, busSchema, MAX_ENTRY_BYTES } from '../event-bus.ts';
import { fitAlert } from '../fit-alert.ts';
import { followUpAudience, isClosing } from '../follow-up/state.ts';
import { aboutOf, followUpHeadline, matterOf } from '../follow-up/words.ts';
import { ACCOUNT, CLUSTER, LABEL, REGION } from '../grammar.ts';
import { headline } from '../headline.ts';
import { nameOr } from '../name-or.ts';
import { audienceOf } from '../news.ts';
import { destination, type Places } from './destination.ts';

/** Raised when a rule or a reader would break. */
const EVENT_SCHEMA_VERSION = 1;

/** What the longest headline and the other fields around the record may take. */
const AROUND_BYTES = 8 * 1024;
const MAX_RECORD_BYTES = MAX_ENTRY_BYTES - AROUND_BYTES;
/** By what the event tells. */
export const DETAIL_TYPES = {
  finding: 'Namespace Sentinel Finding',
  update: 'Namespace Sentinel Finding Update',
  question: 'Namespace Sentinel Question',
  end: 'Namespace Sentinel Playbook End',
  digest: 'Namespace Sentinel Digest',
} as const;

export const events = destination({
  id: 'events',
  transport: {
    kind: 'eventbridge',
    name: 'Events',
    description: 'Events: every finding, update and end of a playbook',
  },
  maxBytes: MAX_ENTRY_BYTES - Buffer.byteLength(EVENT_SOURCE),
  alert: alertEvent,
  followUp: followUpEvent,
  digest: digestEvent,
  config: {
    key: 'events',
    schema: z
      .optional(busSchema)
      .check(
        z.describe('Every alert, update and end of a playbook as an event on an Amazon EventBridge bus of the stack.'),
      ),
    subscriptions: (options) => options?.forwardTo.map((arn) => ({ to: 'event-bus', arn })),
  },
});

function alertEvent(alert: Alert): Message {
  const { cluster, namespace, outcome } = alert.finding;
  return eventOf(alert.update ? 'update' : 'finding', {
    id: alert.id,
    severity: gradeOf(alert),
    audience: audienceOf(alert),
    outcome,
    headline: headline(alert),
    drill: alert.finding.drill === 'registered',
    ...placeOf(cluster, namespace.name),
    alert: jsonBytes(alert) <= MAX_RECORD_BYTES ? alert : fitAlert(alert, MAX_RECORD_BYTES),
  });
}

function followUpEvent(followUp: FollowUp, _playbooks: unknown, places: Places): Message {
  const { cluster, namespace } = aboutOf(followUp);
  return eventOf(followUp.question ? 'question' : 'end', {
    id: followUp.id,
    severity: followUp.severity ?? 'UNKNOWN',
    audience: followUpAudience(followUp),
    closes: isClosing(followUp),
    outcome: matterOf(followUp),
    playbook: followUp.playbook,
    headline: followUpHeadline(followUp),
    drill: followUp.drill === true,
    ...placeOf(cluster, namespace.name),
    followUp: fitFollowUp({ ...followUp, ...places }, MAX_RECORD_BYTES),
  });
}

function digestEvent(digest: Digest, places: Places): Message {
  return eventOf('digest', {
    id: digest.id,
    severity: digestSeverity(digest),
    audience: digestSeverity(digest),
    outcome: 'digest',
    headline: digestHeadline(digest),
    drill: isDrill(digest),
    ...placeOf(digest.cluster, undefined),
    digest: fitDigest({ ...digest, ...places }, MAX_RECORD_BYTES),
  });
}

const placeOf = ({ account, region, name }: Cluster, namespace: string | undefined) => ({
  account: nameOr(ACCOUNT, account),
  region: nameOr(REGION, region),
  cluster: nameOr(CLUSTER, name),
  namespace: nameOr(LABEL, namespace),
});

const eventOf = (type: keyof typeof DETAIL_TYPES, detail: object): Message =>
  busEvent(DETAIL_TYPES[type], { schemaVersion: EVENT_SCHEMA_VERSION, ...detail });
