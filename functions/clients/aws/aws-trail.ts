import { setTimeout as pause } from 'node:timers/promises';
import { type CloudTrailClient, type LookupAttribute, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { defined } from '../../kit/defined.ts';
import type { Trail, TrailEvent, TrailQuestion } from './cloud-findings.ts';
import { trailEventOf } from './trail-event.ts';

/** "The rate of lookup requests is limited to two per second, per account, per Region" (LookupEvents). */
const BETWEEN_MS = 550;

interface Found {
  events: TrailEvent[];
  more: boolean;
}

/**
 * Asks CloudTrail's event history. LookupEvents takes one attribute, so each event name is a question of its own: by
 * event source, the many reads of EKS would have to be paged through. By a resource, one question is enough.
 */
export class AwsTrail implements Trail {
  readonly #cloudTrail: CloudTrailClient;
  readonly #betweenMs: number;
  #notBefore = 0;

  constructor(cloudTrail: CloudTrailClient, betweenMs: number = BETWEEN_MS) {
    this.#cloudTrail = cloudTrail;
    this.#betweenMs = betweenMs;
  }

  async lookUp(question: TrailQuestion, signal: AbortSignal): Promise<Found> {
    const found: TrailEvent[] = [];
    let more = false;
    const { resource, names } = question;
    const attributes: LookupAttribute[] =
      resource === undefined
        ? names.map((name) => ({ AttributeKey: 'EventName', AttributeValue: name }))
        : [{ AttributeKey: 'ResourceName', AttributeValue: resource }];
    for (const attribute of attributes) {
      const { events, more: evenMore } = await this.#of(attribute, question, signal);
      found.push(...events);
      more ||= evenMore;
    }
    found.sort((a, b) => b.at.localeCompare(a.at));
    return { events: found.slice(0, question.max), more: more || found.length > question.max };
  }

  async #of(attribute: LookupAttribute, question: TrailQuestion, signal: AbortSignal) {
    const { eventSource, names, from, to, max } = question;
    const events: TrailEvent[] = [];
    let NextToken: string | undefined;
    do {
      await this.#turn(signal);
      const page = await this.#cloudTrail.send(
        new LookupEventsCommand({
          LookupAttributes: [attribute],
          StartTime: new Date(from),
          EndTime: new Date(to),
          ...defined({ NextToken }),
        }),
        { abortSignal: signal },
      );
      const asked = (page.Events ?? []).filter(
        ({ EventSource, EventName = '' }) => EventSource === eventSource && names.includes(EventName),
      );
      events.push(...asked.map(trailEventOf));
      NextToken = page.NextToken;
    } while (NextToken !== undefined && events.length < max);
    return { events, more: NextToken !== undefined };
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const now = Date.now();
    const start = Math.max(now, this.#notBefore);
    this.#notBefore = start + this.#betweenMs;
    if (start > now) await pause(start - now, undefined, { signal });
  }
}
