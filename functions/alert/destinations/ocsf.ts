/**
 * Events on a bus of Amazon EventBridge whose `detail` is a Detection Finding of the Open Cybersecurity Schema Framework, for data lakes
 * and SIEMs.
 */
import * as z from 'zod/mini';
import type { Message } from '../../clients/send/sender.ts';
import type { Alert } from '../../contract/alert.ts';
import { digestSeverity } from '../../contract/digest.ts';
import type { Digest } from '../../contract/digest-message.ts';
import { EVENT_SOURCE } from '../../contract/event-source.ts';
import { fitFollowUp } from '../../contract/fit-follow-up.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import { jsonBytes } from '../../contract/sizes.ts';
import { fitDigest } from '../digest/fit-digest.ts';
import { digestHeadline } from '../digest/words.ts';
import { busEvent, busSchema, MAX_ENTRY_BYTES } from '../event-bus.ts';
import { fitAlert } from '../fit-alert.ts';
import { isClosing } from '../follow-up/state.ts';
import { aboutOf, followUpHeadline, matterOf } from '../follow-up/words.ts';
import { epochOf } from '../grammar.ts';
import { type Moment, momentOf } from '../moment.ts';
import { basics, findingEvent } from '../ocsf/detection-finding.ts';
import { destination, type Places } from './destination.ts';

/** What the event may need beside the texts of the record, which are in it once. */
const AROUND_BYTES = 32 * 1024;
const MAX_RECORD_BYTES = MAX_ENTRY_BYTES - AROUND_BYTES;

/** The one `detail-type`: `activity_id` tells what happened to the finding. */
const DETAIL_TYPE = 'OCSF Detection Finding';

export const ocsf = destination({
  id: 'ocsf',
  transport: { kind: 'eventbridge', name: 'Ocsf', description: 'Events as Detection Findings of OCSF' },
  maxBytes: MAX_ENTRY_BYTES - Buffer.byteLength(EVENT_SOURCE),
  alert: alertEvent,
  followUp: followUpEvent,
  digest: digestEvent,
  config: {
    key: 'ocsf',
    schema: z
      .optional(busSchema)
      .check(
        z.describe(
          'Every alert, update and end of a playbook as a Detection Finding of OCSF on an event bus of its own.',
        ),
      ),
    subscriptions: (options) => options?.forwardTo.map((arn) => ({ to: 'event-bus', arn })),
  },
});

function alertEvent(alert: Alert, { now }: Moment = momentOf(Date.now())): Message {
  const event = findingEvent(alert, now);
  return eventOf(jsonBytes(event) <= MAX_RECORD_BYTES ? event : findingEvent(fitAlert(alert, MAX_RECORD_BYTES), now));
}

function followUpEvent(followUp: FollowUp, _playbooks: unknown, places: Places): Message {
  const matter = matterOf(followUp);
  const closed = isClosing(followUp);
  const { cluster, namespace } = aboutOf(followUp);
  return eventOf(
    basics({
      activity: closed ? 'close' : 'update',
      status: closed ? 'resolved' : 'inProgress',
      severity: followUp.severity ?? 'UNKNOWN',
      id: followUp.id,
      title: followUpHeadline(followUp),
      cluster,
      namespace,
      time: epochOf(followUp.at) ?? Date.now(),
      unmapped: {
        outcome: matter,
        drill: followUp.drill === true,
        follow_up: fitFollowUp({ ...followUp, ...places }, MAX_RECORD_BYTES),
      },
    }),
  );
}

function digestEvent(digest: Digest, places: Places): Message {
  return eventOf({
    ...basics({
      activity: 'create',
      status: 'new',
      severity: digestSeverity(digest),
      id: digest.id,
      title: digestHeadline(digest),
      cluster: digest.cluster,
      namespace: {},
      time: epochOf(digest.until) ?? Date.now(),
      unmapped: { outcome: 'digest', digest: fitDigest({ ...digest, ...places }, MAX_RECORD_BYTES) },
    }),
    count: Math.max(1, Math.round(digest.total)),
  });
}

const eventOf = (detail: object): Message => busEvent(DETAIL_TYPE, detail);
