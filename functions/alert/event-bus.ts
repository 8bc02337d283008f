/** What the destinations have in common that an event bus carries. */
import * as z from 'zod/mini';
import type { Message } from '../clients/send/sender.ts';
import { EVENT_BUS } from '../kubernetes/names/aws.ts';

/**
 * An entry may have 262,144 bytes: source, detail-type and detail together.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html (a rule's targets take no more)
 */
export const MAX_ENTRY_BYTES = 262_144;

/** An event. @param type its `detail-type` */
export const busEvent = (type: string, detail: object): Message => ({
  subject: type,
  body: JSON.stringify(detail),
  byProtocol: false,
  attributes: {},
});

/** A rule has five targets at most. */
const MAX_TARGETS = 5;

/** Their part of the configuration. */
export const busSchema = z.strictObject({
  forwardTo: z
    ._default(
      z
        .array(
          z
            .string()
            .check(
              z.regex(EVENT_BUS, 'must be the ARN of an event bus (arn:aws:events:REGION:ACCOUNT:event-bus/NAME)'),
            ),
        )
        .check(
          z.maxLength(MAX_TARGETS),
          z.refine((arns) => new Set(arns).size === arns.length, 'must name each bus once'),
        ),
      [],
    )
    .check(
      z.describe(
        'Event buses that get every event too, also of other accounts, whose bus policy must let this account put events.',
      ),
    ),
});
