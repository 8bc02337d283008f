import { randomUUID } from 'node:crypto';
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE } from '../../contract/event-source.ts';
import { short } from '../../kit/words.ts';
import type { HealthKind, HealthMessages } from './health-messages.ts';
import { taken } from './taken.ts';

/** Raised when a rule or a reader would break. */
const HEALTH_SCHEMA_VERSION = 1;
const HEALTH_DETAIL_TYPE = 'Namespace Sentinel Health';
/** Characters, each of which has at most six bytes as JSON: an entry may have 262,144. */
const MAX_TEXT = 40_000;

/** From where it is told. */
interface Origin {
  account: string;
  region: string;
  stack: string;
}

/** Puts each message on a bus of Amazon EventBridge. */
export class EventBridgeHealthMessages implements HealthMessages {
  readonly #client: EventBridgeClient;
  readonly #busArn: string;
  readonly #origin: Origin;

  constructor(client: EventBridgeClient, busArn: string, origin: Origin) {
    this.#client = client;
    this.#busArn = busArn;
    this.#origin = origin;
  }

  async tell(subject: string, text: string, kind: HealthKind = 'news'): Promise<void> {
    const detail = {
      schemaVersion: HEALTH_SCHEMA_VERSION,
      id: randomUUID(),
      kind,
      // Input transformers put it into their templates as it is.
      headline: subject.replace(/["\\\p{Cc}]/gu, ' '),
      ...this.#origin,
      text: short(text, MAX_TEXT),
    };
    const answer = await this.#client.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: this.#busArn,
            Source: EVENT_SOURCE,
            DetailType: HEALTH_DETAIL_TYPE,
            Detail: JSON.stringify(detail),
          },
        ],
      }),
    );
    taken(answer);
  }
}
