/**
 * Alert events for PagerDuty. The `detail` of each event is the whole request but its `routing_key`, which the connection of
 * EventBridge puts in from AWS Secrets Manager.
 * https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
 */
import * as z from 'zod/mini';
import type { Message } from '../../clients/send/sender.ts';
import { EVENT_SOURCE } from '../../contract/event-source.ts';
import { gradesFrom } from '../../contract/vocabulary.ts';
import { busEvent, MAX_ENTRY_BYTES } from '../event-bus.ts';
import { leastSeverity, secretKeys, secretOf } from '../https.ts';
import { alertIncident, digestIncident, followUpIncident, type Incident } from '../pagerduty/incident.ts';
import { destination } from './destination.ts';

const HOSTS = { us: 'events.pagerduty.com', eu: 'events.eu.pagerduty.com' } as const;

/**
 * PagerDuty adapts its limits and answers 429 beyond them. An event that waits its turn at EventBridge is not lost; one a second is
 * more than a finding's messages ever need.
 */
const PER_SECOND = 1;

const schema = z.strictObject({
  ...secretKeys,
  serviceRegion: z._default(z.enum(['us', 'eu']), 'us').check(z.describe('Service Region of the PagerDuty account.')),
  minSeverity: leastSeverity('HIGH'),
});

export const pagerduty = destination({
  id: 'pagerduty',
  transport: { kind: 'eventbridge', name: 'PagerDuty', description: 'Alert events for PagerDuty' },
  // PagerDuty takes 512 KB.
  maxBytes: MAX_ENTRY_BYTES - Buffer.byteLength(EVENT_SOURCE),
  alert: (alert) => eventOf(alertIncident(alert)),
  followUp: (followUp, _playbooks, places) => eventOf(followUpIncident(followUp, places)),
  digest: (digest, places) => eventOf(digestIncident(digest, places)),
  config: {
    key: 'pagerDuty',
    schema: z
      .optional(schema)
      .check(
        z.describe(
          'Alerts in PagerDuty (Events API v2): one for each finding, resolved when a decision, a release or a removal ends it.',
        ),
      ),
    subscriptions: (options) =>
      options && [
        {
          to: 'https',
          name: 'Enqueue',
          url: `https://${HOSTS[options.serviceRegion]}/v2/enqueue`,
          // A connection cannot do without a header; PagerDuty reads the key in the body.
          key: { header: 'X-Routing-Key', bodyField: 'routing_key' },
          secret: secretOf(options),
          perSecond: PER_SECOND,
          ...(options.minSeverity !== 'LOW' && {
            only: {
              $or: [
                { event_action: ['resolve'] },
                { payload: { custom_details: { audience: gradesFrom(options.minSeverity) } } },
              ],
            },
          }),
        },
      ],
  },
});

const eventOf = (incident: Incident): Message => busEvent('PagerDuty Alert Event', incident);
