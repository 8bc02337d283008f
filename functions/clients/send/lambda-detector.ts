import { gzipSync } from 'node:zlib';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { READ_BY_WATCH } from '../../contract/canary.ts';
import { jsonBytes } from '../../contract/sizes.ts';
import type { Unexplained } from '../../contract/unexplained.ts';
import type { Detector, LogDelivery } from './detector.ts';

/** An asynchronous invocation takes 1 MB, of base64 a quarter less. */
const MAX_PACKED_BYTES = 700_000;
/** Namespaces have annotations of 256 KiB at most. In bytes of JSON. */
const MAX_LIST_BYTES = 600_000;
/** What *detect* unpacks. In characters. */
const MAX_TEXT = 8 * 1024 * 1024;

/** Invokes *detect* asynchronously: Lambda answers 202 once it has queued it, and tries it again where it fails. */
export class LambdaDetector implements Detector {
  readonly #lambda: LambdaClient;
  readonly #functionName: string;

  constructor(lambda: LambdaClient, functionName: string) {
    this.#lambda = lambda;
    this.#functionName = functionName;
  }

  async deliver(delivery: LogDelivery): Promise<void> {
    const { logEvents } = delivery;
    const document = JSON.stringify({
      messageType: 'DATA_MESSAGE',
      subscriptionFilters: [READ_BY_WATCH],
      ...delivery,
    });
    const packed = document.length <= MAX_TEXT ? gzipSync(document) : undefined;
    if (packed && (packed.length <= MAX_PACKED_BYTES || logEvents.length === 1))
      return this.#invoke({ awslogs: { data: packed.toString('base64') } });
    const half = Math.ceil(logEvents.length / 2);
    for (const part of [logEvents.slice(0, half), logEvents.slice(half)])
      if (part.length > 0) await this.deliver({ ...delivery, logEvents: part });
  }

  async explain({ cluster, namespaces }: Unexplained): Promise<void> {
    let [part, bytes]: [Unexplained['namespaces'], number] = [[], 0];
    const send = async (): Promise<void> => {
      if (part.length > 0) await this.#invoke({ unexplained: { cluster, namespaces: part } });
      [part, bytes] = [[], 0];
    };
    for (const namespace of namespaces) {
      const size = jsonBytes(namespace);
      if (bytes + size > MAX_LIST_BYTES) await send();
      part.push(namespace);
      bytes += size;
    }
    await send();
  }

  async #invoke(payload: unknown): Promise<void> {
    await this.#lambda.send(
      new InvokeCommand({
        FunctionName: this.#functionName,
        InvocationType: 'Event',
        Payload: JSON.stringify(payload),
      }),
    );
  }
}
