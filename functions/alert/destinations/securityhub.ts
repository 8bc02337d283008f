/**
 * Findings for AWS Security Hub. The function *securityhub* takes them from the bus and imports them: its client is too large for the
 * way of every alert.
 */
import * as z from 'zod/mini';
import type { Message } from '../../clients/send/sender.ts';
import { EVENT_SOURCE } from '../../contract/event-source.ts';
import { gradesFrom } from '../../contract/vocabulary.ts';
import { type AsffEvent, alertFinding, digestFinding, followUpFinding } from '../asff/finding.ts';
import { busEvent } from '../event-bus.ts';
import { leastSeverity } from '../https.ts';
import { momentOf } from '../moment.ts';
import { destination } from './destination.ts';

const schema = z.strictObject({ minSeverity: leastSeverity('LOW') });

export const securityhub = destination({
  id: 'securityhub',
  transport: { kind: 'eventbridge', name: 'SecurityHub', description: 'Findings for AWS Security Hub' },
  // Security Hub takes 240 KB.
  maxBytes: 240 * 1000 - Buffer.byteLength(EVENT_SOURCE),
  alert: (alert, { now } = momentOf(Date.now())) => eventOf(alertFinding(alert, now)),
  followUp: (followUp, _playbooks, places) => eventOf(followUpFinding(followUp, places)),
  digest: (digest, places) => eventOf(digestFinding(digest, places)),
  config: {
    key: 'securityHub',
    schema: z
      .optional(schema)
      .check(
        z.describe(
          'Findings in AWS Security Hub of this account and Region, updated, and archived when a decision, a release or a removal ends them. Security Hub must be enabled.',
        ),
      ),
    subscriptions: (options) =>
      options && [
        {
          to: 'securityhub',
          ...(options.minSeverity !== 'LOW' && {
            only: { $or: [{ closes: [true] }, { audience: gradesFrom(options.minSeverity) }] },
          }),
        },
      ],
  },
});

const eventOf = (event: AsffEvent): Message => busEvent('Namespace Sentinel ASFF', event);
