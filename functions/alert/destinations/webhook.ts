/** The same events as on the bus, sent to HTTPS endpoints with a key in a header. */
import * as z from 'zod/mini';
import { gradesFrom } from '../../contract/vocabulary.ts';
import { unique } from '../../kit/schemas.ts';
import { leastSeverity, secretKeys, secretOf } from '../https.ts';
import { destination } from './destination.ts';
import { events } from './events.ts';

/** Rules of a bus are five here, each with one endpoint: an event costs a request at each. */
const MAX_ENDPOINTS = 5;

/** EventBridge takes `*` for a part of the path that it fills in; here nothing is to be filled in. */
const URL_FORM =
  /^https:\/\/[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?(?::\d{1,5})?(?:\/[\w.~!$&'()+,;=:@%/-]*)?(?:\?[\w.~!$&'()+,;=:@%/?-]*)?$/i;

const endpoint = z.strictObject({
  name: z
    .string()
    .check(
      z.regex(/^[A-Za-z][A-Za-z0-9]{0,31}$/, 'must be 1 to 32 letters and digits, beginning with a letter'),
      z.describe('Names the endpoint in the stack. Another name is another endpoint.'),
    ),
  url: z
    .string()
    .check(
      z.maxLength(2048),
      z.regex(URL_FORM, 'must be an address that begins with https://, without user, "*" and "#"'),
      z.describe(
        'Address to which each event is sent by POST. It is in the template: what is secret about it belongs into the header.',
      ),
    ),
  ...secretKeys,
  header: z
    ._default(
      z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of a header: letters, digits and hyphens')),
      'Authorization',
    )
    .check(z.describe('Header that holds the key as it is in the secret, such as "Bearer …" in Authorization.')),
  minSeverity: leastSeverity('LOW'),
});

export const webhook = destination({
  id: 'webhook',
  transport: { kind: 'eventbridge', name: 'Webhooks', description: 'Events for HTTPS endpoints' },
  maxBytes: events.maxBytes,
  alert: events.alert,
  followUp: events.followUp,
  digest: events.digest,
  config: {
    key: 'webhooks',
    schema: z
      .optional(
        z
          .array(endpoint)
          .check(z.minLength(1, 'must name an endpoint, or be left out'), z.maxLength(MAX_ENDPOINTS), unique('name')),
      )
      .check(z.describe('HTTPS endpoints that get the same events as the bus of events, each by a POST of its JSON.')),
    subscriptions: (options) =>
      options?.map(({ name, url, header, minSeverity, ...secret }) => ({
        to: 'https',
        name,
        url,
        key: { header },
        secret: secretOf(secret),
        perSecond: 10,
        // Who wants all gets all, whatever a later version calls its severities.
        ...(minSeverity !== 'LOW' && { only: { audience: gradesFrom(minSeverity) } }),
      })),
  },
});
