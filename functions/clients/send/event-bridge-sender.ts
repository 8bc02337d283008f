import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE } from '../../contract/event-source.ts';
import type { Message, Sender } from './sender.ts';
import { taken } from './taken.ts';

/** Puts events on buses of Amazon EventBridge. */
export class EventBridgeSender implements Sender {
  readonly #client: EventBridgeClient;
  readonly #arns: ReadonlyMap<string, string>;

  /** @param arns of the buses, by the destination's id */
  constructor(client: EventBridgeClient, arns: Readonly<Record<string, string>>) {
    this.#client = client;
    this.#arns = new Map(Object.entries(arns));
  }

  /** @throws also when EventBridge answers well and says in its answer that it did not take the event */
  async send(destination: string, { subject, body }: Message): Promise<string> {
    const arn = this.#arns.get(destination);
    if (arn === undefined) throw new Error(`no event bus is configured for ${destination}`);
    if (subject === undefined) throw new Error(`an event for ${destination} has no detail-type`);
    return taken(
      await this.#client.send(
        new PutEventsCommand({
          Entries: [{ EventBusName: arn, Source: EVENT_SOURCE, DetailType: subject, Detail: body }],
        }),
      ),
    );
  }
}
